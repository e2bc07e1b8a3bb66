"""The mean over clusters, and its interval."""

import pytest

from trunkline.metrics import means


def test_by_hand() -> None:
    """Clusters with means 0.1 and 0.3: 0.2 +- 12.706 * 0.1, cut at 0 and 1."""
    found = means.of_clusters([0.0, 0.2, 0.3], ["a", "a", "b"], alpha=0.05)
    assert (found.value, found.low, found.high, found.n) == (pytest.approx(0.2), 0.0, 1.0, 2)


def test_three_clusters_by_hand() -> None:
    """0.1, 0.2, 0.3: the mean 0.2, and 4.30265 * 0.1 / sqrt(3) to each side."""
    found = means.of_clusters([0.5, 0.6, 0.7], ["c", "b", "a"], alpha=0.05)
    assert found.value == pytest.approx(0.6)
    assert found.high - found.value == pytest.approx(0.248414, abs=1e-6)
    assert found.value - found.low == pytest.approx(0.248414, abs=1e-6)


@pytest.mark.parametrize("clusters", [["a", "a"], ["a"]])
def test_one_cluster_has_no_interval(clusters: list[str]) -> None:
    """Runs of one cluster say nothing of others."""
    with pytest.raises(ValueError, match="2 clusters or more"):
        means.of_clusters([0.1, 0.2], clusters, alpha=0.05)
