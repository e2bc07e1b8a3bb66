"""Weights that stay as a user sets them."""

import tensorflow as tf

from trunkline.settings.loss_balancers import Static
from trunkline.training.signals import Balancer, Signal, State


def build(options: Static) -> Balancer:
    """Return the weights [T] of the options: L = sum_t c_t L_t.

    References:
        Kurin et al., "In Defense of the Unitary Scalarization for Deep Multi-Task Learning",
        NeurIPS 2022, equation 1, for how hard these are to beat.
    """

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        del signal
        return tf.constant(options.weights, tf.float32), state

    return Balancer(needs="losses", weigh=weigh)
