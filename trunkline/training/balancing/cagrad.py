"""The best worst progress within reach of the mean gradient."""

import tensorflow as tf

from trunkline.settings.gradient_balancers import CaGrad
from trunkline.training import signals, solvers
from trunkline.training.signals import Balancer, Signal, State

STEPS = 64  # and 16 more for each task


def build(options: CaGrad) -> Balancer:
    """Return weights [T] of d = g_0 + c |g_0| g_w / |g_w|, g_0 the mean gradient.

    d maximises min_t g_t d within c |g_0| of g_0. w minimises g_w g_0 + c |g_0| |g_w| over the
    simplex: each step moves weight from the task that gains least by it to the one that gains
    most, so far as the root's tangent parabola says.

    References:
        Liu et al., "Conflict-Averse Gradient Descent for Multi-task Learning", NeurIPS 2021,
        algorithm 1; the result is not rescaled.
    """

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        gram, mean = solvers.conditioned(signal.gram), signals.shares(signal.present)
        reach = options.c * _length(gram, mean)
        weights = _nearest(gram, mean, reach)
        return mean + reach / _length(gram, weights) * weights, state

    return Balancer(needs="gram", weigh=weigh)


def _nearest(gram: tf.Tensor, mean: tf.Tensor, reach: tf.Tensor) -> tf.Tensor:
    """Return w [T] on the simplex that minimises w G m + reach sqrt(w G w)."""
    size = gram.shape[0]
    weights, number = mean, tf.constant(0)
    while number < STEPS + 16 * size:
        bend = reach / _length(gram, weights)
        slope = solvers.product(gram, mean + bend * weights)
        least = tf.argmin(tf.where(mean > 0, slope, 1e30))
        most = tf.argmax(tf.where(weights > 0, slope, -1e30))
        along = tf.one_hot(least, size) - tf.one_hot(most, size)
        curvature = bend * tf.reduce_sum(along * solvers.product(gram, along))
        step = tf.math.divide_no_nan(-tf.reduce_sum(along * slope), curvature)
        room = tf.reduce_sum(weights * tf.one_hot(most, size))
        weights += tf.clip_by_value(step, 0.0, room) * along
        number += 1
    return weights


def _length(gram: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """Return |sum_t w_t g_t|, a little above 0 at the least."""
    square = tf.reduce_sum(weights * solvers.product(gram, weights))
    return tf.sqrt(tf.maximum(square, 0.0)) + solvers.SMALL
