"""Weights that make a step on some rows lower the losses of others."""

import tensorflow as tf

from trunkline.settings.loss_balancers import AutoLambda
from trunkline.training import adam
from trunkline.training.signals import Balancer, Signal, State


def build(options: AutoLambda) -> Balancer:
    """Return weights [T], which descend by Adam on sum_t L_t(theta'(w)) of half of each batch.

    theta' is one step down sum_t w_t L_t of the other half; `foresight` has its derivative. All
    tasks count the same ahead, as all are asked about. The weights then weigh the whole batch,
    where the paper draws a second batch: its tasks would see twice the rows of every other arm.
    They are kept from falling below 0, which the published code leaves to its small rate.

    References:
        Liu et al., "Auto-Lambda: Disentangling Dynamic Task Relationships", TMLR 2022, equations
        2 and 4.
    """

    def start(tasks: int, parameters: int) -> State:
        del parameters
        return tf.fill([tasks], options.start), *adam.start(tasks)

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        weights, *moments = state
        gradient = signal.present * signal.slope(weights)
        rate = tf.constant(options.rate)
        change, learned = adam.change(adam.Moments(*moments), gradient, rate)
        weights = tf.maximum(weights + change, 0.0)
        return weights, (weights, *learned)

    return Balancer(needs="losses", start=start, weigh=weigh)
