"""Gradients turned until they agree with each other as much as they usually do."""

import tensorflow as tf

from trunkline.networks import dropout
from trunkline.settings.gradient_balancers import GradVac
from trunkline.training import solvers
from trunkline.training.signals import Balancer, Signal, State

ALMOST = 0.999  # of a target: at 1 no multiple of g_j is long enough


def build(options: GradVac) -> Balancer:
    """Return weights [T], those of sum_i g_i' over the gradients as they came.

    For each i, and each j != i in random order, with f the cosine of g_i' and g_j and F_ij its
    running mean, where f < F: g_i' += |g_i'| (F sqrt(1 - f^2) - f sqrt(1 - F^2)) / (|g_j|
    sqrt(1 - F^2)) g_j, which makes the cosine F. Then F_ij = (1 - beta) F_ij + beta f.

    References:
        Wang et al., "Gradient Vaccine: Investigating and Improving Multi-task Optimization in
        Massively Multilingual Models", ICLR 2021, algorithm 1.
    """

    def start(tasks: int, parameters: int) -> State:
        del parameters
        return (tf.zeros((tasks, tasks)),)

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        (targets,), gram, size = state, signal.gram, signal.gram.shape[0]
        order = dropout.uniform(signal.key, tf.constant([size, size]))
        place = tf.reduce_sum(tf.cast(order[:, None, :] < order[:, :, None], tf.int32), -1)
        both = signal.present[:, None] * signal.present[None, :] * (1.0 - tf.eye(size))
        lengths = solvers.lengths(gram)
        coefficients, number = tf.eye(size), tf.constant(0)
        while number < size:
            turn = tf.cast(place == number, tf.float32) * both  # [i, j]
            products = tf.reduce_sum(coefficients[:, :, None] * gram[None], 1)  # g_i' g_j
            squares = tf.reduce_sum(coefficients * products, 1)
            own = tf.sqrt(tf.maximum(squares, 0.0)) + solvers.SMALL  # |g_i'|
            cosine = tf.clip_by_value(products / (own[:, None] * lengths), -1.0, 1.0)
            multiple = own[:, None] * _turned(cosine, targets) / lengths
            coefficients += turn * tf.where(cosine < targets, multiple, 0.0)
            targets += turn * options.beta * (cosine - targets)
            number += 1
        return tf.reduce_sum(coefficients, 0), (targets,)

    return Balancer(needs="gram", start=start, weigh=weigh)


def _turned(cosine: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
    """Return how much of g_j, in lengths of g_i, turns the cosine into the target."""
    target = tf.minimum(target, ALMOST)
    root = tf.sqrt(1.0 - target * target)
    return (target * tf.sqrt(1.0 - cosine * cosine) - cosine * root) / (root + solvers.SMALL)
