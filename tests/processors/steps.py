"""A few plain steps, compiled: what a loss and its gradient compute, in the shortest graph.

A whole run adds an optimizer of many operations, a validation loss and a copy of the best weights.
`pieces.networks` has those. Compiling them anew for each method takes long under emulation.
"""

from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

from tests.processors.work import ROWS
from trunkline.settings.study import Training
from trunkline.training import optimizers
from trunkline.training.batches import Batch, Losses, Table

BATCH = 32
STRAIGHT = np.arange(ROWS, dtype=np.int32).reshape(-1, BATCH)  # rows of each step, [S, B]
Objective = Callable[[Batch], tf.Tensor]


def joint(losses: Losses, penalty: Callable[[], tf.Tensor]) -> Objective:
    """Return sum_i w_i L_i + R(theta) of a batch, as a compiled epoch has it."""

    def objective(batch: Batch) -> tf.Tensor:
        total, weights = tf.unstack(losses(batch.table, batch.rows, batch.weight, True))  # [T]
        means = tf.math.divide_no_nan(total, weights)
        return tf.reduce_sum(batch.table.task_weight * means) + penalty()

    return objective


def walk(
    take: Callable[[Batch], None], table: Table, rows: np.ndarray = STRAIGHT, *, jit: bool = True
) -> None:
    """Take a step for each row of `rows` [S, B], in one compiled loop."""

    def run(given: Table) -> None:
        number = tf.constant(0)
        while number < len(rows):
            chosen = tf.constant(rows)[number]
            take(Batch(given, chosen, tf.ones(rows.shape[1]), tf.constant(0.01)))
            number += 1

    tf.function(run, jit_compile=jit)(table)


def descend(
    objective: Objective,
    trained: Sequence[keras.Variable],
    table: Table,
    rows: np.ndarray = STRAIGHT,
    *,
    optimizer: keras.optimizers.Optimizer | None = None,
    jit: bool = True,
) -> None:
    """Take steps of gradient descent."""
    moved = optimizer or descent()
    moved.build(trained)
    values = [variable.value for variable in trained]

    def take(batch: Batch) -> None:
        with tf.GradientTape() as tape:
            found = objective(batch)
        moved.apply(tape.gradient(found, values, unconnected_gradients="zero"), trained)

    walk(take, table, rows, jit=jit)


def descent() -> keras.optimizers.Optimizer:
    """Return gradient descent as a study may choose it."""
    return optimizers.build(Training(optimizer="sgd", learning_rate=0.01))
