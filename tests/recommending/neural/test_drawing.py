"""Items drawn inside a compiled epoch."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.recommending.neural import markets
from trunkline.recommending.neural import drawing

FIRST = tf.constant(12345, tf.uint32)


def probabilities(table):
    """Return how likely each item is, by the table alone."""
    kept, other = table.kept.numpy().astype(float), table.other.numpy()
    found = kept + np.bincount(other, 1 - kept, len(kept))
    return found / len(kept)


@given(some.lists(some.floats(0, 1e6), min_size=1, max_size=40).filter(sum))
def test_a_table_of_aliases_has_the_wanted_chances(weights):
    """What a place keeps and what others give it make up w_i / sum w."""
    weights = np.array(weights)
    found = probabilities(drawing.chances(weights))
    np.testing.assert_allclose(found, weights / weights.sum(), atol=2e-7)


def test_chances_by_hand():
    """Of weights 3 and 1 the second place keeps half and gives the other half to the first."""
    table = drawing.chances(np.array([3.0, 1.0]))
    assert table.kept.numpy().tolist() == [1, 0.5]
    assert table.other.numpy().tolist() == [0, 0]


@pytest.mark.parametrize("alpha", [0, 0.5, 1])
def test_draws_come_as_often_as_their_chances_say(alpha):
    """In 400,000 draws no share is off by more than five of its standard errors."""
    pairs, count = markets.pairs(markets.drawn()), 400_000
    chance = drawing.by_popularity(pairs, alpha)
    items = drawing.draw(drawing.chances(chance), FIRST, (count // 4, 4)).numpy()
    shares = np.bincount(items.ravel(), minlength=len(chance)) / count
    error = np.sqrt(chance * (1 - chance) / count)
    assert (np.abs(shares - chance) <= 5 * error).all()
    assert shares[-1] == 0  # nobody has it


def test_popularity_is_a_power_of_the_count():
    """Counts 3, 1 and 0: all alike of those that are there, their roots, themselves."""
    pairs = markets.pairs(np.array([[1, 1, 0], [1, 0, 0], [1, 0, 0]]))
    np.testing.assert_allclose(drawing.by_popularity(pairs, 0), [0.5, 0.5, 0])
    np.testing.assert_allclose(drawing.by_popularity(pairs, 1), [0.75, 0.25, 0])
    root = np.sqrt(3) / (1 + np.sqrt(3))
    np.testing.assert_allclose(drawing.by_popularity(pairs, 0.5), [root, 1 - root, 0])


def test_counts_decide_the_draws():
    """The same counts give the same items, and later counts give others."""
    table = drawing.chances(np.ones(1000))
    one, same = (drawing.draw(table, FIRST, (50,)).numpy() for _ in range(2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, drawing.draw(table, FIRST + 100, (50,)).numpy())


@given(some.integers(0, 10_000))
@settings(max_examples=20)
def test_a_search_finds_what_a_user_has(seed):
    """Of every user and item, also of users without any."""
    matrix = np.random.default_rng(seed).random((6, 9)) < 0.4
    matrix[0], matrix[1], matrix[2, 3] = False, True, True
    users, items = np.indices(matrix.shape).astype(np.int32)
    found = drawing.has(drawing.seen(markets.pairs(matrix)), tf.constant(users), items)
    assert np.array_equal(found.numpy(), matrix)
    spread = drawing.has(drawing.seen(markets.pairs(matrix)), tf.constant(users[:, :1]), items)
    assert np.array_equal(spread.numpy(), matrix)
