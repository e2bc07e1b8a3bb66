"""The loss of an episode, whose second derivatives have the same bits on every processor.

Shapes: B episodes, N rows, W outputs.
"""

from collections.abc import Callable

import tensorflow as tf


def cross_entropy(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """Mean over the rows of log(sum_c exp(z_c)) - z_y.

    Args:
        y_true: index of the class, int32 [B, N].
        y_pred: logits z, [B, N, W].

    Returns:
        [B], at least 0.
    """
    chosen = tf.one_hot(y_true, y_pred.shape[-1], dtype=y_pred.dtype)
    each = log_sum_exp(y_pred) - tf.reduce_sum(y_pred * chosen, -1)
    return tf.reduce_mean(each, -1)


def squared_error(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """Mean over the rows of (y - z)^2, [B]; `y_true` is [B, N], `y_pred` [B, N, 1]."""
    return tf.reduce_mean(tf.square(y_pred[:, :, 0] - y_true), -1)


@tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
def log_sum_exp(logits: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
    """Return log(sum_c exp(z_c)), [...]; its gradient, exp(z - it), needs no reciprocal."""

    def backward(upstream: tf.Tensor) -> tf.Tensor:
        return upstream[..., None] * tf.exp(logits - log_sum_exp(logits)[..., None])

    highest = tf.reduce_max(logits, -1, keepdims=True)
    total = tf.reduce_sum(tf.exp(logits - highest), -1)
    return tf.math.log(total) + highest[..., 0], backward


def of(ways: int) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """Return the loss of episodes of so many classes; 0: of a regression."""
    return cross_entropy if ways else squared_error
