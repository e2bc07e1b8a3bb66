"""Paired comparisons against full enumeration, SciPy and textbook numbers."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trunkline.metrics import comparisons, estimates

relaxed = settings(deadline=None, max_examples=60)
hundredths = st.integers(0, 20).map(lambda k: 0.4 + k / 100)
pairs_of_scores = st.lists(st.tuples(hundredths, hundredths), min_size=2, max_size=10)


def seeded(seed=0):
    """Return a generator, the same for the same seed."""
    return np.random.Generator(np.random.PCG64(seed))


def compare(arm, baseline, higher_is_better=True, seed=0):
    """Return the comparison that the scores and a seed give."""
    return comparisons.paired(
        arm,
        baseline,
        higher_is_better=higher_is_better,
        alpha=0.05,
        resamples=499,
        rng=seeded(seed),
    )


def flip(gains, scale=1.0, resamples=499, seed=0):
    """Return the sign-flip p."""
    return comparisons.sign_flip(gains, scale=scale, resamples=resamples, rng=seeded(seed))


@pytest.mark.parametrize("n", [2, 5, 19, 20, 21, 60])
def test_the_least_p_is_that_of_equal_gains(n: int) -> None:
    """Two patterns of all are as far from 0 as gains that agree; of drawn ones hardly any."""
    found = flip([1.0] * n, resamples=199)
    assert found == comparisons.least(n, 199)


# Paired


def test_paired_by_hand():
    """Gains of 2, 1, 0 and -1 tenths: mean 0.05, two wins and a tie of four, p 12/16."""
    ours = compare([0.7, 0.6, 0.5, 0.4], [0.5, 0.5, 0.5, 0.5])
    assert ours.n == ours.difference.n == ours.better.n == 4
    assert ours.value == pytest.approx(0.55)
    assert ours.baseline_value == pytest.approx(0.5)
    assert ours.difference.value == pytest.approx(0.05)
    # of the sums of +-2 +-1 +-0 +-1: eight of 16 are +-2, four +-4, four 0, so |sum| >= 2: 12/16
    assert ours.p == 12 / 16
    assert ours.better == estimates.share(2.5, 4, alpha=0.05)


def test_a_positive_difference_means_the_arm_is_better():
    """A lower loss is a gain, and the mean scores stay as they were."""
    ours = compare([0.2, 0.3, 0.1], [0.5, 0.4, 0.3], higher_is_better=False)
    assert ours.difference.value == pytest.approx(0.2)
    assert ours.difference.low > 0
    assert ours.better.value == 1.0
    assert (ours.value, ours.baseline_value) == pytest.approx((0.2, 0.4))


@relaxed
@given(pairs_of_scores, st.booleans())
def test_swapping_the_arms_changes_the_sign_only(pairs, higher_is_better):
    """The difference is negated, P(better) mirrored, p the same; the interval mirrored."""
    arm, baseline = np.array(pairs).T
    one = compare(arm, baseline, higher_is_better)
    other = compare(baseline, arm, higher_is_better)
    assert one.p == other.p
    assert one.difference.value == -other.difference.value
    assert one.difference.low == pytest.approx(-other.difference.high, abs=1e-12)
    assert one.difference.high == pytest.approx(-other.difference.low, abs=1e-12)
    assert one.better.value + other.better.value == 1.0
    assert (one.value, one.baseline_value) == (other.baseline_value, other.value)


@relaxed
@given(pairs_of_scores, st.randoms(use_true_random=False))
def test_p_does_not_depend_on_the_order_of_the_repeats(pairs, random):
    """Also where floats make equal gains unequal in their last digit."""
    arm, baseline = np.array(pairs).T
    random.shuffle(pairs)
    shuffled, shuffled_baseline = np.array(pairs).T
    assert compare(arm, baseline).p == compare(shuffled, shuffled_baseline).p


def test_equal_arms_show_nothing():
    """No difference at all: p 1, P(better) one half, an interval without width."""
    ours = compare([0.1, 0.2, 0.3], [0.1, 0.2, 0.3])
    assert ours.p == 1.0
    assert ours.better.value == 0.5
    assert ours.difference == estimates.Estimate(0.0, 0.0, 0.0, 3)


# Sign flips


def test_ten_gains_of_one_sign_have_the_smallest_p():
    """Only the pattern observed and its mirror image are as extreme: 2/1024."""
    gains = np.linspace(0.01, 0.2, 10)
    assert flip(gains) == flip(-gains) == 2 / 1024 == comparisons.smallest_p(10)


@relaxed
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=9))
def test_p_counts_whole_numbers_exactly(gains):
    """Gains that are fractions of scores give the p that whole-number arithmetic gives."""
    sums = [
        abs(sum(sign * gain for sign, gain in zip(signs, gains, strict=True)))
        for signs in itertools.product([1, -1], repeat=len(gains))
    ]
    expected = sum(total >= abs(sum(gains)) for total in sums) / len(sums)
    scores = np.array([0.61 + gain / 30 for gain in gains]) - 0.61  # each with its rounding
    assert flip(scores) == expected


@relaxed
@given(st.integers(0, 2**32 - 1), st.integers(2, 10))
def test_exact_p_equals_scipy(seed, n):
    """SciPy's exact permutation test of one sample flips signs too."""
    gains = seeded(seed).normal(0.5, 1, n)
    theirs = stats.permutation_test((gains,), np.mean, permutation_type="samples")
    assert flip(gains) == theirs.pvalue


def test_twenty_pairs_are_listed_and_more_are_drawn():
    """Up to 20 pairs the generator is untouched; beyond, p is an estimate of the exact one."""
    gains = seeded(4).normal(0.3, 1, 20)
    exact = flip(gains)
    assert exact == flip(gains, seed=1)
    longer = np.append(gains, 0.0)  # a gain of 0 has no sign and cannot change the exact p
    drawn = flip(longer, resamples=9999)
    assert drawn != flip(longer, resamples=9999, seed=1)
    assert drawn == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 9999) + 1e-4)


def test_a_drawn_p_is_never_zero():
    """The observed pattern counts as one of the drawn: 1/1000 is the least of 999."""
    assert flip(np.ones(60), resamples=999) == 1 / 1000


def test_p_keeps_its_level():
    """Without any difference p <= 0.05 in at most 5 % of cases (5 % + 2.5 standard errors)."""
    rng = seeded(8)
    found = sum(flip(gains) <= 0.05 for gains in rng.standard_t(3, (2000, 8)))
    assert 0.03 < found / 2000 < 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / 2000)


def test_smallest_p_says_how_many_comparisons_fit():
    """Five pairs cannot reach 0.05; ten can, with Holm over 25 comparisons but not 26."""
    assert [comparisons.smallest_p(n) for n in (1, 2, 5)] == [1.0, 0.5, 0.0625]
    least = comparisons.smallest_p(10)
    assert comparisons.holm([least] * 25)[0] <= 0.05 < comparisons.holm([least] * 26)[0]


# Holm


def test_holm_textbook_example():
    """0.01, 0.04, 0.03, 0.005 become 0.03, 0.06, 0.06, 0.02: the last two are held monotone."""
    assert comparisons.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_of_one_and_of_none():
    """A single test needs no correction, and a family without tests has none."""
    assert comparisons.holm([0.2]).tolist() == [0.2]
    assert comparisons.holm([]).shape == (0,)


@relaxed
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0.001, 0.5))
def test_holm_rejects_what_the_step_down_procedure_rejects(p, alpha):
    """Adjusted p <= alpha for exactly the tests that Holm's own procedure rejects, in order."""
    adjusted = comparisons.holm(p)
    rejected = 0
    for k, value in enumerate(sorted(p)):
        if (len(p) - k) * value > alpha:
            break
        rejected += 1
    assert np.sum(adjusted <= alpha) == rejected
    assert (adjusted >= p).all()
    assert (adjusted <= np.minimum(1, len(p) * np.array(p))).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()


@relaxed
@given(st.lists(st.floats(0, 1), min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_holm_keeps_the_order_of_its_input(p, random):
    """Each test has the same adjusted p wherever it stands."""
    order = list(range(len(p)))
    random.shuffle(order)
    shuffled = comparisons.holm([p[i] for i in order])
    assert shuffled.tolist() == comparisons.holm(p)[order].tolist()


# Errors


def test_pairs_must_be_pairs():
    """An arm with a repeat missing cannot be paired."""
    with pytest.raises(ValueError, match=r"arm and baseline must .* got 3 and 2"):
        compare([0.1, 0.2, 0.3], [0.1, 0.2])


def test_one_pair_is_too_few():
    """A single repeat has neither an interval nor a p worth the name."""
    with pytest.raises(ValueError, match="at least 2 values, got 1"):
        compare([0.1], [0.2])


def test_scores_must_be_finite():
    """The error names the arm and the repeat."""
    with pytest.raises(ValueError, match=r"arm\[1\] is nan"):
        compare([0.1, np.nan], [0.1, 0.2])
    with pytest.raises(ValueError, match=r"baseline\[0\] is -inf"):
        compare([0.1, 0.2], [-np.inf, 0.2])
    with pytest.raises(ValueError, match=r"gains\[0\] is nan"):
        flip([np.nan])


@pytest.mark.parametrize("p", [[-0.1, 0.5], [0.5, 1.1]])
def test_p_must_be_a_probability(p):
    """Numbers that are no p-values are not corrected."""
    with pytest.raises(ValueError, match=r"p must be from 0 to 1, got"):
        comparisons.holm(p)


def test_p_must_be_there():
    """A missing p is named by its place."""
    with pytest.raises(ValueError, match=r"p\[1\] is nan"):
        comparisons.holm([0.1, np.nan])


def test_smallest_p_needs_a_pair():
    """No pairs, no p."""
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        comparisons.smallest_p(0)


@pytest.mark.parametrize("family", [1, 2, 9, 36])
@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.1])
def test_so_many_are_needed_and_no_fewer(family: int, alpha: float) -> None:
    """The least p of so many pairs, or resamples, is small enough after Holm; of one less not."""
    pairs, drawn = comparisons.needed(family, alpha)
    assert comparisons.least(pairs, 1) * family <= alpha < comparisons.least(pairs - 1, 1) * family
    assert comparisons.least(99, drawn) * family <= alpha
    assert comparisons.least(99, drawn - 1) * family > alpha
