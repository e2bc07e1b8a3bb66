"""Which places of lists hit, and whose lists cannot be judged."""

import numpy as np
import pytest
from hypothesis import given

from tests.metrics.ranking.tables import cases, cells, model
from trunkline.metrics.ranking import judging, topmost

NO = topmost.NONE
TEST = [[0, 0, 1, 1], [0, 0, 0, 0], [1, 0, 0, 0]]


def test_a_place_hits_if_its_item_is_a_test_item_of_the_user():
    """User 1 has none: left out, and counted."""
    lists = np.array([[3, 0, 2], [0, 1, 2], [1, 3, NO]], np.int32)
    judged = judging.judge(lists, np.arange(3), cells(TEST))
    assert judged.users.tolist() == [0, 2]
    assert judged.lists.tolist() == [[3, 0, 2], [1, 3, NO]]
    assert judged.hits.tolist() == [[True, False, True], [False, False, False]]
    assert judged.relevant.tolist() == [2, 1]
    assert judged.left_out == 1


def test_none_is_no_hit():
    """Not even where the last item of the user before is a test item."""
    judged = judging.judge(np.array([[NO], [NO]], np.int32), np.arange(2), cells([[0, 1], [1, 0]]))
    assert not judged.hits.any()


def test_lists_of_the_users_with_test_items_are_enough():
    """Others may be there as well."""
    judged = judging.judge(np.array([[2], [0]], np.int32), np.array([0, 2]), cells(TEST))
    assert judged.hits.tolist() == [[True], [True]]
    assert judged.left_out == 1


def test_without_any_test_item_nobody_is_judged():
    """All are left out."""
    judged = judging.judge(np.full((2, 3), NO, np.int32), np.arange(2), cells([[0, 0]] * 2))
    assert judged.hits.shape == (0, 3)
    assert judged.left_out == 2


def test_only_users_with_test_items_are_scored():
    """A model is not asked in vain."""
    asked = []

    def score(users):
        asked.extend(users.tolist())
        return np.zeros((len(users), 4))

    judging.evaluate(score, seen=cells(np.zeros((3, 4))), test=cells(TEST), k=2)
    assert asked == [0, 2]


@given(cases())
def test_hits_are_cells_of_the_test(case):
    """Looked up one by one."""
    scores, seen, test = case
    judged = judging.evaluate(model(scores), seen=cells(seen), test=cells(test), k=4)
    for user, items, hits, relevant in zip(*judged[:4], strict=True):
        assert hits.tolist() == [bool(item != NO and test[user, item]) for item in items]
        assert relevant == test[user].sum() > 0
    assert judged.left_out == (test.sum(axis=1) == 0).sum() == len(test) - len(judged.users)


def test_a_test_pair_that_was_seen_is_refused():
    """It could never be listed."""
    seen = cells([[0, 1, 0, 1], [1, 1, 1, 1], [0, 0, 0, 1]])
    message = r"user at the place 0 has the item at the place 3 in both \(1 such pairs\)"
    with pytest.raises(ValueError, match=message):
        judging.evaluate(model(np.zeros((3, 4))), seen=seen, test=cells(TEST), k=1)


def test_pairs_of_other_items_are_refused():
    """Their places would mean other items."""
    with pytest.raises(ValueError, match=r"same users and items, received \(1, 2\) and \(1, 3\)"):
        judging.refuse_seen(cells([[0, 1]]), cells([[0, 1, 0]]))


def test_a_user_without_a_list_is_named():
    """A missing list is not an empty one."""
    with pytest.raises(ValueError, match=r"but the user at the place 2 has none \(1 such users\)"):
        judging.judge(np.array([[2], [0]], np.int32), np.array([0, 1]), cells(TEST))


@pytest.mark.parametrize("item", [4, -2])
def test_an_unknown_item_is_refused(item):
    """It is not in the catalogue."""
    lists = np.array([[0], [0], [item]], np.int32)
    with pytest.raises(ValueError, match="expected items at the places 0 to 3, or -1 for none"):
        judging.judge(lists, np.arange(3), cells(TEST))


@pytest.mark.parametrize("users", [[2, 0], [0, 0], [0]])
def test_users_that_do_not_rise_are_refused(users):
    """Their lists would be taken for others'."""
    lists = np.zeros((2, 1), np.int32)
    with pytest.raises(ValueError, match=f"received 2 lists of {len(users)} users; sort both"):
        judging.judge(lists, np.array(users), cells(TEST))


def test_an_item_that_is_listed_twice_is_refused():
    """It would hit twice."""
    lists = np.array([[0, NO, NO], [1, 2, 3], [3, 0, 3]], np.int32)
    with pytest.raises(ValueError, match="list 2 has the item at the place 3 twice"):
        judging.judge(lists, np.arange(3), cells(TEST))
