"""The mean gradient projected onto the cone that contradicts no task."""

import tensorflow as tf

from trunkline.settings.gradient_balancers import DualProj
from trunkline.training import signals, solvers
from trunkline.training.signals import Balancer, Signal, State


def build(options: DualProj) -> Balancer:
    """Return weights [T] = argmin over v >= m of |sum_t v_t g_t|^2, m the mean.

    With v = m + x it is x >= 0 and y = G x + G m >= 0, x y = 0.

    References:
        Lopez-Paz and Ranzato, "Gradient Episodic Memory for Continual Learning", NeurIPS 2017,
        equation 11.
    """
    del options

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        gram, mean = solvers.conditioned(signal.gram), signals.shares(signal.present)
        return mean + solvers.complementary(gram, solvers.product(gram, mean)), state

    return Balancer(needs="gram", weigh=weigh)
