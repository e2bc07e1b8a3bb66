"""Weights from the variance that each task is learned to have."""

import tensorflow as tf

from trunkline.settings.loss_balancers import Uncertainty
from trunkline.training import adam
from trunkline.training.signals import Balancer, Signal, State

INITIAL = -0.5  # as LibMTL has it


def build(options: Uncertainty) -> Balancer:
    """Return weights [T] from log variances s [T]: L = sum_t (L_t e^(-s_t) + s_t) / 2.

    The s are learned by Adam at the rate of the step, whatever trains the network.

    References:
        Kendall, Gal and Cipolla, "Multi-Task Learning Using Uncertainty to Weigh Losses", CVPR
        2018, equation 7.
    """
    del options

    def start(tasks: int, parameters: int) -> State:
        del parameters
        return tf.fill([tasks], INITIAL), *adam.start(tasks)

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        variance, *moments = state
        weights = 0.5 * tf.exp(-variance)
        gradient = signal.present * (0.5 - weights * signal.losses)
        change, learned = adam.change(adam.Moments(*moments), gradient, signal.rate)
        return weights, (variance + change, *learned)

    return Balancer(needs="losses", start=start, weigh=weigh)
