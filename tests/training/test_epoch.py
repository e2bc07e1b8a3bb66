"""The compiled epoch by itself, on a model of one number that can be followed by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from trunkline.training.batches import Course, Table
from trunkline.training.epoch import CompiledEpochs

TABLE = Table(tf.zeros((4, 1)), tf.zeros((1, 4)), tf.ones((1, 4)), tf.ones(1))


class Descent:
    """Minimises (theta - 1)^2 by plain gradient descent; what is held wants theta = `wanted`."""

    def __init__(self, wanted: float) -> None:
        """Start at theta = 0."""
        self.theta = keras.Variable(0.0)
        self.wanted = wanted
        self.epochs = CompiledEpochs(
            self.losses, trained=[self.theta], optimizer=keras.optimizers.SGD(0.1), jit=False
        )

    def losses(self, table: Table, rows: tf.Tensor, weight: tf.Tensor, training: bool) -> tf.Tensor:
        """Return the weighted loss and the weights."""
        del table, rows
        loss = tf.square(self.theta.value - (1.0 if training else self.wanted))
        total = tf.reduce_sum(weight)
        return tf.stack([[total * loss], [total]])


def course(epochs: int, *, patience: int = 99, blocks: int = 1, rate: float = 0.25) -> Course:
    """Return a course of one batch of four rows an epoch."""
    rows = np.arange(4, dtype=np.int32)
    return Course(
        rows=np.tile(rows, (8, 1, 1)),
        weight=np.ones((8, 1, 4), np.float32),
        rate=np.full((8, 1), rate, np.float32),
        held_rows=rows[None],
        held_weight=np.ones((1, 4), np.float32),
        epochs=np.int32(epochs),
        steps=np.int32(1),
        blocks=np.int32(blocks),
        patience=np.int32(patience),
    )


@pytest.fixture(scope="module")
def descent() -> Descent:
    """Return one compiled descent; its best held loss is where theta is nearest to 0.9."""
    return Descent(wanted=0.9)


def begin(descent: Descent) -> None:
    """Put theta back to 0."""
    descent.theta.assign(0.0)


def test_losses_and_weights_by_hand(descent: Descent) -> None:
    """At a rate of 1/4 theta halves its distance to 1: 0, 1/2, 3/4, 7/8, 15/16."""
    begin(descent)
    history, progress = descent.epochs.run(TABLE, course(4), descent.epochs.start())
    thetas = np.array([0.5, 0.75, 0.875, 0.9375])
    np.testing.assert_allclose(history[:, 0], [1, 1 / 4, 1 / 16, 1 / 64])
    np.testing.assert_allclose(history[:, 1], (thetas - 0.9) ** 2, rtol=1e-5)
    assert (int(progress.epoch), int(progress.best_epoch)) == (4, 3)
    assert float(descent.theta) == 0.9375
    descent.epochs.finish()
    assert float(descent.theta) == 0.875


def test_patience_ends_a_run(descent: Descent) -> None:
    """Two epochs after the best, the third, a patience of 2 is used up."""
    begin(descent)
    history, progress = descent.epochs.run(TABLE, course(8, patience=2), descent.epochs.start())
    assert (len(history), int(progress.epoch), int(progress.best_epoch)) == (5, 5, 3)


def test_progress_is_handed_from_call_to_call(descent: Descent) -> None:
    """Patience and the best epoch count over calls, and a call after the end does nothing."""
    begin(descent)
    progress = descent.epochs.start()
    lengths = []
    for _ in range(4):
        history, progress = descent.epochs.run(TABLE, course(2, patience=2), progress)
        lengths.append(len(history))
    assert lengths == [2, 2, 1, 0]
    assert int(progress.best_epoch) == 3


def test_without_blocks_the_last_weights_are_the_best(descent: Descent) -> None:
    """With nothing held the best epoch is the last, and validation repeats the training loss."""
    begin(descent)
    start = descent.epochs.start()
    history, progress = descent.epochs.run(TABLE, course(6, blocks=0), start)
    descent.epochs.finish()
    assert int(progress.best_epoch) == 6
    assert float(descent.theta) == 1 - 0.5**6
    np.testing.assert_array_equal(history[:, 0], history[:, 1])


def test_a_run_forgets_the_one_before(descent: Descent) -> None:
    """After `start` best weights and progress are those of the new run."""
    begin(descent)
    descent.epochs.run(TABLE, course(3), descent.epochs.start())
    begin(descent)
    progress = descent.epochs.start()
    descent.epochs.finish()
    assert float(descent.theta) == 0
    assert (int(progress.epoch), float(progress.best_loss)) == (0, np.inf)


def test_a_batch_without_weight_leaves_plain_descent_alone(descent: Descent) -> None:
    """A batch whose rows all have weight 0 has loss 0 and no gradient, not NaN."""
    begin(descent)
    empty = course(2)._replace(weight=np.zeros((8, 1, 4), np.float32))
    history, _ = descent.epochs.run(TABLE, empty, descent.epochs.start())
    assert history[:, 0].tolist() == [0, 0]
    assert float(descent.theta) == 0


def test_run_eagerly_it_is_the_same(descent: Descent) -> None:
    """Without a graph, line by line as a debugger steps, the epochs give the same numbers."""
    begin(descent)
    expected, progress = descent.epochs.run(TABLE, course(8, patience=2), descent.epochs.start())
    begin(descent)
    tf.config.run_functions_eagerly(True)
    try:
        found, same = descent.epochs.run(TABLE, course(8, patience=2), descent.epochs.start())
    finally:
        tf.config.run_functions_eagerly(False)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert [float(part) for part in same] == pytest.approx([float(part) for part in progress])
