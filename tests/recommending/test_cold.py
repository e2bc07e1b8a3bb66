"""Items that training has not seen are ranked by what is known of them, and judged apart."""

import numpy as np
import pytest

from tests.recommending import small
from trunkline.interactions.pairs import Pairs
from trunkline.recommending import cold, evaluation, tested
from trunkline.recommending.model import Asked, Sides
from trunkline.recommending.neural import two_tower
from trunkline.settings.recommending.linear_models import Ease
from trunkline.settings.recommending.models import Models
from trunkline.settings.recommending.neural_models import TwoTower

TOWER = TwoTower(size=4, l2=1, learning_rate=0.02, batch_size=8, epochs=15)


@pytest.fixture(scope="module")
def case() -> small.Case:
    """Return a study in which one model reads what items are, and others do not."""
    return small.case(models=Models(ease=Ease(), two_tower=TOWER))


def rows(case: small.Case) -> list:
    """Return what is said of the cold start."""
    fits = case.done.arrays()
    terms = evaluation.terms(case.study, name="small", seed=1)
    lists = evaluation.lists(fits, case.of, case.study, case.found)
    return cold.starts(lists, fits, case.of, terms, case.found, case.study)


def test_new_items_are_found_by_what_is_known_of_them(case: small.Case) -> None:
    """Models that know ids alone score 0 there; one that reads categories finds some."""
    found = {r["model"]: r for r in rows(case) if r["start"] == "cold_items"}
    assert found.keys() == {"most_popular", "ease", "two_tower"}
    assert found["ease"]["value"] == found["most_popular"]["value"] == 0
    assert found["two_tower"]["low"] > 0
    new = case.of.held.new_items
    assert found["two_tower"]["n"] == len(np.unique(new.user))


def test_without_facts_about_items_nothing_is_said_of_new_ones() -> None:
    """No model could score them."""
    bare = small.case(models=Models(ease=Ease()), items=None)
    assert {r["start"] for r in rows(bare)} == {"warm", "cold_users"}


def test_a_new_item_scores_what_the_tower_makes_of_it() -> None:
    """With the features of a known item it scores as that one would without its id."""
    rng = np.random.default_rng(3)
    ids = np.arange(6)
    pairs = Pairs(ids, ids, np.repeat(ids, 2).astype(np.int32),
                  (np.arange(12) * 5 % 6).astype(np.int32), np.ones(12, np.float32))  # fmt: skip
    sides = Sides(None, rng.standard_normal((6, 3)).astype(np.float32))
    arrays = two_tower.fit(pairs, sides, TOWER, seed=1).arrays
    asked = Asked(ids.astype(np.int32), pairs.matrix, np.zeros((6, 1), np.int32))
    wide = two_tower.scores(two_tower.widened(arrays, sides.items[2:3]), asked)
    assert wide.shape == (6, 7)
    np.testing.assert_allclose(wide[:, :6], two_tower.scores(arrays, asked), rtol=1e-5)
    own = arrays["users"] @ arrays["items"][2] + arrays["bias"][2]
    np.testing.assert_allclose(wide[:, 6], wide[:, 2] - own, atol=1e-5)


def test_a_test_of_new_items_alone_is_one_of_cold_start(case: small.Case) -> None:
    """Lists of a model that reads facts find some of them; the others' none."""
    new = case.of.held.new_items
    test = small.table("interactions").sort_values("time", ignore_index=True)
    test = test[test["item_id"].isin(new.items) & test["user_id"].isin(new.users)]
    of = tested.tested(test[-len(new.user) :], case.known, case.study)
    assert of.strange
    fits, terms = case.done.arrays(), evaluation.terms(case.study, name="small", seed=1)
    lists = evaluation.lists(fits, of, case.study, case.found)
    found = {
        r["model"]: r["value"]
        for r in evaluation.judged(lists, terms)["estimates"]
        if r["metric"] == "recall@10"
    }
    assert found["ease"] == found["most_popular"] == 0 < found["two_tower"]
    told = cold.starts(lists, fits, of, terms, case.found, case.study)
    assert {r["start"] for r in told} == {"cold_items"}
    counts = tested.counts(case.known, of)
    assert counts["judged"] == len(lists.users)
    assert counts["left_out"] == counts["users"] - counts["judged"]
    bare = case.found | {"items": case.found["items"]._replace(ids=case.found["items"].ids[:0])}
    with pytest.raises(ValueError, match="no facts about them are read: name columns in `items`"):
        evaluation.lists(fits, of, case.study, bare)
