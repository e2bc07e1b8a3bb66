"""The losses of the tasks of one network, and the penalty on what they share. T tasks."""

from collections.abc import Mapping, Sequence

import keras
import tensorflow as tf

from trunkline.networks.learner import Learner
from trunkline.objectives.losses import OBJECTIVES
from trunkline.training import columns, forked
from trunkline.training.batches import Losses, Table
from trunkline.training.outputs import Output


def weighted_losses(
    learner: Learner, outputs: Mapping[str, Output], *, trunk_trains: bool
) -> Losses:
    """Return the losses of the learner's tasks.

    Args:
        learner: trunk and heads.
        outputs: of each task, in the order of the table's labels.
        trunk_trains: False runs the trunk in inference mode also while the heads train.
    """
    places = columns.places(outputs.values())

    def represent(table: Table, index: tf.Tensor, training: bool) -> list[tf.Tensor]:
        inputs = tf.gather(table.x, index)  # [B, ...]
        return list(learner.represent(inputs, training=training and trunk_trains).values())

    def judge(
        hidden: Sequence[tf.Tensor], table: Table, index: tf.Tensor, weight: tf.Tensor,
        training: bool,
    ) -> tf.Tensor:  # fmt: skip
        sums, weights = [], []
        for number, (place, (task, output)) in enumerate(zip(places, outputs.items(), strict=True)):
            y_pred = learner.heads[task](hidden[number], training=training)  # [B, units]
            total, count = summed(output, place, table, index, weight, y_pred)
            sums.append(total)
            weights.append(count)
        return tf.stack([tf.stack(sums), tf.stack(weights)])  # [2, T]

    return forked.cut(represent, judge, len(outputs), one=learner.sharing is None)


def summed(
    output: Output,
    place: columns.Place,
    table: Table,
    index: tf.Tensor,
    weight: tf.Tensor,
    y_pred: tf.Tensor,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the weighted sum of a task's losses over some rows, and the sum of their weights.

    Args:
        output: of the task.
        place: its columns in the table's labels.
        table: labels and what each counts.
        index: the rows, [B].
        weight: what they count beside that, [B].
        y_pred: what the head says of them, [B, units].
    """
    y_true = columns.gather(table.y, place, index)
    loss = OBJECTIVES[output.kind](y_true, y_pred)  # [B], or [B, labels]
    known = columns.spread(weight, place) * columns.gather(table.weight, place, index)
    return tf.reduce_sum(known * loss), tf.reduce_sum(known)


def shared_penalty(trunk: keras.Model, l2: float | tf.Variable) -> tf.Tensor:
    """Return lambda R(theta) = lambda sum ||W||^2 over the kernels of the trunk."""
    if isinstance(l2, float | int) and not l2:
        return tf.constant(0.0)
    kernels = [v.value for v in trunk.trainable_variables if v.path.endswith("kernel")]
    return l2 * tf.add_n([tf.reduce_sum(tf.square(kernel)) for kernel in kernels])
