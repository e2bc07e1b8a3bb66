"""The best unseen items against a full sort, by hand and with ties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.ranking.tables import cases, cells, model
from trunkline.metrics.ranking import topmost

NO = topmost.NONE


def best(scores, seen, k, kind=np.float32):
    """Return the lists of a block of scores."""
    return topmost.best(np.array(scores, kind), cells(seen), k).tolist()


def sorted_by_hand(scores, seen, k):
    """Return the lists by sorting every item by falling score, then by place."""
    lists = []
    for row, had in zip(scores, seen, strict=True):
        items = [i for i in range(len(row)) if not had[i] and row[i] > -np.inf]
        items = sorted(items, key=lambda i, row=row: (-row[i], i))[:k]
        lists.append(items + [NO] * (k - len(items)))
    return lists


def test_the_best_come_first_without_what_was_seen():
    """Item 1 has the highest score but was seen."""
    assert best([[0.1, 0.9, 0.5, 0.7]], [[0, 1, 0, 0]], 2) == [[3, 2]]


def test_of_equal_scores_the_lower_place_comes_first():
    """Also at the end of the list, where not all of the equals fit; 0 and -0 are equal."""
    assert best([[1, 2, 1, 2, 1]], [[0, 0, 0, 0, 0]], 4) == [[1, 3, 0, 2]]
    assert best([[-0.0, 0.0, -0.0, 0.0]], [[1, 0, 0, 0]], 2) == [[1, 2]]
    assert best([[5, 5, 5, 5]], [[0, 0, 0, 0]], 4) == [[0, 1, 2, 3]]


def test_what_cannot_be_scored_is_not_listed():
    """A list is shorter where candidates are fewer: none at its end."""
    low = -np.inf
    assert best([[low, 3, low, 4], [low] * 4], [[0, 0, 0, 0]] * 2, 3) == [[3, 1, NO], [NO] * 3]
    assert best([[1, 2, 3, np.finfo(np.float32).min]], [[0, 0, 1, 0]], 3) == [[1, 0, 3]]


def test_who_has_everything_gets_an_empty_list():
    """Nothing is left to list."""
    assert best([[1, 2]], [[1, 1]], 2) == [[NO, NO]]


def test_a_list_may_be_longer_than_the_catalogue():
    """It ends with none."""
    assert best([[1, 2]], [[0, 0]], 3) == [[1, 0, NO]]
    assert best(np.empty((2, 0)), np.empty((2, 0)), 2) == [[NO, NO]] * 2
    assert best(np.empty((0, 3)), np.empty((0, 3)), 2) == []


def test_an_empty_history_takes_nothing_away():
    """A new user gets the best of all items."""
    assert best([[1, 3, 2]], [[0, 0, 0]], 3) == [[1, 2, 0]]


def test_scores_that_differ_in_float64_only_are_different():
    """They are not rounded."""
    assert best([[1.0, 1.0 + 1e-12]], [[0, 0]], 2, np.float64) == [[1, 0]]


def test_scores_are_left_as_they_are():
    """Seen items are removed from a copy."""
    scores = np.array([[1.0, 2.0]], np.float32)
    topmost.best(scores, cells([[1, 0]]), 1)
    assert scores.tolist() == [[1.0, 2.0]]


def test_a_stored_zero_was_seen():
    """What is stored counts, whatever its value."""
    seen = cells([[0, 1, 0]])
    seen.data[:] = 0
    assert topmost.best(np.array([[1, 2, 3]], np.float32), seen, 2).tolist() == [[2, 0]]


@given(cases(), st.integers(1, 9))
def test_it_is_a_full_sort(case, k):
    """Whatever the scores, the ties and the histories."""
    scores, seen, _ = case
    assert best(scores, seen, k) == sorted_by_hand(scores, seen, k)


@given(cases(values=(-np.inf, 0.0, 1.0, np.inf)), st.integers(1, 9))
def test_it_is_a_full_sort_with_infinite_scores(case, k):
    """-inf is never listed; inf is the first."""
    scores, seen, _ = case
    assert best(scores, seen, k) == sorted_by_hand(scores, seen, k)


@given(cases(), st.integers(1, 9), st.randoms(use_true_random=False))
def test_relabelled_users_have_the_same_lists(case, k, random):
    """A list depends on its user's row alone."""
    scores, seen, _ = case
    order = random.sample(range(len(scores)), len(scores))
    lists = best(scores, seen, k)
    assert best(scores[order], seen[order], k) == [lists[user] for user in order]


@given(st.permutations(range(8)), st.permutations(range(8)), st.integers(1, 8))
def test_relabelled_items_are_listed_under_their_new_place(values, order, k):
    """Without ties the place of an item does not matter."""
    scores, seen = np.array([values], np.float32), np.array([[0, 1, 0, 0, 0, 1, 0, 0]])
    lists = best(scores, seen, k)[0]
    relabelled = best(scores[:, order], seen[:, order], k)[0]
    assert [NO if item == NO else order[item] for item in relabelled] == lists


@given(cases(), st.integers(1, 9))
def test_a_rising_function_of_the_scores_changes_nothing(case, k):
    """Only their order matters."""
    scores, seen, _ = case
    assert best(np.exp(scores) * 3, seen, k) == best(scores, seen, k)


@pytest.mark.parametrize("size", [1, 16, 1000])
def test_blocks_make_no_difference(size, monkeypatch):
    """Users are scored so many at a time that a block has about as many entries as allowed."""
    rng = np.random.default_rng(0)
    scores, seen = rng.normal(size=(9, 8)), rng.random((9, 8)) < 0.3
    asked = []

    def score(users):
        asked.append(len(users))
        return scores[users]

    monkeypatch.setattr(topmost, "_AT_ONCE", size)
    monkeypatch.setattr(topmost, "_IN_CACHE", size // 2)
    users = np.array([0, 2, 3, 4, 7, 8])
    found = topmost.lists(score, users, cells(seen), 3)
    assert found.tolist() == sorted_by_hand(scores[users], seen[users], 3)
    assert max(asked) == min(6, max(1, size // 8))


def test_no_users_have_no_lists():
    """The model is not asked."""
    found = topmost.lists(model(np.ones((2, 2))), np.empty(0, np.int64), cells([[0, 1]] * 2), 3)
    assert found.shape == (0, 3)


@pytest.mark.parametrize("wrong", [1, 3])
def test_scores_that_are_no_numbers_are_refused(wrong):
    """The row is named, however many of its scores are wrong; a seen item's does not matter."""
    scores = np.zeros((2, 4), np.float32)
    scores[1, :wrong] = np.nan
    with pytest.raises(ValueError, match="received NaN in row 1 of the block; did the"):
        topmost.best(scores, cells(np.zeros((2, 4))), 1)
    seen = np.zeros((2, 4))
    seen[1, :wrong] = 1
    assert topmost.best(scores, cells(seen), 1).tolist() == [[0], [wrong]]


@pytest.mark.parametrize("scores", [np.zeros((2, 3), np.float32), np.zeros((2, 4), np.int64)])
def test_other_scores_are_refused(scores):
    """Every item has one, and it is a float."""
    with pytest.raises(ValueError, match="expected scores in float32 or float64 of 2 users and 4"):
        topmost.best(scores, cells(np.zeros((2, 4))), 1)


def test_the_users_of_a_wrong_block_are_named():
    """Their places are those among all users."""
    scores = np.full((5, 2), np.nan)
    with pytest.raises(ValueError, match="users at the places 1 to 4: expected scores that are"):
        topmost.lists(model(scores), np.array([1, 2, 4]), cells(np.zeros((5, 2))), 1)
    with pytest.raises(ValueError, match="users at the places 3: expected scores that are"):
        topmost.lists(model(scores), np.array([3]), cells(np.zeros((5, 2))), 1)


@pytest.mark.parametrize("k", [0, -1])
def test_a_list_has_a_place(k):
    """Less is refused."""
    with pytest.raises(ValueError, match=f"expected lists of at least 1 item, received k = {k}"):
        topmost.best(np.zeros((1, 2)), cells(np.zeros((1, 2))), k)
    with pytest.raises(ValueError, match="expected lists of at least 1 item"):
        topmost.lists(model(np.zeros((1, 2))), np.array([0]), cells(np.zeros((1, 2))), k)
