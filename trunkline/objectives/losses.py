"""Losses by the kind of a task, one value a row; of several labels, one for each."""

from collections.abc import Callable

import tensorflow as tf

Objective = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
_Gradient = Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


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
    return _binary(y_pred[:, 0], y_true)


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
    return _categorical(y_pred, chosen)  # chosen: [batch, classes], one 1 a row


def soft_cross_entropy(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """Cross-entropy of a softmax to shares of classes: log(sum_c exp(z_c)) - sum_c p_c z_c.

    Args:
        y_true: shares p, [batch, classes], whose sum is 1 in each row.
        y_pred: logits z, [batch, classes].

    Returns:
        [batch], at least the entropy of the shares.
    """
    return _categorical(y_pred, y_true)


def multilabel_cross_entropy(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """Cross-entropy of a sigmoid for each label on its own, on logits: as `binary_cross_entropy`.

    Args:
        y_true: 0 or 1, [batch, labels].
        y_pred: logits, [batch, labels].

    Returns:
        [batch, labels], at least 0: a missing label can weigh 0 while its row's others count.

    Example:
        >>> multilabel_cross_entropy(tf.ones((1, 2)), tf.zeros((1, 2))).numpy().tolist()
        [[0.6931471824645996, 0.6931471824645996]]
    """
    return _binary(y_pred, y_true)


def squared_error(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """(y - z)^2, [batch]; `y_true` is [batch], `y_pred` [batch, 1]."""
    return tf.square(y_pred[:, 0] - y_true)


# Gradients are written out because that of a logarithm is a reciprocal, an operation that each
# maker of processors rounds in its own way; these are shorter and exact at extreme logits too.


@tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
def _binary(logits: tf.Tensor, y_true: tf.Tensor) -> tuple[tf.Tensor, _Gradient]:
    """dL/dz = sigmoid(z) - y."""

    def backward(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return upstream * (tf.sigmoid(logits) - y_true), -upstream * logits

    softplus = tf.maximum(logits, 0.0) + tf.math.log1p(tf.exp(-tf.abs(logits)))
    return softplus - logits * y_true, backward


@tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
def _categorical(logits: tf.Tensor, chosen: tf.Tensor) -> tuple[tf.Tensor, _Gradient]:
    """dL/dz = softmax(z) - chosen."""
    shifted = logits - tf.reduce_max(logits, axis=-1, keepdims=True)
    exponents = tf.exp(shifted)
    total = tf.reduce_sum(exponents, axis=-1, keepdims=True)

    def backward(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        error = exponents / total - chosen
        return upstream[:, None] * error, -upstream[:, None] * logits

    return tf.math.log(total[:, 0]) - tf.reduce_sum(shifted * chosen, axis=-1), backward


OBJECTIVES: dict[str, Objective] = {
    "binary": binary_cross_entropy,
    "multiclass": categorical_cross_entropy,
    "multilabel": multilabel_cross_entropy,
    "regression": squared_error,
}
