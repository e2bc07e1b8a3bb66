"""Rows about several models, against what each number is by itself."""

import numpy as np
import pytest

from tests.metrics.ranking.tables import cells, model
from trunkline.metrics import comparisons
from trunkline.metrics.ranking import (
    accuracy,
    breakdowns,
    catalogue,
    chance,
    grouping,
    judging,
    listed,
    popular,
    rated,
    summaries,
    topmost,
)
from trunkline.settings.judging import Evaluate

RNG = np.random.default_rng(11)
U, ITEMS, K = 80, 40, 5
LIKELY = np.linspace(0.6, 0.02, ITEMS)
PARTS = np.where(RNG.random((U, ITEMS)) < LIKELY, RNG.choice([1, 2], (U, ITEMS), p=[0.6, 0.4]), 0)
PARTS[:6] = np.where(PARTS[:6] == 1, 0, PARTS[:6])  # new users
PARTS[:, ::9] = np.where(PARTS[:, ::9] == 1, 0, PARTS[:, ::9])  # new items
PARTS[6:9] = np.where(PARTS[6:9] == 2, 0, PARTS[6:9])  # users without test items
SEEN, TEST = cells(PARTS == 1), cells(PARTS == 2)
POPULARITY = grouping.popularity(SEEN).astype(np.float64)
SCORES = {
    "most_popular": [np.tile(POPULARITY, (U, 1))],
    "oracle": [(PARTS == 2) + RNG.random((U, ITEMS)) * 1.5],
    "random": [RNG.random((U, ITEMS)) for _ in range(4)],
}
TERMS = listed.Terms(
    cutoffs=(K, 3), main="ndcg", baseline="most_popular", rule=Evaluate(resamples=399), seed=3
)


def lists_of(scores):
    """Return what models that know every score list for all users."""
    users = np.arange(U)
    made = {
        name: [topmost.lists(model(one), users, SEEN, K) for one in repeats]
        for name, repeats in scores.items()
    }
    return listed.Listed(made, users, SEEN, TEST)


@pytest.fixture(scope="module")
def lists():
    """Return the lists of three models."""
    return lists_of(SCORES)


def found(rows, **wanted):
    """Return the only row with these entries."""
    chosen = [row for row in rows if wanted.items() <= row.items()]
    assert len(chosen) == 1
    return chosen[0]


def measured(name, repeat=0, test=TEST):
    """Return a model's metrics, measured by themselves."""
    lists = topmost.lists(model(SCORES[name][repeat]), np.arange(U), SEEN, K)
    return accuracy.measure(judging.judge(lists, np.arange(U), test), [3, K])


def test_every_metric_of_every_model_has_a_row(lists):
    """The mean over users, and over repeats."""
    rows = summaries.summarise(lists, TERMS).estimates
    assert len(rows) == 3 * 2 * len(accuracy.NAMES)
    for name in accuracy.NAMES:
        row = found(rows, model="oracle", metric=f"{name}@3")
        assert row["value"] == pytest.approx(measured("oracle")[f"{name}@3"].mean())
        assert row["low"] <= row["value"] <= row["high"]
        assert (row["n"], row["repeats"], row["spread"]) == (U - 3, 1, 0)
    repeats = [measured("random", repeat)[f"ndcg@{K}"].mean() for repeat in range(4)]
    row = found(rows, model="random", metric=f"ndcg@{K}")
    assert row["value"] == pytest.approx(np.mean(repeats))
    assert row["spread"] == pytest.approx(np.std(repeats, ddof=1))
    assert row["repeats"] == 4


def test_comparisons_are_on_the_main_metric(lists):
    """What knows the test is better than what is popular; chance is worse."""
    summary = summaries.summarise(lists, TERMS)
    assert [row["model"] for row in summary.comparisons] == ["oracle", "random"]
    row = found(summary.comparisons, model="oracle", baseline="most_popular", metric=f"ndcg@{K}")
    gap = measured("oracle")[f"ndcg@{K}"] - measured("most_popular")[f"ndcg@{K}"]
    assert row["difference"] == pytest.approx(gap.mean())
    assert row["value"] - row["baseline_value"] == pytest.approx(gap.mean())
    assert row["verdict"] == "helps"
    assert found(summary.comparisons, model="random")["verdict"] == "hurts"
    expected = comparisons.holm([row["p"] for row in summary.comparisons])
    assert [row["p_holm"] for row in summary.comparisons] == expected.tolist()
    assert {row["first"] for row in summary.rivals} == {"oracle"}
    assert {row["other"] for row in summary.rivals} == {"most_popular", "random"}
    assert {row["family"] for row in summary.rivals} == {3}


def test_what_is_shown(lists):
    """Coverage and Gini of all lists, novelty and popularity of each."""
    rows = breakdowns.shown(lists, TERMS)
    tops = [one[:, :K] for one in lists.models["random"]]
    coverage = [catalogue.coverage(catalogue.shown(top, ITEMS)) for top in tops]
    row = found(rows, model="random", metric="coverage")
    assert (row["value"], row["repeats"]) == (pytest.approx(np.mean(coverage)), 4)
    assert row["spread"] == pytest.approx(np.std(coverage, ddof=1))
    top = lists.models["oracle"][0]
    row = found(rows, model="oracle", metric="gini")
    assert row["value"] == catalogue.gini(catalogue.shown(top, ITEMS))
    known = np.count_nonzero(np.diff(SEEN.indptr))
    row = found(rows, model="oracle", metric="novelty")
    expected = catalogue.novelty(top, grouping.popularity(SEEN), known).mean()
    assert row["value"] == pytest.approx(expected)
    row = found(rows, model="most_popular", metric="popularity")
    assert row["value"] > found(rows, model="random", metric="popularity")["value"]


def test_users_without_a_list_leave_novelty():
    """For all models, so that they are of the same users."""
    scores = SCORES | {"oracle": [np.where(np.arange(U)[:, np.newaxis] < 10, -np.inf, 1.0 + PARTS)]}
    rows = breakdowns.shown(lists_of(scores), TERMS)
    assert found(rows, model="random", metric="novelty")["n"] == U - 10


def test_by_activity(lists):
    """The main metric of each bucket; new users are one."""
    rows = breakdowns.by_activity(lists, TERMS, parts=2)
    names = list(dict.fromkeys(row["group"] for row in rows))
    assert len(names) == 3
    assert names[0] == "cold"
    values = measured("oracle")[f"ndcg@{K}"]
    new = np.diff(SEEN.indptr)[judging.with_test(TEST)] == 0
    row = found(rows, group="cold", model="oracle")
    assert row["value"] == pytest.approx(values[new].mean())
    assert row["n"] == new.sum() == 6
    assert sum(found(rows, group=name, model="random")["n"] for name in names) == U - 3


def test_by_popularity(lists):
    """What is most popular hits in the head alone."""
    rows = breakdowns.by_popularity(lists, TERMS, share=0.5)
    head = found(rows, model="most_popular", group="head")
    assert head["listed"] > 0.9
    assert head["hits"] == 1
    assert 0 < head["relevant"] < 1
    assert found(rows, model="most_popular", group="cold")["recall"]["value"] == 0
    oracle = [found(rows, model="oracle", group=group) for group in ("head", "tail", "cold")]
    assert sum(row["hits"] for row in oracle) == pytest.approx(1)
    assert sum(row["items"] for row in oracle) == ITEMS
    assert oracle[2]["items"] == len(range(0, ITEMS, 9))
    assert oracle[1]["recall"]["value"] > 0


def test_a_group_nobody_tests_has_no_recall():
    """There is nothing to find in it."""
    lists = [np.array([[1], [1]], np.int32)]
    made = listed.Listed(
        {"a": lists}, np.arange(2), cells([[1, 0], [1, 0]]), cells([[0, 1], [0, 1]])
    )
    rows = breakdowns.by_popularity(made, TERMS_OF_ONE)
    assert found(rows, model="a", group="head")["recall"] is None
    assert found(rows, model="a", group="cold")["recall"]["value"] == 1


TERMS_OF_ONE = listed.Terms(
    cutoffs=(1,), main="recall", baseline="a", rule=Evaluate(resamples=199), seed=1
)


def test_cold_start_is_apart(lists):
    """Each part of the test pairs by itself; a part nobody has is left out."""
    rows = breakdowns.by_start(lists, TERMS)
    for start, test in grouping.starts(SEEN, TEST)._asdict().items():
        row = found(rows, start=start, model="oracle")
        assert row["value"] == pytest.approx(measured("oracle", test=test)[f"ndcg@{K}"].mean())
        assert row["n"] == len(judging.with_test(test))
    assert found(rows, start="cold_items", model="most_popular")["value"] < 0.05
    seen, test = cells([[1, 0, 1], [0, 1, 1]]), cells([[0, 1, 0], [1, 0, 0]])
    warm = listed.Listed({"a": [np.array([[1], [0]], np.int32)]}, np.arange(2), seen, test)
    assert [row["start"] for row in breakdowns.by_start(warm, TERMS_OF_ONE)] == ["warm"]


def test_expected_values_are_those_of_the_closed_forms(lists):
    """And the evaluation of the most popular items agrees with its own."""
    expected = breakdowns.expected(lists, TERMS)
    users = judging.with_test(TEST)
    candidates = ITEMS - np.diff(SEEN.indptr)[users]
    alone = chance.measure(np.diff(TEST.indptr)[users], candidates, [K])
    assert expected["random"][f"map@{K}"] == pytest.approx(alone[f"map@{K}"].mean())
    assert expected["random"][f"coverage@{K}"] == chance.coverage(SEEN, users, K)
    rows = summaries.summarise(lists, TERMS).estimates
    for metric, value in expected["most_popular"].items():
        assert found(rows, model="most_popular", metric=metric)["value"] == pytest.approx(value)
    assert set(expected["most_popular"]) == set(popular.measure(SEEN, TEST, TERMS.cutoffs))


def test_ratings():
    """RMSE and MAE over all ratings; the comparison is on RMSE."""
    rng = np.random.default_rng(0)
    user, truth = rng.integers(0, 50, 900), rng.integers(1, 6, 900).astype(float)
    models = {
        "bias": [rated.errors(user, truth, truth + rng.normal(0, 1, 900))],
        "mf": [rated.errors(user, truth, truth + rng.normal(0, 0.7, 900)) for _ in range(3)],
    }
    terms = listed.Terms(
        cutoffs=(K,), main="ndcg", baseline="bias", rule=Evaluate(resamples=399), seed=3
    )
    summary = summaries.of_ratings(models, terms)
    row = found(summary.estimates, model="bias", metric="rmse")
    assert row["value"] == pytest.approx(models["bias"][0].rmse())
    row = found(summary.estimates, model="mf", metric="mae")
    assert row["value"] == pytest.approx(np.mean([one.mae() for one in models["mf"]]))
    assert row["repeats"] == 3
    row = found(summary.comparisons, model="mf", metric="rmse", baseline="bias")
    assert row["verdict"] == "helps"
    assert row["difference"] > 0 > row["value"] - row["baseline_value"]
    assert summary.rivals[0]["first"] == "mf"


def test_errors_of_other_ratings_are_refused():
    """They cannot be paired."""
    one = rated.errors(np.array([0, 1]), [1, 2], [1, 1])
    for user in ([0, 2], [0, 1, 1]):
        other = rated.errors(np.array(user), np.ones(len(user)), np.ones(len(user)))
        with pytest.raises(ValueError, match=r"of the same test ratings .* but 'b' has others"):
            summaries.of_ratings({"a": [one], "b": [other]}, TERMS)


@pytest.mark.parametrize(
    ("models", "message"),
    [
        ({}, "expected the lists of at least one model"),
        ({"a": []}, "expected lists of 'a' for 2 users in each repeat, received no repeat"),
        ({"a": [[[1], [0]], [[1]]]}, r"lists of 'a' for 2 users in each repeat, received \[1, 2\]"),
        ({"a": [[[-1], [-1]]]}, "expected lists of 'a' with at least one item"),
    ],
)
def test_lists_that_cannot_be_judged_are_refused(models, message):
    """The model is named."""
    made = {name: [np.array(one, np.int32) for one in runs] for name, runs in models.items()}
    with pytest.raises(ValueError, match=message):
        listed.Listed(made, np.arange(2), cells([[1, 0]] * 2), cells([[0, 1]] * 2))


def test_lists_against_what_was_seen_are_refused():
    """Test pairs are none of training."""
    with pytest.raises(ValueError, match="expected test pairs that were not seen"):
        listed.Listed({}, np.arange(1), cells([[1, 0]]), cells([[1, 0]]))


def test_an_unknown_main_metric_is_refused():
    """Those there are, are named."""
    with pytest.raises(ValueError, match=r"expected a main metric among ndcg, .* 'auc'"):
        listed.Terms(cutoffs=(1,), main="auc", baseline="a", rule=Evaluate(), seed=1)
