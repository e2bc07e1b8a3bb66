"""Each gradient projected onto the cone that contradicts no task, then their mean."""

import tensorflow as tf

from trunkline.settings.gradient_balancers import UpGrad
from trunkline.training import signals, solvers
from trunkline.training.signals import Balancer, Signal, State


def build(options: UpGrad) -> Balancer:
    """Return weights [T], the mean over t of v_t = argmin over v >= e_t of |sum_s v_s g_s|^2.

    With v = e_t + x it is x >= 0 and y = G x + G e_t >= 0, x y = 0: y are the products of the
    projected gradient with all others, so that none is negative.

    References:
        Quinton and Rey, "Jacobian Descent for Multi-Objective Optimization", arXiv 2406.16232.
    """
    del options

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        gram = solvers.conditioned(signal.gram)
        moved = tf.eye(gram.shape[0]) + solvers.complementary(gram, gram)  # a row for each t
        return tf.reduce_sum(signals.shares(signal.present)[:, None] * moved, 0), state

    return Balancer(needs="gram", weigh=weigh)
