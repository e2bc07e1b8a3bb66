import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from trunkline.recommending.lists import mmr, reasons


def test_a_case_by_hand():
    """Item 2 shares 2 of 2 and 2 users with item 0 (2 / sqrt(4)), 1 with item 1, none with 3."""
    taken = sparse.csr_array(np.array([[1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 0, 1]], np.float32))
    found = reasons.cooccurrence(taken)(np.array([2]), np.zeros(4, int), np.arange(4))
    assert found.tolist() == [1, np.float32(1 / np.sqrt(2)), 1, 0]
    history = sparse.csr_array(np.array([[0, 1, 0, 1], [1, 1, 1, 1]], np.float32))
    near = reasons.nearest(
        np.array([0, 1]), np.array([2, 2]), history, reasons.cooccurrence(taken), 2
    )
    assert near.tolist() == [[1, -1], [0, 1]]  # what is like nothing, and the item, are not named


def restated(user, item, history, like, count):
    """Return the nearest items of a history in plain Python."""
    had = [place for place in np.flatnonzero(history[user]) if place != item]
    had = sorted((place for place in had if like[item, place] > 0),
                 key=lambda place: (-like[item, place], place))  # fmt: skip
    return ([*had, *[-1] * count])[:count]


@given(seed=st.integers(0, 10**6), count=st.integers(1, 3), numbers=st.sampled_from([1, 40, 2**20]))
def test_reasons_are_those_of_a_sort(seed, count, numbers):
    """However rows are cut into blocks, and for users without a history."""
    rng = np.random.default_rng(seed)
    history = (rng.random((6, 9)) < 0.4) * (rng.random((6, 1)) < 0.8)
    taken = sparse.csr_array((rng.random((12, 9)) < 0.3).astype(np.float32))
    users, items = rng.integers(0, 6, 25), rng.integers(0, 9, 25)
    similarity = reasons.cooccurrence(taken)
    was, reasons._NUMBERS = reasons._NUMBERS, numbers
    try:
        found = reasons.nearest(
            users, items, sparse.csr_array(history.astype(np.float32)), similarity, count
        )
    finally:
        reasons._NUMBERS = was
    like = similarity(np.arange(9), *np.divmod(np.arange(81), 9)).reshape(9, 9)
    assert found.tolist() == [
        restated(user, item, history, like, count) for user, item in zip(users, items, strict=True)
    ]


def test_factors_say_what_is_near_too():
    """By the cosine of directions; opposite ones are no reason."""
    directions = mmr.directions(np.array([[1, 0], [5, 0], [1, 1], [-1, 0]], np.float32))
    history = sparse.csr_array(np.array([[0, 1, 1, 1]], np.float32))
    similarity = reasons.cosine(directions)
    found = reasons.nearest(np.array([0]), np.array([0]), history, similarity, 3)
    assert found.tolist() == [[1, 2, -1]]


def test_no_rows_have_no_reasons():
    """Nothing is asked for."""
    none = np.zeros(0, int)
    history = sparse.csr_array((2, 3), dtype=np.float32)
    assert reasons.nearest(none, none, history, reasons.cooccurrence(history), 2).shape == (0, 2)
