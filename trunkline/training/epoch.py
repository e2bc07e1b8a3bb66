"""The compiled epoch: everything that trains, trains here.

One call runs several epochs inside one compiled graph: gather a batch, forward, losses,
gradients, apply; then the loss on the held rows, early stopping, and a copy of the best
weights. No Python runs per batch. Rows, labels, weights and order are arguments, so one
compilation serves every repeat and every label budget of a network.

Shapes: E epochs a call, S steps an epoch, B rows a batch, K blocks of held rows, T tasks.
"""

from collections.abc import Callable, Iterable, Sequence

import keras
import numpy as np
import tensorflow as tf

from trunkline.training import divergence
from trunkline.training.batches import Balance, Batch, Course, Losses, Progress, Rows


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
        balance: Balance | None = None,
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
            balance: weighs losses or gradients anew at each step; none: sum_i w_i L_i.
            jit: compile by XLA, for products; a plain graph is faster for convolutions.
        """
        self._losses, self._penalty, self._optimizer = losses, penalty, optimizer
        self.balance = balance
        self._trained = list(trained)
        optimizer.build(self._trained)
        self.live = [*self._trained, *kept]
        self._best = [tf.Variable(tf.zeros(v.shape), trainable=False) for v in self.live]
        self._run, self.train_once, self.judge = (  # the last two are what a run over shards calls
            tf.function(one, jit_compile=jit) for one in (self._epochs, self._train, self._judge)
        )

    def start(self, seed: int = 0) -> Progress:
        """Forget the optimizer's moments and the best weights: a new run begins.

        Args:
            seed: of what a balance draws.
        """
        if self.balance is not None:
            self.balance.start(seed)
        for variable in self._optimizer.variables:
            variable.assign(tf.zeros_like(variable.value))
        for best, live in zip(self._best, self.live, strict=True):
            best.assign(live.value)
        return Progress(tf.constant(0), tf.constant(0), tf.constant(np.inf, tf.float32))

    def run(self, table: Rows, course: Course, progress: Progress) -> tuple[np.ndarray, Progress]:
        """Train for up to `course.epochs` epochs.

        Returns both losses of each epoch that ran, [epochs, 2], and the progress so far.
        """
        tensors = Course(*(tf.convert_to_tensor(value) for value in course))
        before = int(progress.epoch)
        history, progress = self._run(table, tensors, progress)
        return history.numpy()[: int(progress.epoch) - before], progress

    def finish(self) -> None:
        """Put the best weights back."""
        for best, live in zip(self._best, self.live, strict=True):
            live.assign(best)

    def follow(
        self, table: Rows, planned: Iterable[Course], label: str, *,
        seed: int = 0, tasks: Sequence[str] = (),
    ) -> tuple[np.ndarray, int]:  # fmt: skip
        """Run courses until they or patience end, and put the best weights back.

        Returns training and validation loss of each epoch, [epochs, 2], and the best one, from 1.

        Raises:
            Diverged: a loss or a weight is no number; names the run, the epoch, the task.
        """
        begun, progress, done = [v.numpy() for v in self.live], self.start(seed), []
        curve = np.zeros((0, 2), np.float32)
        for course in planned:
            done.append(course)
            losses, progress = self.run(table, course, progress)
            curve = np.concatenate([curve, losses])
            bad = np.flatnonzero(~np.isfinite(curve).all(axis=1))
            if bad.size:
                for live, value in zip(self.live, begun, strict=True):
                    live.assign(value)
                self.start(seed)
                place = divergence.find(table, done, self._turn, tf.function(self._look))
                raise divergence.Diverged(divergence.told(label, int(bad[0]) + 1, place, tasks))
            if len(losses) < course.epochs:
                break
        self.finish()
        divergence.refuse(label, len(curve), self.live)
        return curve, int(progress.best_epoch)

    def _epochs(
        self, table: Rows, course: Course, progress: Progress
    ) -> tuple[tf.Tensor, Progress]:
        """Run epochs until the course ends or patience does."""
        last = progress.epoch + course.epochs
        history = tf.TensorArray(tf.float32, size=course.rows.shape[0], element_shape=(2,))
        number = tf.constant(0)
        while progress.epoch < last and progress.epoch - progress.best_epoch < course.patience:
            training = self._train(table, course, number)
            validation, progress = self._judge(table, course, training, progress)
            history = history.write(number, tf.stack([training, validation]))
            number = number + 1
        return history.stack(), progress

    def _judge(
        self, table: Rows, course: Course, training: tf.Tensor, progress: Progress
    ) -> tuple[tf.Tensor, Progress]:
        """End an epoch: return the loss on the held rows, and keep the best weights."""
        validation = self._validate(table, course, training)
        epoch = progress.epoch + 1
        better = tf.logical_or(validation < progress.best_loss, course.blocks == 0)
        best_epoch = tf.where(better, epoch, progress.best_epoch)
        best_loss = tf.where(better, validation, progress.best_loss)
        for best, live in zip(self._best, self.live, strict=True):
            best.assign(tf.where(better, live.value, best))
        return validation, Progress(epoch, best_epoch, best_loss)

    def _train(self, table: Rows, course: Course, epoch: tf.Tensor) -> tf.Tensor:
        """One pass over the rows; return the mean of the batches' joint losses."""
        self._turn()
        total, step = tf.constant(0.0), tf.constant(0)
        # `for step in tf.range(...)` would make XLA compile anew for every number of steps.
        while step < course.steps:
            rows, weight = course.rows[epoch, step], course.weight[epoch, step]  # [B]
            total += self._step(Batch(table, rows, weight, course.rate[epoch, step]))
            step += 1
        return total / tf.cast(course.steps, tf.float32)

    def _turn(self) -> None:
        if self.balance is not None:
            self.balance.turn()

    def _look(self, batch: Batch) -> tf.Tensor:
        """Take a step; return the mean loss of each task before it, without dropout."""
        total, weights = tf.unstack(self._losses(batch.table, batch.rows, batch.weight, False))
        self._step(batch)
        return tf.math.divide_no_nan(total, weights)

    def _step(self, batch: Batch) -> tf.Tensor:
        """Minimise the loss of one batch; return sum_i w_i L_i before it."""
        values, signal = [v.value for v in self._trained], None
        if self.balance is None:
            joint, gradients = self._joint(batch, values)
        else:
            joint, gradients, signal = self.balance.step(self._losses, self._penalty, values, batch)
        self._optimizer.learning_rate = batch.rate
        self._optimizer.apply(gradients, self._trained)
        if self.balance is not None:
            self.balance.review(self._losses, batch, signal)
        return joint

    def _joint(
        self, batch: Batch, values: Sequence[tf.Tensor]
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """Return sum_i w_i L_i, and the gradient of it plus lambda R(theta)."""
        with tf.GradientTape() as tape:
            total, weights = tf.unstack(
                self._losses(batch.table, batch.rows, batch.weight, True)
            )  # [T]
            means = tf.math.divide_no_nan(total, weights)
            joint = tf.reduce_sum(batch.table.task_weight * means)
            objective = joint + self._penalty()
        return joint, tape.gradient(objective, values)

    def _validate(self, table: Rows, course: Course, training: tf.Tensor) -> tf.Tensor:
        """Return the joint loss on the held rows, block by block; without any, `training`."""
        sums, block = tf.zeros((2, table.task_weight.shape[0])), tf.constant(0)
        while block < course.blocks:
            rows, weight = course.held_rows[block], course.held_weight[block]  # [B]
            sums += self._losses(table, rows, weight, False)
            block += 1
        means = tf.math.divide_no_nan(sums[0], sums[1])
        held = tf.reduce_sum(table.task_weight * means)
        return tf.where(course.blocks == 0, training, held)
