"""Random weights: what any balancer should beat."""

import tensorflow as tf

from trunkline.networks import dropout
from trunkline.settings.loss_balancers import Rlw
from trunkline.training import signals
from trunkline.training.signals import Balancer, Signal, State

ROOT_2 = 1.4142135623730951
HALF_STEP = 2.0**-24  # of numbers from -1 to 1, which have no quantile themselves
MOST = 1.0 - 2.0**-23  # uncompiled, TensorFlow has no quantile of the one number beyond it


def build(options: Rlw) -> Balancer:
    """Return weights [T] = softmax(z), z standard normal and new at each step.

    References:
        Lin et al., "Reasonable Effectiveness of Random Weighting: A Litmus Test for Multi-Task
        Learning", TMLR 2022.
    """
    del options

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        # Exact in this order: half a step added before doubling would round the largest to 1.
        even = 2.0 * dropout.uniform(signal.key, tf.shape(signal.losses)) - 1.0
        normal = ROOT_2 * tf.math.erfinv(tf.minimum(even + HALF_STEP, MOST))
        return signals.softmax(normal, signal.present), state

    return Balancer(needs="losses", weigh=weigh)
