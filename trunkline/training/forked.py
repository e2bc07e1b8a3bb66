"""Losses of tasks that read one representation, cut in two where the tasks part. T tasks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import tensorflow as tf

from trunkline.training.batches import Losses, Table


@dataclass(frozen=True)
class Forked:
    """Trunk, then heads: together they are `batches.Losses`.

    Whoever wants the gradient of each task sends one backward pass through all heads, as each
    task's loss reaches the trunk by a branch of its own, and only then one a task through the
    trunk.

    Attributes:
        represent: (table, rows [B], training) -> what all heads read, [B, width].
        judge: (that for each task, table, rows [B], row weights [B], training) -> the weighted
            sum of each task's loss, and of its weights: [2, T].
        tasks: T.
    """

    represent: Callable[[Table, tf.Tensor, bool], tf.Tensor]
    judge: Callable[[Sequence[tf.Tensor], Table, tf.Tensor, tf.Tensor, bool], tf.Tensor]
    tasks: int

    def __call__(
        self, table: Table, index: tf.Tensor, weight: tf.Tensor, training: bool
    ) -> tf.Tensor:
        """Return what `judge` says of `represent`: [2, T]."""
        hidden = self.represent(table, index, training)  # [B, width]
        return self.judge([hidden] * self.tasks, table, index, weight, training)


def cut(
    represent: Callable[[Table, tf.Tensor, bool], list[tf.Tensor]],
    judge: Callable[[Sequence[tf.Tensor], Table, tf.Tensor, tf.Tensor, bool], tf.Tensor],
    tasks: int,
    *,
    one: bool,
) -> Losses:
    """Return the losses of representations of each task, cut in two where all are one.

    Args:
        represent: (table, rows [B], training) -> what the head of each task reads, [B, width].
        judge: as `Forked` has it.
        tasks: T.
        one: all heads read the same.
    """
    if one:
        return Forked(lambda *given: represent(*given)[0], judge, tasks)

    def losses(table: Table, index: tf.Tensor, weight: tf.Tensor, training: bool) -> tf.Tensor:
        return judge(represent(table, index, training), table, index, weight, training)

    return losses
