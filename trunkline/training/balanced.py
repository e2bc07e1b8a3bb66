"""A step under a balancer. T tasks, H parts of a batch (1, or 2 halves), P shared weights."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from trunkline.training import foresight, gramians, jacobians, measuring
from trunkline.training.batches import Batch, Losses
from trunkline.training.diary import Diary, Told
from trunkline.training.signals import Balancer, Signal, Slope

STRIDE = 4096  # random numbers a step may take, at the least
Penalty = Callable[[], tf.Tensor]
Ahead = tuple[Slope, Callable[[], tf.Tensor]]
Step = tuple[tf.Tensor, list[tf.Tensor], Signal]


class _Counts(NamedTuple):
    """Where a run is."""

    epoch: tf.Variable
    batch: tf.Variable
    step: tf.Variable
    key: tf.Variable


class Balancing:
    """A balancer inside the compiled epoch; its state lives in variables from step to step."""

    def __init__(
        self, balancer: Balancer, *, tasks: int, shared: Sequence[keras.Variable], epochs: int = 1
    ) -> None:
        """Make the variables.

        Args:
            balancer: the method.
            tasks: T.
            shared: weights of the trunk, whose gradients are balanced: the first of those that
                are trained.
            epochs: of a run, at most; of those beyond nothing is told.

        Raises:
            ValueError: the balancer needs gradients, and nothing is shared.
        """
        if balancer.needs != "losses" and not shared:
            raise ValueError(
                "a balancer of gradients needs weights that all tasks share, received none: "
                "train a shared trunk, or choose a balancer of losses"
            )
        self._balancer = balancer
        self._shared, self._tasks = len(shared), tasks
        parameters = sum(int(np.prod(variable.shape)) for variable in shared)
        self._stride = max(STRIDE, parameters, tasks * tasks)
        self._diary = Diary(tasks, epochs)
        self._first = balancer.start(tasks, parameters)
        self._state = [tf.Variable(value, trainable=False) for value in self._first]
        self._counts = _Counts(*(tf.Variable(0, trainable=False) for _ in _Counts._fields))

    def start(self, seed: int) -> None:
        """Forget everything: a new run begins, whose random numbers `seed` stands for."""
        for variable, value in zip(self._state, self._first, strict=True):
            variable.assign(value)
        for variable, number in zip(self._counts, (-1, 0, 0, seed % 2**31), strict=True):
            variable.assign(number)
        self._diary.start()

    def told(self) -> Told:
        """Return what the run that ended tells."""
        return self._diary.told(tuple(variable.numpy() for variable in self._state))

    def turn(self) -> None:
        """Begin an epoch."""
        self._counts.epoch.assign(self._counts.epoch + 1)
        self._counts.batch.assign(0)

    def step(
        self, losses: Losses, penalty: Penalty, trained: Sequence[tf.Tensor], batch: Batch
    ) -> Step:
        """Return sum_i w_i L_i of a batch, the gradient of each weight, and what was seen.

        Args:
            losses: as `CompiledEpochs` takes them.
            penalty: lambda R(theta); it is not balanced.
            trained: values of the weights, those that are shared first.
            batch: the rows.
        """
        of_losses = self._balancer.needs == "losses"
        found = (self._weigh_losses if of_losses else self._weigh_gradients)(
            losses, penalty, trained, batch
        )
        counts = self._counts
        for variable, more in ((counts.batch, 1), (counts.step, 1), (counts.key, self._stride)):
            variable.assign(variable + more)
        return found

    def review(self, losses: Losses, batch: Batch, signal: Signal) -> None:
        """Show the balancer, if it wants, the losses of the same batch after the step."""
        if self._balancer.review is not None:
            after, _ = measuring.measure(losses, [batch])
            state = tuple(variable.value() for variable in self._state)
            self._keep(self._balancer.review(state, signal, after[0]))

    def _weigh_losses(
        self, losses: Losses, penalty: Penalty, trained: Sequence[tf.Tensor], batch: Batch
    ) -> Step:
        """Descend on sum_t c_t w_t L_t, c the balancer's weights."""
        ahead = self._ahead(losses, penalty, trained, batch)
        with tf.GradientTape() as tape:
            means, counts = measuring.measure(losses, [batch])  # [1, T] both
            signal = self._signal(means[0], counts, batch, ahead)
            weights = tf.stop_gradient(self._answer(signal))
            objective = tf.reduce_sum(weights * means[0]) + penalty()
        return tf.reduce_sum(means), tape.gradient(objective, trained), signal

    def _weigh_gradients(
        self, losses: Losses, penalty: Penalty, trained: Sequence[tf.Tensor], batch: Batch
    ) -> Step:
        """Combine the tasks' gradients of what they share; the rest takes that of its own task."""
        shared, own = trained[: self._shared], trained[self._shared :]
        halves = 2 if self._balancer.needs == "halves" else 1
        seen = jacobians.find(losses, batch, shared, own, parts=halves)
        ahead = self._ahead(losses, penalty, trained, batch)
        signal = self._signal(
            tf.reduce_sum(seen.parts, 0), seen.counts, batch, ahead, seen.jacobian
        )
        answer = self._answer(signal)
        if self._balancer.needs != "gradients":
            answer = tf.reduce_sum(answer[:, None] * signal.gradients, 0)  # [P]
        with tf.GradientTape(persistent=True) as tape:
            shrunk = penalty()
        added = tape.gradient(shrunk, shared, unconnected_gradients="zero")
        pieces = jacobians.shaped(answer, shared)
        trunk = [piece + more for piece, more in zip(pieces, added, strict=True)]
        rest = [
            one if more is None else one + more
            for one, more in zip(seen.own, tape.gradient(shrunk, own), strict=True)
        ]
        return tf.reduce_sum(seen.parts), [*trunk, *rest], signal

    def _signal(
        self,
        means: tf.Tensor,
        counts: tf.Tensor,
        batch: Batch,
        ahead: Ahead,
        jacobian: tf.Tensor | None = None,
    ) -> Signal:
        """Return what a balancer sees; parts of a Jacobian [H, T, P] sum to the whole."""
        gram, gradients = tf.zeros((0, 0)), tf.zeros((0, 0))
        if jacobian is not None:
            gradients = tf.reduce_sum(jacobian, 0)  # [T, P]
            gram = gramians.gramian(jacobian[0], jacobian[-1])
            scale = tf.math.divide_no_nan(tf.reduce_sum(counts, 0), counts)  # [H, T]
            gram *= scale[0][:, None] * scale[-1][None, :]  # each part's own means
        return Signal(
            losses=means,
            present=tf.cast(tf.reduce_sum(counts, 0) > 0, tf.float32),
            gram=gram,
            gradients=gradients,
            rate=batch.rate,
            epoch=self._counts.epoch.value(),
            batch=self._counts.batch.value(),
            step=self._counts.step.value(),
            key=tf.cast(self._counts.key.value(), tf.uint32),
            slope=ahead[0],
            affinity=ahead[1],
        )

    def _answer(self, signal: Signal) -> tf.Tensor:
        """Ask the balancer, and keep what it wants to remember."""
        answer, state = self._balancer.weigh(tuple(v.value() for v in self._state), signal)
        self._keep(state)
        needs, blank = self._balancer.needs, tf.zeros((0, 0))
        weights = tf.fill([self._tasks], np.nan) if needs == "gradients" else answer
        gram = blank if needs == "halves" else signal.gram
        self._diary.add(signal.epoch, weights, gram, signal.present)
        return answer

    def _ahead(
        self, losses: Losses, penalty: Penalty, trained: Sequence[tf.Tensor], batch: Batch
    ) -> Ahead:
        """Return what `Signal` has for those who look ahead."""
        shared = trained[: self._shared]
        return (
            partial(foresight.slope, losses, penalty, trained, batch),
            partial(foresight.affinity, losses, shared, batch, self._tasks),
        )

    def _keep(self, state: Sequence[tf.Tensor]) -> None:
        for variable, value in zip(self._state, state, strict=True):
            variable.assign(value)
