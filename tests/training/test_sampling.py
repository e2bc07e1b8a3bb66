"""Shares of tasks in an epoch: hand numbers, limits, and no row forgotten."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.settings.study import Training
from trunkline.tasks.budgets import Draw
from trunkline.training import courses, sampling

BIG = np.arange(100) < 90  # 90 rows of one task, 10 of another
SPLIT = [BIG, ~BIG]
ROWS = np.arange(100, dtype=np.int32) + 500


def shares(temperature: float, epochs: int = 1) -> np.ndarray:
    """Return how many rows of the small task each epoch has."""
    rate = sampling.rates(SPLIT, temperature)
    assert rate is not None
    orders = sampling.Orders(ROWS, rate, np.random.Generator(np.random.PCG64(1)))
    return np.isin(orders.take(epochs), ROWS[~BIG]).sum(axis=1)


def test_by_hand() -> None:
    """At temperature 2 the shares are sqrt(90) : sqrt(10) = 3 : 1."""
    assert shares(2.0, epochs=3).tolist() == [25, 25, 25]


def test_a_large_temperature_makes_equal_shares() -> None:
    """At 1e6 each of two tasks has half of an epoch."""
    assert shares(1e6).tolist() == [50]


def test_temperature_1_is_a_permutation() -> None:
    """There are no rates: an epoch is what it was without them."""
    assert sampling.rates(SPLIT, 1.0) is None


@pytest.mark.parametrize("temperature", [1.0, 5.0])
def test_tasks_on_the_same_rows_change_nothing(temperature: float) -> None:
    """Where every row has every label, or tasks are of one size, all rows come equally often."""
    assert sampling.rates([np.ones(8, bool)] * 3, temperature) is None
    half = np.arange(8) < 4
    assert sampling.rates([half, ~half], temperature) is None


def test_a_row_of_two_tasks() -> None:
    """It comes as often as the mean of what its tasks ask for."""
    known = [np.array([1, 1, 1, 1, 0], bool), np.array([0, 0, 0, 1, 0], bool)]
    rate = sampling.rates(known, 2.0)
    assert rate is not None
    np.testing.assert_allclose(rate, [0.5, 0.5, 0.5, 0.75, 0])


def test_every_row_comes_before_one_comes_again() -> None:
    """Over the epochs of a run the rows of a task differ by one in how often they came."""
    rate = sampling.rates(SPLIT, 3.0)
    assert rate is not None
    orders = sampling.Orders(ROWS, rate, np.random.Generator(np.random.PCG64(1)))
    counts = np.zeros(100, int)
    for epochs in (1, 2, 4):
        np.add.at(counts, orders.take(epochs).ravel() - 500, 1)
        assert np.ptp(counts[BIG]) <= 1
        assert np.ptp(counts[~BIG]) <= 1
    assert counts[~BIG].min() > counts[BIG].max()


@given(st.lists(st.floats(0, 1e3), min_size=1, max_size=9).filter(sum), st.integers(0, 500))
def test_apportioning(given_shares: list[float], total: int) -> None:
    """Whole numbers that sum to the total, none further than one from its exact share."""
    exact = np.array(given_shares) / sum(given_shares) * total
    counts = sampling.apportion(np.array(given_shares), total)
    assert counts.sum() == total
    assert (np.abs(counts - exact) < 1 + 1e-9).all()


def test_courses_follow_the_rates() -> None:
    """A course has as many steps as without them, and each of its epochs the shares asked for."""
    settings = Training(batch_size=32, epochs=4)
    shape = courses.sizes(settings, train_rows=100, held_rows=1)
    draw = Draw(ROWS, ROWS[:0], sampling.rates(SPLIT, 2.0))

    def planned(seed: int) -> list[np.ndarray]:
        rng = np.random.Generator(np.random.PCG64(seed))
        found = courses.courses(settings, shape, draw, epochs=4, rate=0.1, rng=rng)
        return [course.rows[: int(course.epochs)] for course in found]

    (rows,) = planned(1)
    first = rows.reshape(4, -1)[:, :100]  # what follows is padding
    assert np.isin(first, ROWS[~BIG]).sum(axis=1).tolist() == [25] * 4
    np.testing.assert_array_equal(rows, planned(1)[0])
    assert (rows != planned(2)[0]).any()
