"""Products between the gradients of tasks, in an order of sums that no cache decides."""

import tensorflow as tf

from trunkline.networks import products

FEW = 8  # tasks, up to which all products of two entries are written out
FOLDS = 16  # at a time
SHORT = 64  # entries, left to one sum


def gramian(first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
    """Return J_1 J_2^T [T, T] of gradients [T, P].

    A product of matrices would be cut up by the size of the processor's cache. Few tasks: all
    products of two entries, folded 16 times into one until few are left; XLA makes one loop of it,
    16 times as fast for three tasks as a sum that must keep its order. Many tasks: products of at
    most 256 terms, and their sum.
    """
    if first.shape[0] > FEW:
        return products.pieced(first, second)
    entries = [
        one[:, None] * other[None] for one, other in zip(_cut(first), _cut(second), strict=True)
    ]
    folded = _added(entries)  # [T, T, P / 16]
    while folded.shape[-1] > SHORT:
        folded = _added(_cut(folded))
    return tf.reduce_sum(folded, -1)


def _cut(values: tf.Tensor) -> list[tf.Tensor]:
    """Return [..., n] as `FOLDS` pieces of equal length, zeros at the end."""
    length = -(-values.shape[-1] // FOLDS)
    missing = length * FOLDS - values.shape[-1]
    padded = tf.pad(values, [[0, 0]] * (values.shape.rank - 1) + [[0, missing]])
    return [padded[..., fold * length : (fold + 1) * length] for fold in range(FOLDS)]


def _added(pieces: list[tf.Tensor]) -> tf.Tensor:
    """Return the sum of `FOLDS` pieces, two by two."""
    while len(pieces) > 1:
        pieces = [one + other for one, other in zip(pieces[::2], pieces[1::2], strict=True)]
    return pieces[0]
