"""Intervals against restatements, against SciPy, and against the truth they should hold."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trunkline.metrics import estimates

relaxed = settings(deadline=None, max_examples=60)
SKEWED = np.array([0.1, 0.15, 0.2, 0.2, 0.25, 0.3, 0.35, 0.5, 0.9, 1.6])
scores_of_repeats = st.lists(st.integers(0, 40).map(lambda k: k / 40), min_size=2, max_size=20)


def seeded(seed=0):
    """Return a generator, the same for the same seed."""
    return np.random.Generator(np.random.PCG64(seed))


def estimate(values, seed=0, alpha=0.05, resamples=499):
    """Return the estimate that `values` and a seed give."""
    return estimates.mean(values, alpha=alpha, resamples=resamples, rng=seeded(seed))


def restated_bca(values, resamples, rng, alpha=0.05):
    """Efron and Tibshirani's equations 14.9 to 14.15, by name."""
    n, normal = len(values), stats.norm
    means = values[rng.integers(0, n, (resamples, n))].mean(axis=1)
    below = (means < values.mean()).mean() + np.isclose(means, values.mean(), rtol=1e-13).mean() / 2
    bias = normal.ppf(below)
    leave_one_out = np.array([np.delete(values, i).mean() for i in range(n)])
    gaps = leave_one_out.mean() - leave_one_out
    acceleration = (gaps**3).sum() / (6 * (gaps**2).sum() ** 1.5)
    ends = []
    for z in [normal.ppf(alpha / 2), normal.ppf(1 - alpha / 2)]:
        level = normal.cdf(bias + (bias + z) / (1 - acceleration * (bias + z)))
        ends.append(np.quantile(means, level))
    return ends


def test_bca_equals_its_restatement_on_the_same_resamples():
    """With the same generator the interval is the textbook's, to rounding."""
    ours = estimate(SKEWED, seed=3, resamples=9999)
    low, high = restated_bca(SKEWED, 9999, seeded(3))
    assert ours.value == pytest.approx(0.455, abs=1e-15)
    assert (ours.low, ours.high) == pytest.approx((low, high), rel=1e-10)
    assert ours.n == 10


def test_bca_follows_skew():
    """Where values are skewed to the right the interval reaches further to the right."""
    ours = estimate(SKEWED, resamples=9999)
    assert ours.high - ours.value > 1.3 * (ours.value - ours.low)


def test_a_wider_level_gives_a_wider_interval():
    """The 99 % interval holds the 90 % interval."""
    wide, narrow = estimate(SKEWED, alpha=0.01), estimate(SKEWED, alpha=0.1)
    assert wide.low < narrow.low < narrow.high < wide.high


@relaxed
@given(scores_of_repeats, st.integers(0, 2**32 - 1))
def test_the_interval_holds_the_mean_and_stays_within_the_values(values, seed):
    """Whatever the values, ties and outliers included."""
    ours = estimate(values, seed)
    assert min(values) - 1e-12 <= ours.low <= ours.value + 1e-12
    assert ours.value - 1e-12 <= ours.high <= max(values) + 1e-12


@relaxed
@given(scores_of_repeats, st.sampled_from([1e-30, 0.25, 3.0, 1e30]))
def test_the_interval_scales_with_the_unit(values, unit):
    """A metric in another unit has the same interval in that unit."""
    ours, theirs = estimate(values), estimate(np.array(values) * unit)
    expected = np.array([ours.value, ours.low, ours.high]) * unit
    np.testing.assert_allclose([theirs.value, theirs.low, theirs.high], expected, rtol=1e-9)


def test_ties_do_not_depend_on_rounding():
    """Gains of 0, 1 and 2 hundredths give one interval, however the floats came about."""
    exact = np.array([0, 1, 1, 2, 0, 1, 2, 2, 1, 0]) / 100
    rounded = (exact + 0.7) - 0.7  # the same to 16 digits of the scores, not the same floats
    assert (exact != rounded).any()
    ours, theirs = estimate(exact), estimate(rounded)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-15)


@pytest.mark.parametrize("value", [0.0, 0.1, -1e300, 5e-324])
def test_equal_values_give_an_interval_without_width(value):
    """No warning, no NaN, and no number taken from the generator."""
    rng = seeded()
    ours = estimates.mean([value] * 3, alpha=0.05, resamples=999, rng=rng)
    assert ours.low == ours.value == ours.high == pytest.approx(value)
    assert rng.random() == seeded().random()


def test_values_equal_but_for_rounding_are_equal():
    """0.1 + 0.2 and 0.3 are not two observations of a spread."""
    ours = estimate([0.1 + 0.2, 0.3, 0.3])
    assert ours.low == ours.high


def test_the_same_seed_gives_the_same_interval():
    """Randomness comes from the generator alone."""
    assert estimate(SKEWED, seed=5) == estimate(SKEWED, seed=5) != estimate(SKEWED, seed=6)


def test_coverage_of_normal_repeats():
    """Of 10 normal values 95 % intervals hold the truth in about 90 % of cases, of 40 in 93 %."""
    rng = seeded(20)

    def coverage(n):
        held = 0
        for values in rng.normal(size=(600, n)):
            ours = estimates.mean(values, alpha=0.05, resamples=399, rng=rng)
            held += ours.low <= 0 <= ours.high
        return held / 600

    assert coverage(10) == pytest.approx(0.897, abs=0.03)
    assert coverage(40) == pytest.approx(0.933, abs=0.025)


# Shares


def test_wilson_by_hand():
    """Of 1 in 4 with z = 2, (1/4 + 1/2 +- 2 sqrt(3/64 + 1/16)) / 2 = 0.375 +- sqrt(7)/8."""
    alpha = 2 * stats.norm.sf(2)
    ours = estimates.share(1, 4, alpha=alpha)
    assert ours.value == 0.25
    assert ours.low == pytest.approx(0.375 - math.sqrt(7) / 8)
    assert ours.high == pytest.approx(0.375 + math.sqrt(7) / 8)


@pytest.mark.parametrize("n", [1, 2, 10, 37])
@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_wilson_equals_scipy(n, alpha):
    """Every count of every n gives SciPy's interval."""
    for successes in range(n + 1):
        ours = estimates.share(successes, n, alpha=alpha)
        theirs = stats.binomtest(successes, n).proportion_ci(1 - alpha, method="wilson")
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
        assert 0 <= ours.low <= ours.value <= ours.high <= 1


def test_half_successes_lie_between():
    """A tie counts half: 2.5 of 5 is even, and its interval is symmetric."""
    ours = estimates.share(2.5, 5, alpha=0.05)
    assert ours.value == 0.5
    assert ours.low + ours.high == pytest.approx(1)


# Errors


def test_an_interval_needs_two_values():
    """One repeat has no spread."""
    with pytest.raises(ValueError, match="at least 2 values, got 1"):
        estimate([0.5])


def test_values_must_be_finite():
    """A repeat that diverged is named by its place."""
    with pytest.raises(ValueError, match=r"values must be finite, but values\[2\] is nan"):
        estimate([0.5, 0.6, np.nan])


@pytest.mark.parametrize("values", [[0.5, 0.5], [0.5, 0.6]])
@pytest.mark.parametrize("alpha", [0.0, 1.0, np.nan])
def test_alpha_must_be_a_level(values, alpha):
    """Also where all values are equal and no interval is computed."""
    with pytest.raises(ValueError, match="alpha must be between 0 and 1"):
        estimate(values, alpha=alpha)
    with pytest.raises(ValueError, match="alpha must be between 0 and 1"):
        estimates.share(1, 2, alpha=alpha)


def test_resamples_must_be_enough():
    """Ends of an interval cannot be read from a handful of resamples."""
    with pytest.raises(ValueError, match="resamples must be at least 100, got 99"):
        estimate([0.5, 0.6], resamples=99)


@pytest.mark.parametrize(("successes", "n"), [(-1, 3), (4, 3), (0, 0), (np.nan, 3)])
def test_a_share_is_of_something(successes, n):
    """Successes lie between 0 and n."""
    with pytest.raises(ValueError, match=f"successes must be from 0 to n.* {successes} of {n}"):
        estimates.share(successes, n, alpha=0.05)
