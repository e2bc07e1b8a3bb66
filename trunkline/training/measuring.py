"""Losses of a batch as balancers need them. H parts of a batch, T tasks."""

from collections.abc import Sequence

import tensorflow as tf

from trunkline.training.batches import Batch, Losses


def cut(batch: Batch, part: int, parts: int) -> Batch:
    """Return every `parts`-th row of a batch, from number `part` on."""
    some = slice(part, None, parts)
    return batch._replace(rows=batch.rows[some], weight=batch.weight[some])


def measure(
    losses: Losses, parts: Sequence[Batch], *, training: bool = True
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return what each part of a batch adds to each w_t L_t, and its sum of weights: [H, T]."""
    found = [losses(one.table, one.rows, one.weight, training) for one in parts]
    return weighted(tf.stack(found), parts[0])


def weighted(found: tf.Tensor, batch: Batch) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the same of sums of losses and of weights [H, 2, T]."""
    counts = tf.reduce_sum(found[:, 1], 0)  # [T]
    return batch.table.task_weight * tf.math.divide_no_nan(found[:, 0], counts), found[:, 1]
