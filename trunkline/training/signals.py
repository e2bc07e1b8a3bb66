"""What a task balancer is: what it sees of a step, what it remembers, what it answers.

Shapes: T tasks, P weights of the shared trunk.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import tensorflow as tf

State = tuple[tf.Tensor, ...]
Needs = Literal["losses", "gram", "halves", "gradients"]
Slope = Callable[[tf.Tensor], tf.Tensor]


class Signal(NamedTuple):
    """One batch, as a balancer sees it.

    A task without a label in the batch is absent: its loss and its gradient are 0.
    """

    losses: tf.Tensor  # float32 [T], w_i L_i
    present: tf.Tensor  # float32 [T], 1 or, for a task without a label, 0
    gram: tf.Tensor  # float32 [T, T], J J^T; of `halves` J_1 J_2^T, of two halves of the batch
    gradients: tf.Tensor  # float32 [T, P], J, a row for each loss
    rate: tf.Tensor  # float32 scalar, the learning rate of the step
    epoch: tf.Tensor  # int32 scalar, from 0
    batch: tf.Tensor  # int32 scalar, of the epoch, from 0
    step: tf.Tensor  # int32 scalar, of the run, from 0
    key: tf.Tensor  # uint32 scalar, where this step's random numbers begin
    slope: Slope  # weights [T] -> [T], what `foresight.slope` says; costs two steps on half batches
    affinity: Callable[[], tf.Tensor]  # -> [T, T], what `foresight.affinity` says; T + 1 steps


def none(tasks: int, parameters: int) -> State:
    """Return the state of a balancer that remembers nothing."""
    del tasks, parameters
    return ()


@dataclass(frozen=True, kw_only=True)
class Balancer:
    """A published method as pure functions; what it remembers is handed from step to step.

    Attributes:
        needs: what of a signal is filled besides the losses. `gram`: the Gramian; `halves`: the
            Gramian between two halves of the batch; `gradients`: the gradients.
        weigh: (state, signal) -> the weight of each loss [T] and the new state. Of `losses`
            these weigh trunk and heads, of `gram` and `halves` the gradients of the trunk alone.
            A balancer of `gradients` answers with the direction of the trunk [P].
        start: (T, P) -> the state before the first step.
        review: (state, signal, losses of the batch after the step [T]) -> the new state.
    """

    needs: Needs
    weigh: Callable[[State, Signal], tuple[tf.Tensor, State]]
    start: Callable[[int, int], State] = none
    review: Callable[[State, Signal, tf.Tensor], State] | None = None


def shares(present: tf.Tensor) -> tf.Tensor:
    """Return equal shares [T] of the tasks that are present, which sum to 1."""
    return present / tf.maximum(tf.reduce_sum(present), 1.0)


def softmax(values: tf.Tensor, present: tf.Tensor) -> tf.Tensor:
    """Return the softmax [T] over the tasks that are present, 0 for the others."""
    largest = tf.reduce_max(tf.where(present > 0, values, -1e30))
    powers = present * tf.exp(tf.where(present > 0, values - largest, 0.0))
    return powers / tf.maximum(tf.reduce_sum(powers), 1e-30)
