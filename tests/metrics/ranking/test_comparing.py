"""Models against each other, over users: by hand, with repeats, and what must not change it."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trunkline.metrics import comparisons, estimates
from trunkline.metrics.ranking import comparing, rated, values
from trunkline.settings.judging import Evaluate

RULE = Evaluate(resamples=999, margin=0.01)
RNG = np.random.default_rng(7)
BASE = RNG.beta(1, 3, 120)
MODELS = {
    "popular": BASE,
    "better": BASE + RNG.normal(0.1, 0.1, 120),
    "same": BASE + RNG.normal(0, 0.01, 120),
    "worse": BASE - RNG.normal(0.1, 0.1, 120),
    "noisy": BASE + RNG.normal(0, 0.5, 120),
}


def over(models=None, **options):
    """Return a metric over users."""
    return values.over_users(MODELS if models is None else models, **options)


def test_an_estimate_is_the_mean_over_users_with_its_interval():
    """As `estimates.mean` has it, but for the draws."""
    found = comparing.standings(over(), RULE, seed=1)
    for name, row in MODELS.items():
        standing = found[name]
        usual = estimates.mean(row, alpha=0.05, resamples=999, rng=np.random.default_rng(0))
        assert standing.estimate.value == pytest.approx(usual.value)
        assert standing.estimate.n == 120
        width = usual.high - usual.low
        assert standing.estimate.low == pytest.approx(usual.low, abs=width / 8)
        assert standing.estimate.high == pytest.approx(usual.high, abs=width / 8)
        assert (standing.repeats, standing.spread) == (1, 0)


def test_repeats_are_averaged_for_each_user_first():
    """The interval is that of the mean model; the spread is of the means over users."""
    repeats = np.stack([BASE + 0.03, BASE - 0.01, BASE + 0.04])
    models = {"random": repeats, "mean": repeats.mean(axis=0)}
    found = comparing.standings(over(models), RULE, seed=1)
    assert found["random"].estimate == found["mean"].estimate
    assert found["random"].repeats == 3
    assert found["random"].spread == pytest.approx(np.std([0.03, -0.01, 0.04], ddof=1))
    contrast = comparing.against(over(models), "mean", RULE, seed=1)["random"]
    assert contrast.comparison.difference == estimates.Estimate(0, 0, 0, 120)
    assert contrast.p_holm == 1


def test_verdicts_on_planted_differences():
    """What was planted is found, and what is too small to matter is equivalent."""
    found = comparing.against(over(), "popular", RULE, seed=1)
    verdicts = {name: one.verdict for name, one in found.items()}
    assert verdicts == {
        "better": "helps", "same": "equivalent", "worse": "hurts", "noisy": "no evidence",
    }  # fmt: skip
    gap = found["better"].comparison
    gains = MODELS["better"] - BASE
    assert gap.difference.value == pytest.approx(gains.mean())
    assert (gap.value, gap.baseline_value) == pytest.approx((MODELS["better"].mean(), BASE.mean()))
    assert gap.better == estimates.share(float((gains > 0).sum()), 120, alpha=0.05)
    assert gap.n == 120


def test_holm_runs_over_all_models():
    """Each p is corrected for the others."""
    found = comparing.against(over(), "popular", RULE, seed=1)
    expected = comparisons.holm([one.comparison.p for one in found.values()])
    assert [one.p_holm for one in found.values()] == expected.tolist()
    assert {one.family for one in found.values()} == {4}


def test_the_leader_is_corrected_for_all_pairs():
    """Who leads is known only after the test: ten pairs of five models."""
    name, found = comparing.leader(over(), RULE, seed=1)
    assert name == "better"
    assert list(found) == ["popular", "same", "worse", "noisy"]
    assert {one.family for one in found.values()} == {10}
    before = comparing.against(over(), "better", RULE, seed=1)
    for other, one in found.items():
        assert one.comparison.p == before[other].comparison.p
        assert one.comparison.difference.value == -before[other].comparison.difference.value
        assert one.p_holm >= before[other].p_holm


def test_holm_of_the_leader_counts_the_pairs_it_is_not_in():
    """Small p of other pairs come before its own."""
    names = ["better", "popular", "same", "worse", "noisy"]
    p = {
        (a, b): comparing.against(over({a: MODELS[a], b: MODELS[b]}), b, RULE, seed=1)[a]
        for a, b in itertools.combinations(names, 2)
    }
    expected = comparisons.holm([one.comparison.p for one in p.values()])
    _, found = comparing.leader(over({name: MODELS[name] for name in names}), RULE, seed=1)
    assert [one.p_holm for one in found.values()] == expected[:4].tolist()
    assert (
        found["noisy"].p_holm != comparisons.holm([one.comparison.p for one in found.values()])[3]
    )


def test_of_equal_models_the_first_leads():
    """And the other is no worse."""
    name, found = comparing.leader(over({"b": BASE, "a": BASE}), RULE, seed=1)
    assert name == "b"
    assert found["a"].verdict == "equivalent"


def test_a_model_alone_leads_nobody():
    """There is nothing to compare."""
    assert comparing.leader(over({"a": BASE}), RULE, seed=1) == ("a", {})
    assert comparing.against(over({"a": BASE}), "a", RULE, seed=1) == {}


def test_where_lower_is_better_a_gain_is_positive():
    """Of an error."""
    found = comparing.against(over(higher_is_better=False), "popular", RULE, seed=1)
    assert found["worse"].verdict == "helps"
    assert found["worse"].comparison.difference.low > 0
    assert found["worse"].comparison.better.value > 0.5
    assert comparing.leader(over(higher_is_better=False), RULE, seed=1)[0] == "worse"


@settings(max_examples=20)
@given(st.permutations(range(120)), st.integers(0, 99))
def test_relabelled_users_change_no_value(order, seed):
    """Other users are drawn, so intervals differ a little; values do not."""
    relabelled = {name: row[order] for name, row in MODELS.items()}
    rule = Evaluate(resamples=199, margin=0.01)
    one = comparing.against(over(), "popular", rule, seed=seed)["better"].comparison
    other = comparing.against(over(relabelled), "popular", rule, seed=seed)["better"].comparison
    assert one.difference.value == pytest.approx(other.difference.value)
    assert one.better == other.better
    assert one.difference.low == pytest.approx(other.difference.low, abs=0.02)


def test_more_models_change_no_interval():
    """Only what p is corrected for."""
    few = {name: MODELS[name] for name in ("popular", "better")}
    one = comparing.against(over(few), "popular", RULE, seed=1)["better"].comparison
    other = comparing.against(over(), "popular", RULE, seed=1)["better"].comparison
    assert one.p == other.p
    assert one.difference.low == pytest.approx(other.difference.low, rel=1e-9)
    assert one.difference.high == pytest.approx(other.difference.high, rel=1e-9)


def test_an_rmse_is_over_all_ratings():
    """Users with many ratings count more, in the value, its interval and the difference."""
    rng = np.random.default_rng(2)
    user = rng.integers(0, 80, 2000)
    truth = rng.normal(3, 1, 2000)
    exact = rated.errors(user, truth, truth + rng.normal(0, 0.8, 2000))
    rough = rated.errors(user, truth, truth + rng.normal(0, 1, 2000))
    metric = values.over_ratings(
        {"rough": rough.squared, "exact": exact.squared}, exact.counts, root=True
    )
    standing = comparing.standings(metric, RULE, seed=1)["exact"].estimate
    assert standing.value == pytest.approx(exact.rmse())
    assert standing.low < 0.8 < standing.high
    contrast = comparing.against(metric, "rough", RULE, seed=1)["exact"]
    assert contrast.comparison.difference.value == pytest.approx(rough.rmse() - exact.rmse())
    assert contrast.comparison.difference.low < 0.2 < contrast.comparison.difference.high
    assert contrast.verdict == "helps"


def test_users_for_whom_a_metric_is_not_defined_are_left_out():
    """The recall of new items is that of users with new items in the test."""
    row = np.array([0.5, np.nan, 1.0, np.nan, 0.0])
    metric = values.over_users({"a": row, "b": [row, row / 2]})
    assert metric.users == 3
    assert metric.means["b"].tolist() == pytest.approx([0.375, 0.75, 0])
    assert metric.repeats["b"].tolist() == pytest.approx([0.5, 0.25])
    assert comparing.standings(metric, RULE, seed=0)["a"].estimate.n == 3


def test_a_level_that_cannot_be_reached_is_refused():
    """Else everything would be `no evidence`, whatever the data."""
    rule = Evaluate(resamples=100, margin=0.01)
    message = r"tell 10 comparisons apart at the level 0.05, received 100, .* at least 200"
    with pytest.raises(ValueError, match=message):
        comparing.leader(over(), rule, seed=1)


def test_an_unknown_baseline_is_refused():
    """The models are named."""
    with pytest.raises(ValueError, match=r"expected a baseline among popular, better, .* 'ease'"):
        comparing.against(over(), "ease", RULE, seed=1)


@pytest.mark.parametrize(
    ("models", "message"),
    [
        ({}, "expected the values of at least one model"),
        ({"a": [1, 2, 3], "b": [1, 2]}, r"same users, received so many: {'a': 3, 'b': 2}"),
        ({"a": [1, np.nan, 3], "b": [1, 2, 3]}, "of 'a' and 'b' only one has a value for user 1"),
        ({"a": [[1, 2], [1, np.nan]]}, "of 'a' and 'a' only one has a value for user 1"),
        ({"a": [0.5]}, "expected at least 2 users, received 1"),
        ({"a": [0.5, np.nan]}, "expected at least 2 users, received 1"),
        ({"a": np.zeros((2, 3, 4))}, r"values of 'a' as \[users\] or \[repeats, users\]"),
        ({"a": np.zeros((0, 4))}, r"received an array of shape \(0, 4\)"),
        ({"a": [1, np.inf, 0]}, "values of 'a' must be finite"),
    ],
)
def test_values_that_cannot_be_compared_are_refused(models, message):
    """The message names the model and the user."""
    with pytest.raises(ValueError, match=message):
        values.over_users(models)


@pytest.mark.parametrize(
    ("models", "counts", "message"),
    [
        ({"a": [1, 2, 3]}, [1, 0, 2], "at least 1 rating, received 0 of user 1"),
        ({"a": [1, 2, 3]}, [1, 2], "counts and a must have one entry for each"),
        ({"a": [1, np.nan]}, [1, 2], "values of 'a' must be finite"),
        ({"a": [1]}, [1], "expected at least 2 users, received 1"),
    ],
)
def test_ratings_that_cannot_be_compared_are_refused(models, counts, message):
    """Every user has a rating, and an error."""
    with pytest.raises(ValueError, match=message):
        values.over_ratings(models, counts, root=False)
