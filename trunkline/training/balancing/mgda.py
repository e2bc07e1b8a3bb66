"""The shortest convex combination of the gradients."""

import tensorflow as tf

from trunkline.settings.gradient_balancers import Mgda
from trunkline.training import solvers
from trunkline.training.signals import Balancer, Signal, State

SMALL = 1e-8


def build(options: Mgda) -> Balancer:
    """Return weights [T] = argmin over the simplex of |sum_t w_t g_t|^2.

    With x >= 0 that minimises x G x / 2 - sum_t x_t, w = x / sum_t x_t. The gradients may be
    divided by their lengths, their losses or both first; then w_t is divided by the same.

    References:
        Sener and Koltun, "Multi-Task Learning as Multi-Objective Optimization", NeurIPS 2018,
        equation 3; Desideri, "Multiple-gradient descent algorithm (MGDA) for multiobjective
        optimization", C. R. Acad. Sci. Paris 350 (2012).
    """

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        scale = tf.ones_like(signal.losses)
        if options.normalise in ("length", "both"):
            scale *= solvers.lengths(signal.gram) + SMALL
        if options.normalise in ("loss", "both"):
            scale *= signal.losses + SMALL
        gram = solvers.conditioned(signal.gram / scale[:, None] / scale[None, :])
        found = solvers.complementary(gram, -signal.present)
        return tf.math.divide_no_nan(found, tf.reduce_sum(found)) / scale, state

    return Balancer(needs="gram", weigh=weigh)
