"""The compiled epoch: everything that trains, trains here.

One call runs several epochs inside one compiled graph: gather a batch, forward, losses,
gradients, apply; then the loss on the held rows, early stopping, and a copy of the best
weights. No Python runs per batch. Rows, labels, weights and order are arguments, so one
compilation serves every repeat and every label budget of a network.

Shapes: E epochs a call, S steps an epoch, B rows a batch, K blocks of held rows, T tasks.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf


class Table(NamedTuple):
    """What batches are gathered from."""

    x: tf.Tensor  # float32 [rows, ...]
    y: tf.Tensor  # float32 [T, rows]; 0 where a label is missing
    weight: tf.Tensor  # float32 [T, rows]; 0 where a label is missing
    task_weight: tf.Tensor  # float32 [T], w_i of the joint loss


class Course(NamedTuple):
    """The batches of one call, padded to fixed shapes: padding has weight 0 or is not run."""

    rows: np.ndarray  # int32 [E, S, B], of each batch
    weight: np.ndarray  # float32 [E, S, B], 0 for padding
    rate: np.ndarray  # float32 [E, S], the learning rate
    held_rows: np.ndarray  # int32 [K, B], of the validation loss
    held_weight: np.ndarray  # float32 [K, B]
    epochs: np.int32  # <= E
    steps: np.int32  # <= S
    blocks: np.int32  # <= K; 0: nothing is held, the last weights are the best
    patience: np.int32  # epochs without a better validation loss


class Progress(NamedTuple):
    """What early stopping remembers between calls."""

    epoch: tf.Tensor  # int32 scalar, epochs run
    best_epoch: tf.Tensor  # int32 scalar
    best_loss: tf.Tensor  # float32 scalar


Losses = Callable[[Table, tf.Tensor, tf.Tensor, bool], tf.Tensor]


class CompiledEpochs:
    """A network, its losses and its optimizer, compiled once."""

    def __init__(
        self,
        losses: Losses,
        *,
        trained: Sequence[keras.Variable],
        kept: Sequence[keras.Variable] = (),
        optimizer: keras.optimizers.Optimizer,
        penalty: Callable[[], tf.Tensor] = lambda: tf.constant(0.0),
        jit: bool = True,
    ) -> None:
        """Prepare the graph; it is compiled at the first call.

        Args:
            losses: (table, rows [B], row weights [B], training) -> weighted sum of each
                task's loss over the rows, and the sum of its weights: [2, T].
            trained: what the optimizer changes.
            kept: what else changes while training and belongs to the best weights, such as
                the moments of batch normalisation.
            optimizer: any Keras optimizer; its learning rate is set at each step.
            penalty: lambda R(theta).
            jit: compile by XLA, for products; a plain graph is faster for convolutions.
        """
        self._losses, self._penalty, self._optimizer = losses, penalty, optimizer
        self._trained = list(trained)
        optimizer.build(self._trained)
        self._live = [*self._trained, *kept]
        self._best = [tf.Variable(tf.zeros(v.shape), trainable=False) for v in self._live]
        self._run = tf.function(self._epochs, jit_compile=jit)

    def start(self) -> Progress:
        """Forget the optimizer's moments and the best weights: a new run begins."""
        for variable in self._optimizer.variables:
            variable.assign(tf.zeros_like(variable.value))
        for best, live in zip(self._best, self._live, strict=True):
            best.assign(live.value)
        return Progress(tf.constant(0), tf.constant(0), tf.constant(np.inf, tf.float32))

    def run(self, table: Table, course: Course, progress: Progress) -> tuple[np.ndarray, Progress]:
        """Train for up to `course.epochs` epochs.

        Returns:
            The training and validation loss of each epoch that ran, [epochs, 2], and the
            progress to hand to the next call.
        """
        tensors = Course(*(tf.convert_to_tensor(value) for value in course))
        before = int(progress.epoch)
        history, progress = self._run(table, tensors, progress)
        return history.numpy()[: int(progress.epoch) - before], progress

    def finish(self) -> None:
        """Put the best weights back."""
        for best, live in zip(self._best, self._live, strict=True):
            live.assign(best)

    def follow(self, table: Table, planned: Iterable[Course], label: str) -> tuple[np.ndarray, int]:
        """Run courses until they or patience end, and put the best weights back.

        Returns:
            The training and validation loss of each epoch that ran, [epochs, 2], and the
            number of the best epoch, from 1.

        Raises:
            ValueError: a loss is infinite or NaN; names the run, `label`, and the epoch.
        """
        progress = self.start()
        curve = np.zeros((0, 2), np.float32)
        for course in planned:
            losses, progress = self.run(table, course, progress)
            curve = np.concatenate([curve, losses])
            _check(curve, label)
            if len(losses) < course.epochs:
                break
        self.finish()
        return curve, int(progress.best_epoch)

    def _epochs(
        self, table: Table, course: Course, progress: Progress
    ) -> tuple[tf.Tensor, Progress]:
        """Run epochs until the course ends or patience does."""
        epoch, best_epoch, best_loss = progress
        last = epoch + course.epochs
        history = tf.TensorArray(tf.float32, size=course.rows.shape[0], element_shape=(2,))
        number = tf.constant(0)
        while epoch < last and epoch - best_epoch < course.patience:
            training = self._train(table, course, number)
            validation = self._validate(table, course, training)
            history = history.write(number, tf.stack([training, validation]))
            number, epoch = number + 1, epoch + 1
            better = tf.logical_or(validation < best_loss, course.blocks == 0)
            best_epoch = tf.where(better, epoch, best_epoch)
            best_loss = tf.where(better, validation, best_loss)
            for best, live in zip(self._best, self._live, strict=True):
                best.assign(tf.where(better, live.value, best))
        return history.stack(), Progress(epoch, best_epoch, best_loss)

    def _train(self, table: Table, course: Course, epoch: tf.Tensor) -> tf.Tensor:
        """One pass over the rows; return the mean of the batches' joint losses."""
        total, step = tf.constant(0.0), tf.constant(0)
        # `for step in tf.range(...)` would make XLA compile anew for every number of steps.
        while step < course.steps:
            rows, weight = course.rows[epoch, step], course.weight[epoch, step]  # [B]
            total += self._step(table, rows, weight, course.rate[epoch, step])
            step += 1
        return total / tf.cast(course.steps, tf.float32)

    def _step(self, table: Table, rows: tf.Tensor, weight: tf.Tensor, rate: tf.Tensor) -> tf.Tensor:
        """Minimise sum_i w_i L_i + lambda R(theta) on one batch."""
        with tf.GradientTape() as tape:
            total, weights = tf.unstack(self._losses(table, rows, weight, True))  # [T]
            means = tf.math.divide_no_nan(total, weights)
            joint = tf.reduce_sum(table.task_weight * means)
            objective = joint + self._penalty()
        gradients = tape.gradient(objective, [v.value for v in self._trained])
        self._optimizer.learning_rate = rate
        self._optimizer.apply(gradients, self._trained)
        return joint

    def _validate(self, table: Table, course: Course, training: tf.Tensor) -> tf.Tensor:
        """Return the joint loss on the held rows, block by block; without any, `training`."""
        sums, block = tf.zeros((2, table.y.shape[0])), tf.constant(0)
        while block < course.blocks:
            rows, weight = course.held_rows[block], course.held_weight[block]  # [B]
            sums += self._losses(table, rows, weight, False)
            block += 1
        means = tf.math.divide_no_nan(sums[0], sums[1])
        held = tf.reduce_sum(table.task_weight * means)
        return tf.where(course.blocks == 0, training, held)


def _check(curve: np.ndarray, label: str) -> None:
    """Stop where the loss is no number: what follows would be noise."""
    bad = np.flatnonzero(~np.isfinite(curve).all(axis=1))
    if bad.size:
        raise ValueError(
            f"{label}: the loss is not finite after epoch {int(bad[0]) + 1}: lower "
            "training.learning_rate, or look for extreme values in the inputs"
        )
