"""DAN: the maximum mean discrepancy of several kernels between both domains."""

import tensorflow as tf

from trunkline.networks import products
from trunkline.settings.adapting import Dan
from trunkline.training.adapting.setting import Seen, Term, halves


def term(options: Dan, *, kind: str, width: int, units: int) -> Term:
    """Add lambda MMD^2 of the trunk's outputs, with k = sum_u exp(-||x - y||^2 / (2 s_u)).

    s_u is `kernels`[u] times the mean squared distance between two different rows of the batch,
    of either domain, and is not differentiated. MMD^2 = E k(s, s') + E k(t, t') - 2 E k(s, t); the
    `unbiased` estimate takes the first two means over different rows (and may be negative), the
    `biased` over all. Both are quadratic in the batch; the paper's linear estimate serves rows that
    do not fit in memory. It adapts several layers with learned kernel weights; ours are equal, and
    the one layer is the trunk's last.

    References:
        Long et al., "Learning Transferable Features with Deep Adaptation Networks", ICML 2015,
        equations 1 to 3; Gretton et al., "A Kernel Two-Sample Test", JMLR 13 (2012), lemma 6.
    """
    del kind, width, units

    def value(seen: Seen) -> tf.Tensor:
        return discrepancy(*halves(seen.hidden), options)

    return Term(value, options.weight)


def discrepancy(source: tf.Tensor, target: tf.Tensor, options: Dan) -> tf.Tensor:
    """Return MMD^2 between the rows [n, d] of two domains."""
    n = source.shape[0]
    rows = tf.concat([source, target], axis=0)  # [2 n, d]
    lengths = tf.reduce_sum(tf.square(rows), axis=1)
    inner = products.compared(rows, rows)
    distance = tf.maximum(lengths[:, None] + lengths - 2.0 * inner, 0.0)  # [2 n, 2 n]
    mean = tf.stop_gradient(tf.reduce_sum(distance)) / (2 * n * (2 * n - 1))
    scaled = tf.math.divide_no_nan(distance, mean)
    kernel = tf.add_n([tf.exp(scaled * (-0.5 / share)) for share in options.kernels])
    own = kernel * (1.0 - tf.eye(2 * n)) if options.estimate == "unbiased" else kernel
    pairs = n * (n - 1) if options.estimate == "unbiased" else n * n
    within = tf.reduce_sum(own[:n, :n]) + tf.reduce_sum(own[n:, n:])
    return within / pairs - 2.0 * tf.reduce_sum(kernel[:n, n:]) / (n * n)
