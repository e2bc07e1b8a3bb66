"""Metrics of lists by hand, against scikit-learn and ranx, and what must not change them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from tests.metrics.ranking.tables import cases, cells, model
from trunkline.metrics.ranking import accuracy, judging, logarithms

CUTOFFS = (1, 3, 5)
LIST = np.array([[0, 1, -1, -1, -1]], np.int32)
# Users 0 to 5 and items 0 to 11, made of whole numbers; user 3 has no test item.
USER, ITEM = np.mgrid[:6, :12]
SCORES = (7 * ITEM**2 + 5 * USER * ITEM + 3 * USER + ITEM) % 31 + ITEM / 100
SEEN = (3 * ITEM + USER) % 5 == 0
TEST = (2 + USER % 3 - (USER == 5) > (ITEM**2 + 2 * USER + ITEM * USER) % 7) & ~SEEN
# What ranx 0.3.21 gives for these, user by user: `Qrels` of the test items with relevance 1, `Run`
# of the scores of unseen items, `evaluate(qrels, run, "<metric>@<k>", return_mean=False)`.
RANX = {
    "ndcg@1": [0, 0, 0, 0, 1],
    "precision@1": [0, 0, 0, 0, 1],
    "recall@1": [0, 0, 0, 0, 0.5],
    "map@1": [0, 0, 0, 0, 0.5],
    "mrr@1": [0, 0, 0, 0, 1],
    "hit_rate@1": [0, 0, 0, 0, 1],
    "ndcg@3": [
        0.23463936301137822, 0.5307212739772434, 0, 0.2960819109658652, 0.9197207891481876,
    ],
    "precision@3": [0.3333333333333333, 0.6666666666666666, 0, 0.3333333333333333,
                    0.6666666666666666],
    "recall@3": [0.25, 0.25, 0, 0.3333333333333333, 1],
    "map@3": [0.08333333333333333, 0.14583333333333331, 0, 0.16666666666666666, 0.8333333333333333],
    "mrr@3": [0.3333333333333333, 0.5, 0, 0.5, 1],
    "hit_rate@3": [1, 1, 0, 1, 1],
    "ndcg@5": [
        0.19519002499605084, 0.5296347172140421, 0.23719771276929622, 0.4776237035032179,
        0.9197207891481876,
    ],
    "precision@5": [0.2, 0.6, 0.2, 0.4, 0.4],
    "recall@5": [0.25, 0.375, 0.5, 0.6666666666666666, 1],
    "map@5": [0.08333333333333333, 0.23958333333333331, 0.1, 0.3, 0.8333333333333333],
    "mrr@5": [0.3333333333333333, 0.5, 0.2, 0.5, 1],
    "hit_rate@5": [1, 1, 1, 1, 1],
}  # fmt: skip


def measured(scores, seen, test, cutoffs=CUTOFFS):
    """Return every metric of a model that knows the scores."""
    longest = max(cutoffs)
    judged = judging.evaluate(model(scores), seen=cells(seen), test=cells(test), k=longest)
    return accuracy.measure(judged, cutoffs)


def test_by_hand():
    """A list of 5 that hits at places 1, 3 and 4; the user has 4 test items."""
    hits = np.array([[True, False, True, True, False]])
    judged = judging.Judged(np.array([0]), np.zeros((1, 5), np.int32), hits, np.array([4]), 0)
    found = {name: values[0] for name, values in accuracy.measure(judged, [3, 5]).items()}
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found == pytest.approx(
        {
            "ndcg@3": (1 + 1 / math.log2(4)) / ideal,
            "precision@3": 2 / 3,
            "recall@3": 2 / 4,
            "map@3": (1 + 2 / 3) / 4,
            "map_capped@3": (1 + 2 / 3) / 3,
            "mrr@3": 1,
            "hit_rate@3": 1,
            "ndcg@5": (1 + 1 / math.log2(4) + 1 / math.log2(5)) / (ideal + 1 / math.log2(5)),
            "precision@5": 3 / 5,
            "recall@5": 3 / 4,
            "map@5": (1 + 2 / 3 + 3 / 4) / 4,
            "map_capped@5": (1 + 2 / 3 + 3 / 4) / 4,
            "mrr@5": 1,
            "hit_rate@5": 1,
        }
    )


def test_the_first_hit_decides_the_reciprocal_rank():
    """1/3 where it is at place 3, 0 where there is none."""
    hits = np.array([[False, False, True, True], [False] * 4])
    assert accuracy.reciprocal_rank(hits).tolist() == [1 / 3, 0]
    assert accuracy.hit_rate(hits).tolist() == [1, 0]


def test_both_conventions_of_map():
    """Ten places that all hit have 1 capped, and k / relevant where all test items count."""
    hits, relevant = np.ones((1, 10), bool), np.array([40])
    assert accuracy.average_precision(hits, relevant) == pytest.approx(10 / 40)
    assert accuracy.average_precision(hits, np.minimum(relevant, 10)) == pytest.approx(1)


def test_equal_to_ranx():
    """Ties are broken otherwise there, so these scores have none."""
    found = measured(SCORES, SEEN, TEST)
    assert all(len(np.unique(row)) == 12 for row in SCORES)
    for name, values in RANX.items():
        assert found[name] == pytest.approx(values, abs=1e-15), name


@given(st.lists(st.permutations(range(8)), min_size=1, max_size=4), st.integers(0, 2**32 - 1))
def test_ndcg_is_that_of_scikit_learn(rows, seed):
    """Seen items get the lowest scores there."""
    scores = np.array(rows, np.float64)
    parts = np.random.default_rng(seed).integers(0, 3, scores.shape)
    seen, test = parts == 1, parts == 2
    users = test.any(axis=1)
    if not users.any():
        return
    found = measured(scores, seen, test, (1, 2, 4, 8))
    below = np.where(seen, -1.0, scores)[users]
    for k in (1, 2, 4, 8):
        expected = [
            ndcg_score([truth], [row], k=k, ignore_ties=True)
            for truth, row in zip(test[users], below, strict=True)
        ]
        assert found[f"ndcg@{k}"] == pytest.approx(expected)


@given(cases())
def test_the_ideal_list_has_one(case):
    """Test items first: nDCG, capped MAP, MRR and hit rate are 1, recall what k allows."""
    _, seen, test = case
    found = measured(test.astype(np.float32), seen, test)
    relevant = test.sum(axis=1)[test.any(axis=1)]
    for k in CUTOFFS:
        for name in ("ndcg", "map_capped", "mrr", "hit_rate"):
            assert found[f"{name}@{k}"] == pytest.approx(1), name
        assert found[f"recall@{k}"] == pytest.approx(np.minimum(relevant, k) / relevant)
        assert found[f"precision@{k}"] == pytest.approx(np.minimum(relevant, k) / k)


@given(cases())
def test_values_are_from_0_to_1_and_one_for_each_user(case):
    """Users without test items have none; what grows with the list does."""
    scores, seen, test = case
    found = measured(scores, seen, test)
    assert set(found) == {f"{name}@{k}" for name in accuracy.NAMES for k in CUTOFFS}
    for values in found.values():
        assert values.shape == (test.any(axis=1).sum(),)
        assert ((values >= 0) & (values <= 1 + 1e-12)).all()
    for name in ("recall", "map", "mrr", "hit_rate"):
        for short, long in ((1, 3), (3, 5)):
            assert (found[f"{name}@{short}"] <= found[f"{name}@{long}"] + 1e-15).all()


@given(cases(), st.randoms(use_true_random=False))
def test_relabelled_users_have_the_same_values(case, random):
    """In the new order, to the last bit."""
    scores, seen, test = case
    order = np.array(random.sample(range(len(scores)), len(scores)))
    relabelled = measured(scores[order], seen[order], test[order])
    with_test = np.cumsum(test.any(axis=1)) - 1  # place among the users judged
    kept = with_test[order[test[order].any(axis=1)]]
    for name, values in measured(scores, seen, test).items():
        assert relabelled[name].tolist() == values[kept].tolist()


@given(st.permutations(range(8)), st.integers(0, 2**32 - 1))
def test_relabelled_items_change_nothing(order, seed):
    """To the last bit, where no scores are equal."""
    rng = np.random.default_rng(seed)
    scores = np.argsort(rng.random((5, 8)), axis=1).astype(np.float32)
    parts = rng.integers(0, 3, scores.shape)
    seen, test = parts == 1, parts == 2
    relabelled = measured(scores[:, order], seen[:, order], test[:, order])
    for name, values in measured(scores, seen, test).items():
        assert relabelled[name].tolist() == values.tolist()


@pytest.mark.parametrize("cutoffs", [[], [0], [1, 6]])
def test_cutoffs_beyond_the_lists_are_refused(cutoffs):
    """Their places are not known."""
    judged = judging.judge(LIST, np.array([0]), cells([[1, 0]]))
    with pytest.raises(ValueError, match="expected cutoffs from 1 to 5, the length of the lists"):
        accuracy.measure(judged, cutoffs)


def test_cutoffs_may_be_in_any_order_and_twice():
    """Each is measured once."""
    judged = judging.judge(LIST, np.array([0]), cells([[1, 0]]))
    found = accuracy.measure(judged, [5, 2, 5])
    assert list(found)[:1] == ["ndcg@2"]
    assert len(found) == 2 * len(accuracy.NAMES)


def test_logarithms_are_those_of_the_library_to_the_last_digit_but_one():
    """And exact for powers of two."""
    numbers = np.array([[1, 2, 3], [1024, 1000, 7]])
    assert logarithms.binary(numbers) == pytest.approx(np.log2(numbers), rel=1e-15)
    assert logarithms.binary(np.array([1, 2, 1024])).tolist() == [0, 1, 10]
    assert logarithms.discounts(3) == pytest.approx(1 / np.log2([2, 3, 4]), rel=1e-15)


def test_a_logarithm_of_nothing_is_refused():
    """Whole numbers begin at 1."""
    with pytest.raises(ValueError, match="expected whole numbers from 1 on, received 0"):
        logarithms.binary(np.array([3, 0]))
