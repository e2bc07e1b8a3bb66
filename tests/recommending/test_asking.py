"""Users to score for bring what training saw of them, or what they took elsewhere."""

import dataclasses

import numpy as np
import pytest

from tests.interactions.tables_of import TIMED, table
from trunkline.interactions import parts
from trunkline.recommending import asking

TRAIN = (("a", 7, 1, 3), ("a", 8, 1, 1), ("b", 9, 1, 5))
COLD = dataclasses.replace(TIMED, cold=("users",))
FEATURES = np.array([[1.0], [2.0]], np.float32)


def test_known_users() -> None:
    """Their rows of the matrix, their last items and their features, in the order asked for."""
    pairs = parts.learned(table(*TRAIN), TIMED)
    asked = asking.known(pairs, np.array([1, 0]), 2, FEATURES)
    assert asked.user.tolist() == [1, 0]
    assert asked.user.dtype == asked.recent.dtype == np.int32
    assert asked.history.toarray().tolist() == [[0, 0, 1], [1, 1, 0]]
    assert asked.recent.tolist() == [[-1, 2], [1, 0]]
    assert asked.features is not None
    assert asked.features.tolist() == [[2], [1]]
    assert asking.known(pairs, np.array([1]), 2).features is None


def test_strangers() -> None:
    """They have no place; their history is of items of training."""
    pairs = parts.learned(table(*TRAIN), COLD)
    new = parts.held(table(("z", 9, 1, 2), ("z", 7, 1, 1), ("y", 8, 1, 1)), COLD, pairs, "test")
    asked = asking.strangers(new.new_users, pairs.items, 3, FEATURES)
    assert asked.user.tolist() == [-1, -1]
    assert asked.history.toarray().tolist() == [[0, 1, 0], [1, 0, 1]]
    assert asked.recent.tolist() == [[-1, -1, 1], [-1, 0, 2]]
    assert asked.features is FEATURES


def test_histories_of_other_items() -> None:
    """A place would mean another item."""
    pairs = parts.learned(table(*TRAIN), TIMED)
    other = parts.learned(table(("z", 9, 1, 2)), TIMED)
    message = "expected histories of the 3 items of training, received places among 1 items"
    with pytest.raises(ValueError, match=message):
        asking.strangers(other, pairs.items, 3)
