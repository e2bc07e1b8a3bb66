import numpy as np
import pytest

from trunkline.interactions import pairs


def made(user, item, time=None, users=3, items=4):
    """Return pairs of users a, b, c and items p, q, r, s."""
    return pairs.Pairs(
        np.array(list("abc")[:users]),
        np.array(list("pqrs")[:items]),
        np.array(user, np.int32),
        np.array(item, np.int32),
        np.ones(len(user), np.float32),
        None if time is None else np.array(time, np.int64),
    )


def test_the_matrix_has_a_one_where_a_user_has_an_item():
    """Rows are users, also those without a pair."""
    of = made([0, 0, 2], [3, 1, 0], time=[1, 2, 3])
    assert of.matrix.toarray().tolist() == [[0, 1, 0, 1], [0, 0, 0, 0], [1, 0, 0, 0]]
    assert of.starts.tolist() == [0, 2, 2, 3]


def test_joined_parts_are_in_order_again():
    """By user, then time, then item."""
    one, other = made([0, 2], [3, 0], time=[9, 1]), made([0, 1, 2], [1, 1, 3], time=[3, 5, 1])
    both = pairs.joined([one, other])
    assert both.user.tolist() == [0, 0, 1, 2, 2]
    assert both.item.tolist() == [1, 3, 1, 0, 3]
    assert both.time.tolist() == [3, 9, 5, 1, 1]


@pytest.mark.parametrize(
    ("user", "item", "message"),
    [
        ([1, 0], [0, 0], "expected pairs sorted by user"),
        ([0, 0], [1, 1], "received user 'a' with item 'q' more than once"),
        ([0, 3], [1, 1], "expected places of users from 0 to 2, received 0 to 3"),
        ([0, 1], [1, -1], "expected places of items from 0 to 3, received -1 to 1"),
    ],
)
def test_pairs_that_cannot_be_are_refused(user, item, message):
    """The message says which pair it is."""
    with pytest.raises(ValueError, match=message.replace("'", ".")):
        made(user, item)


def test_lengths_must_agree():
    """A pair has one user, one item, one rating."""
    with pytest.raises(ValueError, match="expected as many users as items and ratings"):
        made([0, 1], [0])


def test_parts_of_other_items_are_not_joined():
    """Their places would mean other items."""
    with pytest.raises(ValueError, match="expected parts of the same users and items"):
        pairs.joined([made([0], [0]), made([0], [1], items=3)])


def test_a_matrix_of_values_leaves_the_values_as_they_are():
    """Columns are put in order in the matrix, not in the pairs."""
    of = made([0, 0, 2], [3, 1, 0], time=[1, 2, 3])
    values = np.array([5, 6, 7], np.float32)
    assert of.valued(values).toarray().tolist() == [[0, 6, 0, 5], [0] * 4, [7, 0, 0, 0]]
    assert values.tolist() == [5, 6, 7]
    assert of.item.tolist() == [3, 1, 0]
