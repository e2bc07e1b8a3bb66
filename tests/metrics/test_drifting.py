"""Index and tests of drift: by hand, beside scipy, and where nothing has changed."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trunkline.metrics import drifting

Counts = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)


def over(edges: Any, *samples: Any) -> tuple[Any, Any, Any]:
    """Return rows below and at most each edge, of two samples, and their sizes."""
    below = [[int((s < e).sum()) for e in edges] for s in samples]
    most = [[int((s <= e).sum()) for e in edges] for s in samples]
    return below, most, tuple(len(s) for s in samples)


def test_the_index_by_hand() -> None:
    """Two bins of 9 and 9 rows, then of 4 and 14: shares 1/2, 1/2 and 4.5/19, 14.5/19."""
    p, q = 0.5, 4.5 / 19
    expected = (q - p) * math.log(q / p) + (p - q) * math.log((1 - q) / (1 - p))
    assert drifting.stability([9, 9], [4, 14]) == pytest.approx(expected, rel=1e-12)
    assert expected == pytest.approx(0.308, abs=5e-4)


def test_the_statistics_by_hand() -> None:
    """F and G differ most at 2: 3/4 against 1/4; the squares are 4 of (10 - 15)^2 / 15."""
    below, most, sizes = over([1, 2, 3], np.array([1, 2, 2, 3]), np.array([2, 3, 3, 3]))
    assert drifting.kolmogorov_smirnov(below, most, sizes).statistic == 0.5
    test = drifting.chi_squared([10, 20], [20, 10])
    assert test.statistic == pytest.approx(4 * 25 / 15, rel=1e-12)
    assert test.p == pytest.approx(math.erfc(math.sqrt(test.statistic / 2)), rel=1e-9)


@given(Counts)
def test_equal_counts_are_no_drift_at_all(counts: list[int]) -> None:
    """The index is exactly 0 and the test's probability exactly 1."""
    assert drifting.stability(counts, counts) == 0
    assert drifting.chi_squared(counts, counts) == (0, 1)


@given(Counts, st.data())
def test_the_index_is_symmetric_and_positive(before: list[int], data: st.DataObject) -> None:
    """It does not matter which version came first, nor in which order the bins are."""
    now = data.draw(st.lists(st.integers(0, 10**6), min_size=len(before), max_size=len(before)))
    index = drifting.stability(before, now)
    assert index >= 0
    assert drifting.stability(now, before) == pytest.approx(index, rel=1e-9, abs=1e-12)
    assert drifting.stability(before[::-1], now[::-1]) == pytest.approx(index, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_over_all_values_it_is_scipy_s_kolmogorov_smirnov(seed: int) -> None:
    """With each value of one sample an edge, statistic and probability are those of scipy."""
    chance = np.random.default_rng(seed)
    old = chance.integers(0, 12, int(chance.integers(20, 300))).astype(float)
    new = chance.normal(6, 4, int(chance.integers(20, 300)))
    for a, b in ((old, new), (old, np.round(new)), (old, new + 50)):
        ours = drifting.kolmogorov_smirnov(*over(np.unique(a), a, b))
        theirs = stats.ks_2samp(a, b, method="asymp")
        assert ours.statistic == pytest.approx(theirs.statistic, rel=1e-12)
        assert ours.p == pytest.approx(theirs.pvalue, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("seed", range(10))
def test_over_quantiles_it_is_a_close_bound(seed: int) -> None:
    """Over twenty quantiles it is below scipy's by the rows of one gap at the most."""
    chance = np.random.default_rng(seed)
    old, new = chance.normal(size=500), chance.normal(0.3, 1.2, size=400)
    edges = np.quantile(old, np.linspace(0, 1, 21))
    ours = drifting.kolmogorov_smirnov(*over(edges, old, new))
    theirs = stats.ks_2samp(old, new, method="asymp")
    gap = max(np.histogram(s, edges)[0].max() / len(s) for s in (old, new))
    assert theirs.statistic - gap - 0.01 <= ours.statistic <= theirs.statistic
    assert ours.p >= theirs.pvalue


@pytest.mark.parametrize("seed", range(10))
def test_chi_squared_is_scipy_s(seed: int) -> None:
    """Where every cell is full enough, it is Pearson's test without a correction."""
    chance = np.random.default_rng(seed)
    table = chance.integers(20, 200, (2, int(chance.integers(2, 9))))
    expected = stats.chi2_contingency(table, correction=False)
    ours = drifting.chi_squared(table[0], table[1])
    assert ours.statistic == pytest.approx(expected.statistic, rel=1e-9)
    assert ours.p == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-300)


def test_rare_cells_are_put_together() -> None:
    """Cells of which less than 5 rows are expected become one, and empty ones go."""
    table = drifting.pooled([100, 3, 2, 0, 95], [100, 2, 3, 0, 95])
    assert table.tolist() == [[100, 95, 5], [100, 95, 5]]
    assert drifting.chi_squared([7], [9]) == (0, 1)
    assert drifting.chi_squared([0, 0], [7, 9]) == (0, 1)


def test_false_alarms_keep_to_the_level() -> None:
    """Two samples of one distribution differ at 5 % in no more than about 5 of 100 cases."""
    chance = np.random.default_rng(20261122)
    alarms, indices = np.zeros(2), []
    for _ in range(400):
        old, new = chance.normal(size=(2, 300))
        edges = np.quantile(old, np.linspace(0, 1, 21))
        alarms[0] += drifting.kolmogorov_smirnov(*over(edges, old, new)).p < 0.05
        cells = [np.bincount(chance.choice(6, 300), minlength=6) for _ in range(2)]
        alarms[1] += drifting.chi_squared(*cells).p < 0.05
        indices.append(drifting.stability(*cells))
    assert (alarms < 400 * 0.05 + 3 * math.sqrt(400 * 0.05 * 0.95)).all()
    assert np.mean(indices) == pytest.approx(5 * (1 / 300 + 1 / 300), rel=0.2)  # its expectation


def test_an_empty_sample_says_nothing() -> None:
    """Without rows there is no evidence."""
    assert drifting.kolmogorov_smirnov([[0], [0]], [[3], [0]], (3, 0)) == (0, 1)


def test_what_is_no_counts_is_refused() -> None:
    """Negative counts, other lengths, no edges: each is named."""
    with pytest.raises(ValueError, match="now: expected counts of 0 or more, received -1"):
        drifting.stability([1, 2], [1, -1])
    with pytest.raises(ValueError, match="one entry for each of the same rows"):
        drifting.chi_squared([1, 2], [1])
    with pytest.raises(ValueError, match=r"expected two samples over the same edges, \[2, edges\]"):
        drifting.kolmogorov_smirnov([[1], [1], [1]], [[1], [1], [1]], (1, 1))
