"""Random weights: what any balancer should beat."""

import tensorflow as tf

from trunkline.networks import dropout
from trunkline.settings.loss_balancers import Rlw
from trunkline.training import signals
from trunkline.training.signals import Balancer, Signal, State

ROOT_2 = 1.4142135623730951
HALF_STEP = 2.0**-25  # the numbers are multiples of 2^-24; 0 and 1 have no quantile


def build(options: Rlw) -> Balancer:
    """Return weights [T] = softmax(z), z standard normal and new at each step.

    References:
        Lin et al., "Reasonable Effectiveness of Random Weighting: A Litmus Test for Multi-Task
        Learning", TMLR 2022.
    """
    del options

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        uniform = dropout.uniform(signal.key, tf.shape(signal.losses)) + HALF_STEP
        normal = ROOT_2 * tf.math.erfinv(2.0 * uniform - 1.0)
        return signals.softmax(normal, signal.present), state

    return Balancer(needs="losses", weigh=weigh)
