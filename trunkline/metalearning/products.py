"""Products of many small networks at once, which have the same bits on every processor.

`trunkline.networks.products` has its like for products with a catalogue, and neither serves both.
The gradient here is such a product again, for steps are themselves differentiated; there it is not.
Short sums agree to the bit, long ones do not under XLA: slices, which are added up here, take some
two thirds of the time of padded pieces where results are large; pieces, which are there, a third of
that of slices where sums are of thousands of terms.

Shapes: B episodes, N rows, K terms of a sum, M units.
"""

from collections.abc import Callable

import tensorflow as tf

from trunkline.networks.portable import TERMS

_Two = tuple[tf.Tensor, tf.Tensor]


@tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
def product(left: tf.Tensor, right: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], _Two]]:
    """Return `left` [B, N, K] times `right` [B, K, M]: [B, N, M].

    Sums of more than some 280 terms are cut up by the size of a processor's cache, so that they are
    taken in pieces of `TERMS`. So are those of the gradient, and of its gradient: each is such a
    product again.
    """

    def backward(upstream: tf.Tensor) -> _Two:
        return product(upstream, _turned(right)), product(_turned(left), upstream)

    return _summed(left, right), backward


def times(left: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    """Return what `product` does; in one piece where neither it nor its gradient has a long sum."""
    sizes = (*left.shape[1:], right.shape[2])
    return product(left, right) if max(sizes) > TERMS else tf.matmul(left, right)


def _summed(left: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    terms = left.shape[2]
    if terms <= TERMS:
        return tf.matmul(left, right)
    pieces = [slice(first, first + TERMS) for first in range(0, terms, TERMS)]
    return tf.add_n([tf.matmul(left[:, :, piece], right[:, piece]) for piece in pieces])


def _turned(values: tf.Tensor) -> tf.Tensor:
    return tf.transpose(values, (0, 2, 1))
