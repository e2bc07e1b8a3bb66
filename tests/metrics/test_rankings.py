"""Rank correlations against SciPy, and what their intervals hold."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trunkline.metrics import rankings

relaxed = settings(deadline=None, max_examples=60)
with_ties = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=15
).filter(lambda pairs: all(len(set(side)) > 1 for side in zip(*pairs, strict=True)))


def agreement(x: object, y: object, *, alpha: float = 0.05) -> rankings.Agreement | None:
    """Return the agreement over 999 resamples of one seed."""
    rng = np.random.Generator(np.random.PCG64(3))
    return rankings.agreement(x, y, alpha=alpha, resamples=999, rng=rng)  # type: ignore[arg-type]


@relaxed
@given(with_ties)
def test_correlations_are_scipys(pairs: list[tuple[int, int]]) -> None:
    """With ties and without."""
    x, y = np.array(pairs, float).T
    assert rankings.weighted_tau(x, y) == pytest.approx(stats.weightedtau(x, y).statistic)
    assert rankings.spearman(x, y) == pytest.approx(stats.spearmanr(x, y).statistic)


def test_weighted_tau_by_hand() -> None:
    """Ranks 0, 1, 2 with the last two exchanged: weights 3/2, 4/3 and 5/6, the last one against.

    Ranked by either list: (3/2 + 4/3 - 5/6) / (3/2 + 4/3 + 5/6) = 2 / (11/3).
    """
    x, y = np.array([3.0, 2.0, 1.0]), np.array([3.0, 1.0, 2.0])
    assert rankings.weighted_tau(x, y) == pytest.approx(6 / 11)
    assert rankings.spearman(x, y) == pytest.approx(0.5)


@relaxed
@given(with_ties)
def test_a_batch_is_its_rows(pairs: list[tuple[int, int]]) -> None:
    """Many resamples at once give each one's own value."""
    x, y = np.array(pairs, float).T
    order = np.random.Generator(np.random.PCG64(1)).permuted(np.tile(x, (4, 1)), axis=1)
    for function in (rankings.weighted_tau, rankings.spearman):
        expected = [function(row, y) for row in order]
        np.testing.assert_array_equal(function(order, np.tile(y, (4, 1))), expected)


def test_any_increasing_function_keeps_the_agreement() -> None:
    """Only ranks count; a decreasing one turns Spearman's around."""
    x, y = np.arange(8.0), np.array([1.0, 0, 3, 2, 5, 4, 7, 6])
    assert agreement(np.exp(x), y**3) == agreement(x, y)
    assert rankings.spearman(-x, y) == -rankings.spearman(x, y)


def test_the_interval_holds_the_value_and_widens_with_its_level() -> None:
    """Both ends lie in [-1, 1]; perfect agreement has an interval without width."""
    x, y = np.arange(8.0), np.array([1.0, 0, 3, 2, 6, 4, 7, 5])
    narrow, wide = agreement(x, y, alpha=0.3), agreement(x, y, alpha=0.01)
    assert narrow is not None
    assert wide is not None
    for inner, outer in ((narrow.tau, wide.tau), (narrow.spearman, wide.spearman)):
        assert -1 <= outer.low <= inner.low <= inner.value <= inner.high <= outer.high <= 1
        assert inner.n == 8
    perfect = agreement(x, 2 * x)
    assert perfect is not None
    assert perfect.tau == rankings.Estimate(1.0, 1.0, 1.0, 8)


def test_blocks_do_not_change_the_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resamples are cut up to save memory alone."""
    x, y = np.arange(8.0), np.array([1.0, 0, 3, 2, 6, 4, 7, 5])
    whole = agreement(x, y)
    monkeypatch.setattr(rankings, "_AT_ONCE", 640)
    assert agreement(x, y) == whole


def test_what_is_constant_has_no_order() -> None:
    """There is nothing to agree with."""
    assert agreement([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]) is None
    assert agreement([1.0, 2.0, 3.0], [0.5, 0.5, 0.5]) is None


def test_draws_without_order_are_left_out() -> None:
    """Of two pairs half of the draws are one pair twice; the others agree."""
    found = agreement([1.0, 2.0], [5.0, 7.0])
    assert found is not None
    assert found.spearman == rankings.Estimate(1.0, 1.0, 1.0, 2)


def test_wrong_inputs_are_refused() -> None:
    """Lengths, numbers and the level are checked."""
    with pytest.raises(ValueError, match="x and y must have one entry for each of the same rows"):
        agreement([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match=r"y must be finite, but y\[1\] is nan"):
        agreement([1.0, 2.0], [1.0, np.nan])
    with pytest.raises(ValueError, match="alpha must be between 0 and 1"):
        agreement([1.0, 2.0], [1.0, 2.0], alpha=1.0)


def test_the_least_number_of_pairs_is_the_first_that_can_decide() -> None:
    """With 5 pairs only a perfect order is rarer than 5 %; with 6 others are, too."""

    def significant(n: int) -> set[float]:
        x = np.arange(float(n))
        orders = np.array(list(itertools.permutations(range(n))), float)
        values = np.round(np.abs(rankings.spearman(np.tile(x, (len(orders), 1)), orders)), 9)
        return {float(v) for v in set(values) if np.mean(values >= v) <= 0.05}

    assert significant(rankings.LEAST - 1) == {1.0}
    assert len(significant(rankings.LEAST)) > 1
