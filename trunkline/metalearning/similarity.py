"""How near embeddings are to each other, with the same bits on every processor.

Shapes: B episodes, S rows of a support, Q queries, W ways, d numbers of an embedding.
"""

from collections.abc import Callable

import tensorflow as tf

from trunkline.networks import portable, products

SMALL = 1e-8  # of a squared length: zeros have a direction of length 0, and finite gradients


def euclidean(queries: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """Return |q|^2 - |q - c|^2 = 2 q c - |c|^2 of all pairs.

    What is left out of -|q - c|^2 is the same for all others of a query: no softmax and no order
    changes.

    Args:
        queries: q [B, Q, d].
        others: c [B, W, d].

    Returns:
        [B, Q, W].

    References:
        Snell, Swersky and Zemel, "Prototypical Networks for Few-shot Learning", NeurIPS 2017,
        equation 8.
    """
    lengths = tf.reduce_sum(tf.square(others), -1)  # [B, W]
    return 2.0 * products.against(queries, others) - lengths[:, None]


def cosine(queries: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """Return the cosines of all pairs of [B, Q, d] and [B, W, d], [B, Q, W]; 0 with zeros."""
    return products.against(directions(queries), directions(others))


def directions(vectors: tf.Tensor) -> tf.Tensor:
    """Return vectors [..., d] at length 1, but for those next to 0."""
    squares = tf.reduce_sum(tf.square(vectors), -1, keepdims=True)
    return vectors * portable.inverse_sqrt(squares + SMALL)


def shares(scores: tf.Tensor) -> tf.Tensor:
    """Return softmax(scores) over the last axis, by a division: TensorFlow's takes reciprocals."""
    exponents = tf.exp(scores - tf.stop_gradient(tf.reduce_max(scores, -1, keepdims=True)))
    return exponents / tf.reduce_sum(exponents, -1, keepdims=True)


def members(labels: tf.Tensor, ways: int) -> tf.Tensor:
    """Return 1 where a row [B, S] is of a class, else 0: float32 [B, S, W]."""
    return tf.one_hot(labels, ways)


def means(support: tf.Tensor, labels: tf.Tensor, ways: int) -> tf.Tensor:
    """Return the mean of each class's rows [B, S, d], [B, W, d]."""
    chosen = members(labels, ways)
    return products.summed(chosen, support) / tf.reduce_sum(chosen, 1)[..., None]


SIMILARITY: dict[str, Callable[[tf.Tensor, tf.Tensor], tf.Tensor]] = {
    "euclidean": euclidean,
    "cosine": cosine,
}
