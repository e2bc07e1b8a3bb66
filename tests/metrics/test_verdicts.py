"""Verdicts: the rule at its edges, and how often it claims what is not there."""

import numpy as np
import pytest

from trunkline.metrics import comparisons, estimates, verdicts


def judge(low, high, p, alpha=0.05, margin=0.01):
    """Return the verdict on an interval and a p."""
    difference = estimates.Estimate((low + high) / 2, low, high, 10)
    return verdicts.judge(difference, p, alpha=alpha, margin=margin)


@pytest.mark.parametrize(
    ("low", "high", "p", "verdict"),
    [
        (0.02, 0.08, 0.01, "helps"),
        (0.02, 0.08, 0.05, "helps"),  # p at alpha counts
        (0.02, 0.08, 0.051, "no evidence"),  # interval and p must agree
        (0.0, 0.08, 0.01, "no evidence"),  # 0 is not above 0
        (-0.08, -0.02, 0.01, "hurts"),
        (-0.08, -0.02, 0.051, "no evidence"),
        (-0.08, 0.0, 0.01, "no evidence"),
        (-0.08, 0.08, 0.001, "no evidence"),
        (-0.009, 0.009, 0.9, "equivalent"),
        (0.001, 0.009, 0.001, "equivalent"),  # there, but too small to matter
        (-0.009, -0.001, 0.001, "equivalent"),
        (0.0, 0.0, 1.0, "equivalent"),
        (-0.01, 0.005, 0.9, "no evidence"),  # the margin itself is not within it
        (0.005, 0.01, 0.01, "helps"),
    ],
)
def test_the_rule_at_its_edges(low, high, p, verdict):
    """Each line is one edge of the rule."""
    assert judge(low, high, p) == verdict


def test_without_a_margin_nothing_is_equivalent():
    """A margin of 0 leaves no room, even for no difference at all."""
    assert judge(0.0, 0.0, 1.0, margin=0.0) == "no evidence"


@pytest.mark.parametrize(("low", "high"), [(0.02, 0.08), (-0.03, 0.08), (0.001, 0.009)])
def test_the_mirrored_difference_has_the_mirrored_verdict(low, high):
    """Swapping the arms swaps helps and hurts and nothing else."""
    mirrored = {"helps": "hurts", "hurts": "helps"}
    verdict = judge(low, high, 0.01)
    assert judge(-high, -low, 0.01) == mirrored.get(verdict, verdict)


def judged(gains, margin, rng):
    """Return the verdict on ten gains, as one comparison of its own."""
    ours = comparisons.paired(
        gains, np.zeros(len(gains)), higher_is_better=True, alpha=0.05, resamples=199, rng=rng
    )
    return verdicts.judge(ours.difference, ours.p, alpha=0.05, margin=margin)


def share_of(verdict, center, margin):
    """Return how often 800 studies of ten repeats, spread 0.03 around `center`, say `verdict`."""
    rng = np.random.Generator(np.random.PCG64(12))
    gains = rng.normal(center, 0.03, (800, 10))
    return np.mean([judged(row, margin, rng) in verdict for row in gains])


def test_claims_without_a_difference_are_rare():
    """Helps or hurts is claimed in at most 5 % of cases where neither is true."""
    assert share_of(("helps", "hurts"), 0.0, 0.001) < 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / 800)


def test_equivalence_at_the_margin_is_rare():
    """A difference just as large as the margin is called equivalent in at most 5 % of cases."""
    assert share_of(("equivalent",), 0.05, 0.05) < 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / 800)


def test_a_difference_is_found():
    """One as large as two standard deviations of a repeat is found nearly always."""
    assert share_of(("helps",), 0.06, 0.001) > 0.98


@pytest.mark.parametrize("p", [-0.1, 1.1, np.nan])
def test_p_must_be_a_probability(p):
    """A p that is none gives no verdict."""
    with pytest.raises(ValueError, match="p_holm must be from 0 to 1, got"):
        judge(0.0, 1.0, p)


def test_alpha_must_be_a_level():
    """0 and 1 are no levels."""
    with pytest.raises(ValueError, match=r"alpha must be between 0 and 1, .* got 0"):
        judge(0.0, 1.0, 0.5, alpha=0)


@pytest.mark.parametrize("margin", [-0.01, np.nan])
def test_margin_must_not_be_negative(margin):
    """A negative margin has no meaning."""
    with pytest.raises(ValueError, match="margin must not be negative, got"):
        judge(0.0, 1.0, 0.5, margin=margin)
