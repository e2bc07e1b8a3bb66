"""Deep CORAL: the second moments of both domains brought together."""

import tensorflow as tf

from trunkline.settings.adapting import Coral
from trunkline.training.adapting.setting import Seen, Term, halves


def term(options: Coral, *, kind: str, width: int, units: int) -> Term:
    """Add lambda ||C_S - C_T||_F^2 / (4 d^2), C the covariances of the trunk's d outputs.

    C = (X^T X - (1^T X)^T (1^T X) / n) / (n - 1), over the n rows of a domain in a batch; both
    domains take part in the gradient.

    References:
        Sun and Saenko, "Deep CORAL", ECCV 2016 workshops, equations 1 to 3.
    """
    del kind, width, units

    def value(seen: Seen) -> tf.Tensor:
        source, target = map(covariance, halves(seen.hidden))
        return tf.reduce_sum(tf.square(source - target)) / (4.0 * source.shape[0] ** 2)

    return Term(value, options.weight)


def covariance(rows: tf.Tensor) -> tf.Tensor:
    """Return the covariance [d, d] of rows [n, d], divided by n - 1."""
    centred = rows - tf.reduce_mean(rows, axis=0)
    return tf.matmul(centred, centred, transpose_a=True) / (rows.shape[0] - 1.0)
