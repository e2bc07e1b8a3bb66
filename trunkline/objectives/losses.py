"""Losses by the kind of a task, one value a row."""

from collections.abc import Callable

import tensorflow as tf

Objective = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


def binary_cross_entropy(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """Cross-entropy of a sigmoid, on logits: max(z, 0) - z y + log(1 + exp(-|z|)).

    Args:
        y_true: 0 or 1, [batch].
        y_pred: logits z, [batch, 1].

    Returns:
        [batch], at least 0.

    Example:
        A logit of 0 costs log 2, whatever the label:

        >>> float(binary_cross_entropy(tf.ones(1), tf.zeros((1, 1)))[0])
        0.6931471824645996
    """
    logits = y_pred[:, 0]
    return tf.maximum(logits, 0.0) - logits * y_true + tf.math.log1p(tf.exp(-tf.abs(logits)))


def categorical_cross_entropy(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """Cross-entropy of a softmax, on logits: log(sum_c exp(z_c)) - z_y.

    Args:
        y_true: index of the class, [batch], of any number type.
        y_pred: logits z, [batch, classes].

    Returns:
        [batch], at least 0.
    """
    classes = tf.range(y_pred.shape[-1])
    chosen = tf.cast(tf.cast(y_true, tf.int32)[:, None] == classes, y_pred.dtype)
    shifted = y_pred - tf.stop_gradient(tf.reduce_max(y_pred, axis=-1, keepdims=True))
    return tf.math.log(tf.reduce_sum(tf.exp(shifted), axis=-1)) - tf.reduce_sum(
        shifted * chosen, axis=-1
    )


def squared_error(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """(y - z)^2, [batch]; `y_true` is [batch], `y_pred` [batch, 1]."""
    return tf.square(y_pred[:, 0] - y_true)


OBJECTIVES: dict[str, Objective] = {
    "binary": binary_cross_entropy,
    "multiclass": categorical_cross_entropy,
    "regression": squared_error,
}
