"""Products of matrices whose sums are long, with the same bits on every processor.

Sums of more than some 280 terms are cut up by the size of a processor's cache where one side is
transposed, so that these are taken in pieces of `TERMS`. What stands before the last two axes, such
as episodes, is there on both sides and in the result.
"""

from collections.abc import Callable

import tensorflow as tf

from trunkline.networks.portable import TERMS


def against(rows: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """Return `rows` [..., M, k] times `others` [..., I, k], transposed: [..., M, I].

    The gradient of a row is a sum over the others, that of one of them a sum over the rows; k, M
    and I may be thousands.
    """

    @tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
    def forward(
        left: tf.Tensor, right: tf.Tensor
    ) -> tuple[tf.Tensor, Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]]:
        def backward(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            to_left = summed(tf.linalg.matrix_transpose(upstream), right)
            return to_left, summed(upstream, left)

        return along(left, right), backward

    return forward(rows, others)


def along(left: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    """Return `left` [..., M, k] times `right` [..., I, k], transposed, in pieces: [..., M, I]."""
    if left.shape[-1] <= TERMS:
        return tf.matmul(left, right, transpose_b=True)
    return pieced(left, right)


def pieced(left: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    """Return what `along` does, always of pieces of `TERMS`, also where one is not full."""
    cut = [
        tf.linalg.matrix_transpose(_pieces(tf.linalg.matrix_transpose(one)))
        for one in (left, right)
    ]  # [..., pieces, M, TERMS] each
    return tf.reduce_sum(tf.matmul(*cut, transpose_b=True), -3)


def summed(left: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    """Return the transpose of `left` [..., N, p] times `right` [..., N, q], in pieces: [..., p, q].

    Example:
        >>> summed(tf.ones((300, 1)), tf.ones((300, 2))).numpy().tolist()
        [[300.0, 300.0]]
    """
    if left.shape[-2] <= TERMS:
        return tf.matmul(left, right, transpose_a=True)
    return tf.reduce_sum(tf.matmul(_pieces(left), _pieces(right), transpose_a=True), -3)


def _pieces(rows: tf.Tensor) -> tf.Tensor:
    """Return [..., pieces, TERMS, width]: all rows in order, zeros at the end."""
    *many, count, width = rows.shape
    padded = tf.pad(rows, [[0, 0]] * len(many) + [[0, -count % TERMS], [0, 0]])
    return tf.reshape(padded, (*many, -1, TERMS, width))
