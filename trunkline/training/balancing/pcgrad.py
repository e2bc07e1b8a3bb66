"""Gradients projected onto the normal planes of those they contradict."""

import tensorflow as tf

from trunkline.networks import dropout
from trunkline.settings.gradient_balancers import PcGrad
from trunkline.training import solvers
from trunkline.training.signals import Balancer, Signal, State


def build(options: PcGrad) -> Balancer:
    """Return weights [T], those of sum_i g_i' over the gradients as they came.

    For each i, and each j != i in random order: g_i' -= min(g_i' g_j, 0) / |g_j|^2 g_j. Row i
    of the coefficients [T, T] writes g_i' as a combination of gradients, so that the Gramian is
    enough.

    References:
        Yu et al., "Gradient Surgery for Multi-Task Learning", NeurIPS 2020, algorithm 1.
    """
    del options

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        gram, size = signal.gram, signal.gram.shape[0]
        order = dropout.uniform(signal.key, tf.constant([size, size]))
        place = tf.reduce_sum(tf.cast(order[:, None, :] < order[:, :, None], tf.int32), -1)
        squares = solvers.lengths(gram) * solvers.lengths(gram)
        coefficients, number = tf.eye(size), tf.constant(0)
        while number < size:
            turn = tf.cast(place == number, tf.float32) * (1.0 - tf.eye(size))  # [i, j]
            products = tf.reduce_sum(coefficients[:, :, None] * gram[None], 1)  # g_i' g_j
            coefficients -= turn * tf.minimum(products, 0.0) / squares
            number += 1
        return tf.reduce_sum(coefficients, 0), state

    return Balancer(needs="gram", weigh=weigh)
