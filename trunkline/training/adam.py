"""Adam on a few numbers that a balancer learns beside the network."""

from typing import NamedTuple

import tensorflow as tf

FIRST, SECOND, EPSILON = 0.9, 0.999, 1e-8


class Moments(NamedTuple):
    """What Adam remembers of gradients [T]."""

    first: tf.Tensor  # [T]
    second: tf.Tensor  # [T]
    shrunk: tf.Tensor  # [2], the powers of both decay rates


def start(size: int) -> Moments:
    """Return the moments before the first gradient."""
    return Moments(tf.zeros(size), tf.zeros(size), tf.ones(2))


def change(moments: Moments, gradient: tf.Tensor, rate: tf.Tensor) -> tuple[tf.Tensor, Moments]:
    """Return what to add to the numbers [T], and the new moments.

    m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2;
    change = -rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon).

    References:
        Kingma and Ba, "Adam", ICLR 2015, algorithm 1.
    """
    first = FIRST * moments.first + (1.0 - FIRST) * gradient
    second = SECOND * moments.second + (1.0 - SECOND) * gradient * gradient
    shrunk = moments.shrunk * tf.constant([FIRST, SECOND])
    size = tf.sqrt(second / (1.0 - shrunk[1])) + EPSILON
    return -rate * (first / (1.0 - shrunk[0])) / size, Moments(first, second, shrunk)
