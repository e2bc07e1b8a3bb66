"""`random`, `most_popular`, and who can be scored."""

import numpy as np
from scipy import sparse

from tests.recommending.linear.histories import asked, drawn, fitted
from trunkline.recommending.linear import known, most_popular, random
from trunkline.recommending.model import UNKNOWN
from trunkline.settings.recommending.linear_models import MostPopular, Random


def test_the_most_popular_item_is_the_one_that_most_users_have():
    """By hand: two, one and no users."""
    arrays = fitted(most_popular, [[1, 0, 0], [1, 1, 0]], MostPopular())
    assert most_popular.scores(arrays, asked([[0, 0, 0]])).tolist() == [[2, 1, 0]]


def test_random_orders_are_uniform():
    """Each item is above each other in half of the lists: 4 standard errors at most."""
    arrays = fitted(random, np.zeros((4000, 6)), Random())
    made = random.scores(arrays, asked(np.zeros((4000, 6))))
    above = (made[:, :, None] > made[:, None, :]).mean(axis=0)[~np.eye(6, dtype=bool)]
    assert np.abs(above - 0.5).max() < 4 * 0.5 / np.sqrt(4000)
    assert abs(made.mean() - 0.5) < 4 * np.sqrt(1 / 12 / made.size)


def test_each_user_has_an_order_of_the_own():
    """By the place of the user and the seed; strangers share one."""
    matrix = drawn()
    arrays, other = (fitted(random, matrix, Random(), seed=seed) for seed in (1, 2))
    made = random.scores(arrays, asked(matrix))
    assert len(np.unique(made, axis=0)) == len(matrix)
    assert np.array_equal(random.scores(arrays, asked(matrix[5:7], [5, 6])), made[5:7])
    assert not np.array_equal(random.scores(other, asked(matrix)), made)
    strangers = random.scores(arrays, asked(matrix[:2], [UNKNOWN, UNKNOWN]))
    assert np.array_equal(strangers[0], strangers[1])


def test_seeds_of_64_bits_are_kept_whole():
    """Arrays hold 32 bits each, so that seeds that differ high up differ still."""
    nobody, orders = np.zeros((1, 4)), set()
    for seed in (1, 1 + 2**32, 1 + 2**63, -1):
        arrays = fitted(random, nobody, Random(), seed=seed)
        orders.add(random.scores(arrays, asked(nobody)).tobytes())
    assert len(orders) == 4


def test_scores_that_histories_say_nothing_of_are_taken_away():
    """By hand: the second item nobody had, the second user had only that one."""
    history = sparse.csr_array(np.array([[1, 0], [0, 1]], np.float32))
    made = known.scored(np.ones((2, 2)), np.array([3, 0]), history)
    assert made.tolist() == [[1, -np.inf], [-np.inf, -np.inf]]
    assert known.counts(history).tolist() == [1, 1]
