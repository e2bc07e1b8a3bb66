import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from trunkline.recommending.lists import capping, filtering
from trunkline.settings.recommending.lists import Cap, Unavailable

ITEMS = np.array(["p", "q", "r", "s"])
TABLE = pd.DataFrame(
    {"gone": [True, False, False, True], "state": ["sold", "here", "lost", "here"],
     "kind": ["b", None, "a", "b"], "kinds": ["a|b", "", "b | c|b", None]}
)  # fmt: skip


def test_marked_items_are_not_listed():
    """By a column that is true, or by the values that are named."""
    by_truth = filtering.opened(TABLE, ITEMS, Unavailable(column="gone"), None)
    assert by_truth.items.tolist() == [1, 2]
    lost = Unavailable(column="state", values=("sold", "lost"))
    assert filtering.opened(TABLE, ITEMS, lost, None).items.tolist() == [1, 3]
    assert filtering.opened(None, ITEMS, None, None).items.tolist() == [0, 1, 2, 3]


def test_what_is_left_for_each_user_is_counted():
    """Of the items that are to be had."""
    seen = sparse.csr_array(np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]], np.float32))
    may = filtering.opened(TABLE, ITEMS, Unavailable(column="gone"), seen)
    assert may.left().tolist() == [1, 0, 2]
    with pytest.raises(ValueError, match="expected what users have seen, received none"):
        filtering.opened(TABLE, ITEMS, None, None).left()


def test_an_empty_catalogue_is_told():
    """Also one without items from the start."""
    message = "column 'gone' marks all 4 items as unavailable by .True, False."
    with pytest.raises(ValueError, match=message):
        filtering.opened(TABLE, ITEMS, Unavailable(column="gone", values=(True, False)), None)
    with pytest.raises(ValueError, match="expected items to list, received none: the study has no"):
        filtering.opened(None, ITEMS[:0], None, None)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (None, "names column 'x' of the table of items, and the study has no such table"),
        (TABLE, "lists.unavailable.column names column 'x', the table of items has gone, state"),
    ],
)
def test_a_column_that_is_not_there_is_told(table, message):
    """The message names the parameter and the column."""
    with pytest.raises(ValueError, match=message):
        filtering.opened(table, ITEMS, Unavailable(column="x"), None)


def test_a_table_of_other_items_is_told():
    """A row for each item is needed."""
    with pytest.raises(ValueError, match="expected a row for each of 4 items, received 3 rows"):
        filtering.opened(TABLE[:3], ITEMS, Unavailable(column="gone"), None)


def test_categories_are_numbered_by_name():
    """An item without a value has none; with a separator an item has several, each once."""
    one = capping.categories(TABLE, ITEMS, Cap(column="kind", most=1))
    assert one.codes.tolist() == [[1], [-1], [0], [1]]
    several = capping.categories(TABLE, ITEMS, Cap(column="kinds", most=1, separator="|"))
    assert several.codes.tolist() == [[0, 1], [-1, -1], [1, 2], [-1, -1]]
    none = capping.categories(pd.DataFrame({"kind": [None] * 4}), ITEMS, Cap(column="kind", most=1))
    assert none.codes.shape == (4, 0)


def test_room_is_taken_by_each_category_of_an_item():
    """An item fits while all its categories have room; one of no category always does."""
    categories = capping.categories(TABLE, ITEMS, Cap(column="kinds", most=1, separator="|"))
    room = categories.room(2)
    room.take(np.array([1]), np.array([0]))
    items = np.array([[0, 1, 2, 3], [0, 1, 2, 3]])
    assert room.fits(items).tolist() == [[True] * 4, [False, True, False, True]]
    room.take(np.array([1]), np.array([1]))
    assert room.fits(items)[1].tolist() == [False, True, False, True]
