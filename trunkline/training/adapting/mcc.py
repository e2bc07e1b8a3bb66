"""MCC: less confusion between classes on the target's rows."""

import tensorflow as tf

from trunkline.settings.adapting import Mcc
from trunkline.training.adapting.setting import Seen, Term, entropies, halves, probabilities


def term(options: Mcc, *, kind: str, width: int, units: int) -> Term:
    """Add lambda times the share of confusion between classes, of the target's rows in a batch.

    Y = softmax(z / T), [n, classes]; rows weigh w = n (1 + exp(-H)) / sum (1 + exp(-H)), not
    differentiated; C = Y^T diag(w) Y with each row divided by its sum; the mean over the classes of
    what lies off the diagonal. The source's rows take no part in it.

    References:
        Jin et al., "Minimum Class Confusion for Versatile Domain Adaptation", ECCV 2020, equations
        1 to 6.
    """
    del width, units

    def value(seen: Seen) -> tf.Tensor:
        _, logits = halves(seen.logits)
        return confusion(probabilities(logits / options.temperature, kind))

    return Term(value, options.weight)


def confusion(shares: tf.Tensor) -> tf.Tensor:
    """Return the mean share of confusion of a class, of shares [n, classes]."""
    n, classes = shares.shape
    weight = tf.stop_gradient(1.0 + tf.exp(-entropies(shares)))
    weight = weight * (n / tf.reduce_sum(weight))  # [n]
    matrix = tf.matmul(shares, weight[:, None] * shares, transpose_a=True)  # [classes, classes]
    matrix = matrix / tf.maximum(tf.reduce_sum(matrix, axis=1, keepdims=True), 1e-12)
    return (tf.reduce_sum(matrix) - tf.linalg.trace(matrix)) / classes
