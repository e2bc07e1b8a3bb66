"""Gradients of each task's loss. T tasks, H parts of a batch (1, or 2 halves), P shared weights."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from trunkline.training import measuring
from trunkline.training.batches import Batch, Losses
from trunkline.training.forked import Forked

FEW = 8  # tasks, up to which the backward passes are written out: more would compile slowly
Variables = Sequence[tf.Tensor]


class Seen(NamedTuple):
    """One batch, task by task."""

    parts: tf.Tensor  # float32 [H, T], what each part adds to w_t L_t
    counts: tf.Tensor  # float32 [H, T], sums of weights
    jacobian: tf.Tensor  # float32 [H, T, P], of the shared weights
    own: list[tf.Tensor]  # gradient of sum_t w_t L_t of each other weight


def find(
    losses: Losses,
    batch: Batch,
    shared: Variables,
    own: Variables,
    *,
    parts: int = 1,
    training: bool = True,
) -> Seen:
    """Return the losses of a batch and the gradient of each.

    Args:
        losses: of `Forked` the heads are passed once; of others once for each task.
        batch: the rows.
        shared: weights whose gradients are wanted task by task.
        own: all others.
        parts: H; 2 keeps the halves of the batch apart.
        training: False drops nothing out and leaves batch normalisation as it is.
    """
    cuts = [measuring.cut(batch, part, parts) for part in range(parts)]
    if isinstance(losses, Forked):
        return _forked(losses, cuts, shared, own, training)
    return _whole(losses, cuts, shared, own, training)


def _whole(
    losses: Losses, cuts: Sequence[Batch], shared: Variables, own: Variables, training: bool
) -> Seen:
    """Pass trunk and heads once for each task."""
    with tf.GradientTape(persistent=True) as tape:
        means, counts = measuring.measure(losses, cuts, training=training)  # [H, T] both
        joint = tf.reduce_sum(means)
    size = means.shape[0] * means.shape[1]

    def row(number: tf.Tensor) -> tf.Tensor:
        chosen = tf.reshape(tf.one_hot(number, size), means.shape)
        return _flat(tape.gradient(means, shared, output_gradients=chosen), shared)

    rows = tf.reshape(stacked(row, size), (*means.shape, -1))
    return Seen(means, counts, rows, tape.gradient(joint, own))


def _forked(
    losses: Forked, cuts: Sequence[Batch], shared: Variables, own: Variables, training: bool
) -> Seen:
    """Pass the heads once, and the trunk once for each task."""
    with tf.GradientTape(persistent=True) as lower:
        hidden = [losses.represent(part.table, part.rows, training) for part in cuts]
    with tf.GradientTape() as upper:
        branches = [[tf.identity(one) for _ in range(losses.tasks)] for one in hidden]
        upper.watch(branches)
        found = tf.stack(
            [
                losses.judge(branch, part.table, part.rows, part.weight, training)
                for branch, part in zip(branches, cuts, strict=True)
            ]
        )  # [H, 2, T]
        means, counts = measuring.weighted(found, cuts[0])
        joint = tf.reduce_sum(means)
    wanted, others = upper.gradient(joint, (branches, list(own)), unconnected_gradients="zero")
    rows = [
        stacked(_passing(lower, one, tf.stack(back), shared), losses.tasks)
        for one, back in zip(hidden, wanted, strict=True)
    ]
    return Seen(means, counts, tf.stack(rows), others)


def _passing(
    tape: tf.GradientTape, hidden: tf.Tensor, back: tf.Tensor, shared: Variables
) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return what passes the trunk for one task; `back` [T, B, width] is dL_t / d hidden."""

    def row(number: tf.Tensor) -> tf.Tensor:
        return _flat(tape.gradient(hidden, shared, output_gradients=back[number]), shared)

    return row


def stacked(row: Callable[[tf.Tensor], tf.Tensor], size: int) -> tf.Tensor:
    """Return `row` of 0, 1, ... as [size, P]: written out if they are few, else in a loop."""
    if size <= 2 * FEW:
        return tf.stack([row(number) for number in range(size)])
    rows, number = tf.TensorArray(tf.float32, size), tf.constant(0)
    while number < size:
        rows = rows.write(number, row(number))
        number += 1
    return rows.stack()


def shaped(flat: tf.Tensor, shared: Variables) -> list[tf.Tensor]:
    """Return the gradient [P] of each shared weight."""
    shapes = [tuple(value.shape) for value in shared]
    pieces = tf.split(flat, [int(np.prod(shape)) for shape in shapes])
    return [tf.reshape(piece, shape) for piece, shape in zip(pieces, shapes, strict=True)]


def _flat(gradients: Sequence[tf.Tensor | None], shared: Variables) -> tf.Tensor:
    """Return the gradient of one task [P]; a weight it does not reach has gradient 0."""
    return tf.concat(
        [
            tf.zeros([int(np.prod(value.shape))]) if one is None else tf.reshape(one, [-1])
            for one, value in zip(gradients, shared, strict=True)
        ],
        0,
    )
