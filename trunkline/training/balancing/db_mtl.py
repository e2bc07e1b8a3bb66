"""Losses balanced by their logarithms, gradients by their lengths."""

import tensorflow as tf

from trunkline.settings.gradient_balancers import DbMtl
from trunkline.training.signals import Balancer, Signal, State

SMALL = 1e-8


def build(options: DbMtl) -> Balancer:
    """Return the direction [P] = max_s |y_s| sum_t y_t / |y_t|.

    y_t = beta y_t + (1 - beta) g_t / L_t is the running gradient of log L_t.

    References:
        Lin et al., "Dual-Balancing for Multi-Task Learning", arXiv 2308.12029, algorithm 1.
    """

    def start(tasks: int, parameters: int) -> State:
        return (tf.zeros((tasks, parameters)),)

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        (running,) = state
        new = signal.gradients / (signal.losses + SMALL)[:, None]
        running += (1.0 - options.beta) * signal.present[:, None] * (new - running)
        lengths = tf.sqrt(tf.reduce_sum(running * running, -1))
        scale = tf.reduce_max(lengths) / (lengths + SMALL)
        return tf.reduce_sum(scale[:, None] * running, 0), (running,)

    return Balancer(needs="gradients", start=start, weigh=weigh)
