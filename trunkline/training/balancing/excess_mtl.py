"""More weight for tasks whose loss can still fall far."""

import tensorflow as tf

from trunkline.settings.gradient_balancers import ExcessMtl
from trunkline.training.signals import Balancer, Signal, State

SMALL = 1e-7


def build(options: ExcessMtl) -> Balancer:
    """Return the direction [P] = sum_t w_t g_t, sum_t w_t = T.

    The excess risk of a task is about e_t = sum_p g_tp^2 / sqrt(H_tp), H the sum of the squared
    gradients so far. w_t is multiplied by exp(rate e_t / e_t(0)) before each step.

    References:
        He et al., "Robust Multi-Task Learning with Excess Risks", ICML 2024, algorithm 1.
    """

    def start(tasks: int, parameters: int) -> State:
        return tf.zeros((tasks, parameters)), tf.zeros(tasks), tf.ones(tasks)

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        squares, first, weights = state
        square = signal.gradients * signal.gradients  # [T, P]
        squares += square
        excess = tf.reduce_sum(square / (tf.sqrt(squares + SMALL) + SMALL), -1)
        grown = tf.exp(options.rate * tf.math.divide_no_nan(excess, first))  # 1 at the first
        first = tf.where(first > 0, first, excess)
        weights = weights * grown
        weights *= weights.shape[0] / tf.reduce_sum(weights)
        return tf.reduce_sum(weights[:, None] * signal.gradients, 0), (squares, first, weights)

    return Balancer(needs="gradients", start=start, weigh=weigh)
