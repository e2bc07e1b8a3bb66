"""Comparisons on several metrics, or of chosen pairs, are corrected as one family."""

import dataclasses

import numpy as np
import pytest

from trunkline.metrics import verdicts
from trunkline.metrics.ranking import comparing, families, values
from trunkline.settings.judging import Evaluate

RULE = Evaluate(resamples=999)
USERS = 60


def test_contrasts_of_one_metric_are_a_family_as_they_are():
    """Joined with nothing else, nothing changes; joined twice, p grows and verdicts follow."""
    rng = np.random.default_rng(5)
    base = rng.random(USERS)
    metric = values.over_users(
        {"base": base, "a": base + 0.02 + 0.05 * rng.standard_normal(USERS), "b": base + 0.5}
    )
    one = list(comparing.against(metric, "base", RULE, seed=1).values())
    assert families.joined(one, RULE) == one
    many = families.joined(one * 20, RULE)
    assert [contrast.family for contrast in many] == [40] * 40
    for contrast in many:
        expected = verdicts.judge(
            contrast.comparison.difference, contrast.p_holm, alpha=RULE.alpha, margin=RULE.margin
        )
        assert contrast.verdict == expected
    assert many[0].p_holm > one[0].p_holm
    assert families.joined([], RULE) == []


def test_pairs_that_are_asked_for_are_one_family():
    """In the order in which they were asked for; the first against the second."""
    base = np.random.default_rng(6).random(USERS)
    metric = values.over_users({"a": base, "b": base + 0.1, "c": base + 0.3})
    one, other = comparing.asked(metric, [("c", "b"), ("a", "b")], RULE, seed=1)
    assert one.comparison.difference.value == pytest.approx(0.2)
    assert other.comparison.difference.value == pytest.approx(-0.1)
    assert (one.family, other.family) == (2, 2)


def test_too_few_resamples_for_the_family_are_refused():
    """Each task alone could be told apart with so few, all together not."""
    rule = dataclasses.replace(RULE, resamples=100)
    metric = values.over_users({"base": np.zeros(USERS), "a": np.arange(USERS) / USERS})
    one = list(comparing.against(metric, "base", rule, seed=1).values())
    with pytest.raises(ValueError, match=r"to tell 6 comparisons apart .* at least 120"):
        families.joined(one * 6, rule)
