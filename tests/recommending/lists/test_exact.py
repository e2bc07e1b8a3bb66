import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from trunkline.recommending.lists import exact, selecting
from trunkline.recommending.lists.exact import Exact
from trunkline.recommending.lists.filtering import Open
from trunkline.recommending.lists.selecting import Tile
from trunkline.recommending.model import UNKNOWN


def everything(items, seen=None):
    """Return that all items may be listed."""
    return Open(np.arange(items, dtype=np.int32), seen, items)


def brute(users, items, bias, may, count):
    """Return lists by sorting all scores of each user: items, and scores in float64."""
    scores = users.astype(np.float64) @ items.astype(np.float64).T + bias
    made = np.full((len(users), count), UNKNOWN)
    for user, row in enumerate(scores):
        gone = [] if may.seen is None else may.seen[[user]].indices
        left = np.setdiff1d(may.items, gone)
        left = left[row[left] > -np.inf]
        best = left[np.lexsort((left, -row[left].astype(np.float32)))][:count]
        made[user, : len(best)] = best
    return made, scores


def small(seed, users, items, width, seen=0.3):
    """Return factors of few whole numbers, so that products are exact and ties are many."""
    rng = np.random.default_rng(seed)
    x, y, b = (
        rng.integers(-2, 3, shape).astype(np.float32)
        for shape in ((users, width), (items, width), items)
    )
    b[rng.random(items) < 0.1] = -np.inf
    opened = np.flatnonzero(rng.random(items) < 0.8).astype(np.int32)
    gone = sparse.csr_array((rng.random((users, items)) < seen).astype(np.float32))
    return x, y, b, Open(opened, gone, items)


@given(
    seed=st.integers(0, 10**6), users=st.integers(1, 9), items=st.integers(2, 60),
    width=st.integers(0, 3), count=st.integers(1, 70),
)  # fmt: skip
def test_the_list_is_what_sorting_all_scores_gives(seed, users, items, width, count):
    """With ties by place, items seen, not to be had, or without a score; lists longer than all."""
    x, y, b, may = small(seed, users, items, width)
    if not may.items.size:
        return
    found = Exact("model", x, y, may, b).top(np.arange(users), count)
    wanted, scores = brute(x, y, b, may, count)
    assert found.items.tolist() == wanted.tolist()
    assert found.items.dtype == np.int32
    there = wanted != UNKNOWN
    expected = np.take_along_axis(scores, np.where(there, wanted, 0), axis=1)
    assert (found.scores == np.where(there, expected, -np.inf)).all()


@pytest.mark.parametrize("seen", [0.0, 0.02, 0.999])
def test_many_tiles_give_what_sorting_gives(seen):
    """More users than a block, more items than the first tile; most seen: the guess is too high."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((exact.USERS + 3, 5)).astype(np.float32)
    y = rng.standard_normal((2 * exact.FIRST + 77, 5)).astype(np.float32)
    gone = sparse.csr_array((rng.random((len(x), len(y))) < seen).astype(np.float32))
    may = everything(len(y), gone)
    found = Exact("model", x, y, may).top(np.arange(len(x)), 30)
    assert (found.items == brute(x, y, 0.0, may, 30)[0]).all()


def test_ties_of_many_tiles_come_by_place():
    """All items the same for everybody, and for a user of zeros: the first places are listed."""
    x = np.array([[0.3, 0.1], [0, 0]], np.float32)
    y = np.full((exact.FIRST + 2000, 2), 0.7, np.float32)
    found = Exact("model", x, y, everything(len(y))).top(np.arange(2), 5)
    assert found.items.tolist() == [[0, 1, 2, 3, 4]] * 2
    assert (found.scores[0] == np.float32(np.sum(x[0].astype(float) * y[0].astype(float)))).all()


def test_best_items_that_stand_where_the_guess_did_not_look_are_found():
    """Whatever the order of the items; here all good ones are in one tile that comes last."""
    items = exact.FIRST + 3 * exact.ITEMS
    order = exact.spread(np.arange(items, dtype=np.int32))
    y = np.zeros((items, 1), np.float32)
    y[order[-exact.ITEMS :], 0] = np.arange(1, exact.ITEMS + 1)
    found = Exact("model", np.ones((1, 1), np.float32), y, everything(items)).top(np.arange(1), 4)
    assert found.scores.tolist() == [[1024, 1023, 1022, 1021]]


def test_many_good_items_in_the_first_tile_do_not_hide_the_others():
    """The guess then asks for too much, and the user is asked again."""
    items = 4 * exact.FIRST
    order = exact.spread(np.arange(items, dtype=np.int32))
    y = np.zeros((items, 1), np.float32)
    y[order[:40], 0] = np.arange(40) + 10
    y[order[40:], 0] = np.arange(items - 40) / items
    found = Exact("model", np.ones((1, 1), np.float32), y, everything(items)).top(np.arange(1), 80)
    assert (found.items == brute(np.ones((1, 1)), y, 0.0, everything(items), 80)[0]).all()


def test_relabelling_items_permutes_lists_and_changes_no_bit():
    """Also of equal items the scores are equal wherever they stand; users too."""
    rng = np.random.default_rng(5)
    x = rng.standard_normal((70, 24)).astype(np.float32)
    y = rng.standard_normal((3000, 24)).astype(np.float32)
    b = rng.standard_normal(3000).astype(np.float32)
    first = Exact("model", x, y, everything(3000), b).top(np.arange(70), 50)
    items, users = rng.permutation(3000), rng.permutation(70)
    other = Exact("model", x[users], y[items], everything(3000), b[items]).top(np.arange(70), 50)
    assert (items[other.items] == first.items[users]).all()
    assert other.scores.tobytes() == first.scores[users].tobytes()


def test_a_user_alone_has_the_bits_of_many():
    """The block that users are asked in changes nothing."""
    rng = np.random.default_rng(6)
    x = rng.standard_normal((40, 16)).astype(np.float32)
    y = rng.standard_normal((500, 16)).astype(np.float32)
    search = Exact("model", x, y, everything(500))
    many, one = search.top(np.arange(40), 9), search.top(np.array([17]), 9)
    assert one.scores.tobytes() == many.scores[17].tobytes()
    assert (one.items == many.items[17]).all()


def test_items_closer_than_the_product_errs_are_told_apart():
    """Scores that differ in their last bit only, far more of them than spare candidates."""
    rng = np.random.default_rng(8)
    y = np.ones((400, 8), np.float32) * np.float32(1.1)
    y[:, 0] += rng.permutation(400).astype(np.float32) * np.float32(2.0**-22)
    x = rng.random((3, 8)).astype(np.float32)
    found = Exact("model", x, y, everything(400)).top(np.arange(3), 10)
    assert (found.items == brute(x, y, 0.0, everything(400), 10)[0]).all()


@pytest.mark.parametrize(
    ("name", "value"), [("user", np.nan), ("user", -np.inf), ("item", np.inf), ("bias", np.nan)]
)
def test_factors_that_are_no_numbers_are_refused(name, value):
    """The message says where; a bias of -inf is an item without a score."""
    made = {"user": np.ones((4, 2)), "item": np.ones((5, 2)), "bias": np.ones(5)}
    made[name][3] = value
    x, y, b = (values.astype(np.float32) for values in made.values())
    with pytest.raises(ValueError, match=f"finite factors, received .* at place 3 of {name}"):
        Exact("model", x, y, everything(5), b)


def test_factors_too_large_for_float32_are_refused():
    """Their products would be no numbers."""
    large = np.full((2, 2), 1e30, np.float32)
    with pytest.raises(ValueError, match="products float32 can hold, received a user's of up to"):
        Exact("model", large, large, everything(2))


def test_a_list_without_room_is_refused():
    """There is no best of nothing."""
    with pytest.raises(ValueError, match="lists of at least 1 item, received 0"):
        selecting.best([], 1, 0)


@given(st.lists(st.floats(width=32, allow_nan=False), min_size=2, max_size=30))
def test_keys_sort_as_scores_do(values):
    """Falling scores, and rising places among equals; -0 and 0 are equal."""
    scores = np.array([value for value in values if value > -np.inf], np.float32)
    places = np.arange(len(scores), dtype=np.int32)[::-1].copy()
    order = np.argsort(selecting.keyed(scores, places))
    assert order.tolist() == np.lexsort((places, -(scores + 0))).tolist()


def test_hundreds_of_tiles_keep_the_best():
    """Lists are brought up to date while scores rise from tile to tile."""
    tiles = [
        Tile(np.full((8, 2), step, np.float32), np.arange(8 * step, 8 * step + 8, dtype=np.int32))
        for step in range(300)
    ]
    found = selecting.best(iter(tiles), 2, 10)
    assert found.items.tolist() == [[*range(2392, 2400), 2384, 2385]] * 2
