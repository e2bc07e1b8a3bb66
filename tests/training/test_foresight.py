"""What a step on half a batch does to the other half."""

from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf

from trunkline.tasks.budgets import Draw
from trunkline.training import foresight
from trunkline.training.batches import Batch, Table
from trunkline.training.trainer import Trainer

Make, Tables, Draws = Callable[..., Trainer], Callable[..., Table], Callable[..., Draw]
RATE = 0.1


def none() -> tf.Tensor:
    """Return no penalty."""
    return tf.constant(0.0)


def squares(theta: tf.Variable) -> Callable[..., tf.Tensor]:
    """Return losses (x theta - y_t)^2 / 2."""

    def losses(table: Table, rows: tf.Tensor, weight: tf.Tensor, training: bool) -> tf.Tensor:
        outputs = tf.reduce_sum(tf.gather(table.x, rows) * theta, -1)  # [B]
        errors = 0.5 * tf.square(outputs - tf.gather(table.y, rows, axis=1))  # [T, B]
        known = weight * tf.gather(table.weight, rows, axis=1)
        return tf.stack([tf.reduce_sum(known * errors, 1), tf.reduce_sum(known, 1)])

    return losses


def batch(x: np.ndarray, y: np.ndarray, task_weight: np.ndarray) -> Batch:
    """Return all rows of a table as a batch."""
    made = [tf.constant(array, tf.float32) for array in (x, y, np.ones_like(y), task_weight)]
    return Batch(Table(*made), tf.range(len(x)), tf.ones(len(x)), tf.constant(RATE))


def test_by_hand() -> None:
    """L = (theta^2 / 2, (theta - 2)^2 / 2) at 1, w = (1, 0): theta' = 0.9, dV = 0.9 - 1.1."""
    theta = tf.Variable([1.0])
    rows = batch(np.ones((2, 1)), np.array([[0.0, 0], [2, 2]]), np.ones(2))
    for weights, wanted in (([1.0, 0.0], [0.02, -0.02]), ([1.0, 1.0], [0.0, 0.0])):
        found = foresight.slope(squares(theta), none, [theta], rows, tf.constant(weights))
        np.testing.assert_allclose(found, wanted, atol=1e-5)
    assert theta.numpy().tolist() == [1]


def test_the_chain_rule() -> None:
    """With squares, of which the difference is exact: -rate grad V(theta') grad L_t(theta)."""
    rng = np.random.Generator(np.random.PCG64(4))
    x, y = rng.normal(size=(8, 3)), rng.normal(size=(2, 8))
    start, task_weight, w = rng.normal(size=3), np.array([1.0, 2.0]), np.array([0.3, 0.7])
    theta = tf.Variable(start, dtype=tf.float32)

    def gradients(at: np.ndarray, half: int) -> np.ndarray:
        some = x[half::2]
        return task_weight[:, None] * (some @ at - y[:, half::2]) @ some / 4  # [T, P]

    moved = start - RATE * (w @ gradients(start, 0) + 0.2 * start)
    wanted = -RATE * gradients(start, 0) @ gradients(moved, 1).sum(0)
    found = foresight.slope(
        squares(theta), lambda: 0.1 * tf.reduce_sum(theta * theta), [theta],
        batch(x, y, task_weight), tf.constant(w, tf.float32),
    )  # fmt: skip
    np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-5)


def test_a_task_without_labels_has_no_slope(make_trainer: Make, make_table: Tables) -> None:
    """Its weight changes nothing; and no weight of the network changes, to the bit."""
    table = make_table("0", "1")
    table = table._replace(weight=table.weight * [[1.0], [0.0]])
    program, _ = make_trainer("0", "1")._program("everything")
    before = [variable.numpy() for variable in program.live]
    rows = Batch(table, tf.range(8), tf.ones(8), tf.constant(RATE))
    values = [variable.value for variable in program._trained]
    found = foresight.slope(program._losses, none, values, rows, tf.ones(2)).numpy()
    assert found[1] == 0
    assert found[0] != 0
    for variable, value in zip(program.live, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)


def test_at_a_minimum_there_is_no_slope() -> None:
    """Where the rows ahead are fitted already, no weight matters, and nothing is divided by 0."""
    theta = tf.Variable([1.0])
    rows = batch(np.ones((2, 1)), np.ones((2, 2)), np.ones(2))
    found = foresight.slope(squares(theta), none, [theta], rows, tf.ones(2))
    assert found.numpy() == pytest.approx([0, 0])
