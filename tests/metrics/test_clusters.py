"""Clustered intervals and comparisons: by hand, restated, and equal to the plain ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trunkline.metrics import clusters, comparisons, estimates

relaxed = settings(deadline=None, max_examples=25)
VALUES = np.array([0.1, 0.2, 0.3, 0.9, 0.8, 0.5, 0.4, 0.45, 0.7, 0.65])
OF = np.array([4, 4, 4, 1, 1, 7, 2, 2, 9, 9])
shares = st.lists(st.integers(0, 20).map(lambda k: k / 20), min_size=4, max_size=16)


def seeded(seed=0):
    """Return a generator, the same for the same seed."""
    return np.random.Generator(np.random.PCG64(seed))


def estimate(values, of, seed=0, resamples=499, alpha=0.05):
    """Return the estimate of clustered values."""
    return clusters.mean(values, of, alpha=alpha, resamples=resamples, rng=seeded(seed))


def compared(arm, baseline, of, higher=True):
    """Return a comparison of clustered scores."""
    return clusters.paired(
        arm, baseline, of, higher_is_better=higher, alpha=0.05, resamples=499, rng=seeded(1)
    )


def restated(values, of, resamples, rng, alpha=0.05):
    """Efron and Tibshirani's equations 14.9 to 14.15, of drawn clusters."""
    groups = [values[of == name] for name in np.unique(of)]
    count, normal, mean = len(groups), stats.norm, values.mean()
    draws = rng.integers(0, count, (resamples, count))
    means = np.array([np.concatenate([groups[g] for g in draw]).mean() for draw in draws])
    same = np.isclose(means, mean, rtol=1e-12)
    bias = normal.ppf(((means < mean) & ~same).mean() + same.mean() / 2)
    left = np.array([
        np.concatenate([g for place, g in enumerate(groups) if place != out]).mean()
        for out in range(count)
    ])  # fmt: skip
    gaps = left.mean() - left
    acceleration = (gaps**3).sum() / (6 * (gaps**2).sum() ** 1.5)
    ends = []
    for z in [normal.ppf(alpha / 2), normal.ppf(1 - alpha / 2)]:
        level = normal.cdf(bias + (bias + z) / (1 - acceleration * (bias + z)))
        ends.append(np.quantile(means, level))
    return ends


def test_the_interval_equals_its_restatement_on_the_same_resamples():
    """Clusters are drawn whole; the ends are the textbook's."""
    ours = estimate(VALUES, OF, seed=3, resamples=2999)
    low, high = restated(VALUES, OF, 2999, seeded(3))
    assert ours.value == pytest.approx(0.5, abs=1e-15)
    assert (ours.low, ours.high) == pytest.approx((low, high), rel=1e-9)
    assert ours.n == 10
    assert clusters.count(OF) == 5


@relaxed
@given(shares, st.integers(0, 2**32 - 1))
def test_clusters_of_one_are_no_clusters(values, seed):
    """The same bits as without clusters, of an estimate and of a comparison."""
    own = np.arange(len(values))[::-1]
    plain = estimates.mean(values, alpha=0.05, resamples=199, rng=seeded(seed))
    assert estimate(values, own, seed, 199) == plain
    told = {"higher_is_better": False, "alpha": 0.05, "resamples": 199}
    other = values[::-1]
    assert clusters.paired(values, other, own, rng=seeded(seed), **told) == comparisons.paired(
        values, other, rng=seeded(seed), **told
    )


@relaxed
@given(shares, st.integers(0, 99))
def test_names_of_clusters_do_not_matter(values, seed):
    """Another numbering in the same order gives the same interval, which holds the mean."""
    of = np.arange(len(values)) // 2
    ours = estimate(values, of, seed)
    assert ours == estimate(values, of * 7 + 3, seed)
    assert min(values) - 1e-12 <= ours.low <= ours.value + 1e-9
    assert ours.value - 1e-9 <= ours.high <= max(values) + 1e-12


def test_values_that_repeat_within_clusters_tell_no_more():
    """Ten copies of each value leave the interval as it was: the copies are no news."""
    few = VALUES[:6]
    once = estimates.mean(few, alpha=0.05, resamples=999, rng=seeded(5))
    copies = estimate(np.repeat(few, 10), np.repeat(np.arange(6), 10), seed=5, resamples=999)
    assert (copies.low, copies.high) == pytest.approx((once.low, once.high), rel=1e-9)


def test_whole_clusters_flip_their_sign():
    """Three clusters with gains of one sign: 2 of the 8 patterns are as far from 0."""
    of = np.repeat([0, 1, 2], 4)
    arm = np.array([0.5] * 4 + [0.6] * 4 + [0.8] * 4)
    ours = compared(arm, np.full(12, 0.4), of)
    assert ours.p == pytest.approx(2 / 8)
    assert ours.difference.value == pytest.approx((0.1 + 0.2 + 0.4) / 3)
    assert ours.better.value == 1.0
    assert compared(arm, np.full(12, 0.4), of, higher=False).difference.value < 0


def test_the_exact_p_counts_every_pattern():
    """Up to 20 clusters: the share of all 2^G sign patterns, listed one by one."""
    rng = seeded(8)
    of, gains = np.repeat(np.arange(7), 3), np.round(rng.normal(0.2, 1, 21), 2)
    sums = gains.reshape(7, 3).sum(axis=1)
    patterns = np.array(np.meshgrid(*[[-1, 1]] * 7)).reshape(7, -1).T
    expected = np.mean(np.abs(patterns @ sums) >= abs(sums.sum()) - 1e-9)
    assert compared(gains, np.zeros(21), of).p == pytest.approx(expected)


def test_clusters_widen_what_is_taken_for_independent():
    """Values alike within clusters tell less than as many independent ones."""
    rng = seeded(2)
    of = np.repeat(np.arange(12), 10)
    values = rng.normal(size=12)[of] + 0.1 * rng.normal(size=120)
    ours, plain = estimate(values, of), estimate(values, np.arange(120))
    assert ours.high - ours.low > 2 * (plain.high - plain.low)


def test_equal_clusters_give_no_width():
    """Where all clusters have one mean nothing is uncertain."""
    ours = estimate([0.2, 0.4, 0.4, 0.2], [0, 0, 1, 1])
    assert (ours.low, ours.high) == (ours.value, ours.value)


def test_one_cluster_is_refused():
    """No interval without a second parent or group."""
    with pytest.raises(ValueError, match="needs at least 2 of them, but all 3 values are of one"):
        estimate([0.1, 0.2, 0.3], [5, 5, 5])


def test_lengths_and_resamples_are_checked():
    """Messages name what was wrong."""
    with pytest.raises(ValueError, match="values and clusters must have one entry"):
        estimate([0.1, 0.2, 0.3], [0, 1])
    with pytest.raises(ValueError, match="resamples must be at least 100, got 99"):
        estimate(VALUES, OF, resamples=99)
