"""Products with a whole catalogue, which have the same bits on every processor."""

from collections.abc import Callable

import tensorflow as tf

from trunkline.networks.portable import TERMS


def against(users: tf.Tensor, items: tf.Tensor) -> tf.Tensor:
    """Return `users` [M, k] times `items` [I, k], transposed: [M, I].

    The gradient of a user is a sum over the items, that of an item one over the users, and k may be
    a catalogue too: sums of more than some 280 terms are cut up by the size of a processor's cache,
    so that these are taken in pieces of `TERMS`.
    """

    @tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
    def forward(
        left: tf.Tensor, right: tf.Tensor
    ) -> tuple[tf.Tensor, Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]]:
        def backward(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return summed(tf.transpose(upstream), right), summed(upstream, left)

        return _along(left, right), backward

    return forward(users, items)


def _along(left: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    """Return `left` [M, k] times `right` [I, k], transposed, summed piece by piece: [M, I]."""
    if left.shape[1] <= TERMS:
        return tf.matmul(left, right, transpose_b=True)
    cut = [tf.transpose(_pieces(tf.transpose(one)), (0, 2, 1)) for one in (left, right)]
    return tf.reduce_sum(tf.matmul(*cut, transpose_b=True), 0)  # of [pieces, M, TERMS] each


def summed(left: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    """Return the transpose of `left` [N, p] times `right` [N, q], summed piece by piece: [p, q]."""
    if left.shape[0] <= TERMS:
        return tf.matmul(left, right, transpose_a=True)
    return tf.reduce_sum(tf.matmul(_pieces(left), _pieces(right), transpose_a=True), 0)


def _pieces(rows: tf.Tensor) -> tf.Tensor:
    """Return [pieces, TERMS, width]: all rows in order, zeros at the end."""
    count, width = rows.shape
    return tf.reshape(tf.pad(rows, [[0, -count % TERMS], [0, 0]]), (-1, TERMS, width))
