"""Weights of the shortest combination, from running means of the gradients."""

import tensorflow as tf

from trunkline.settings.gradient_balancers import Moco
from trunkline.training import solvers
from trunkline.training.signals import Balancer, Signal, State

SMALL = 1e-8


def build(options: Moco) -> Balancer:
    """Return the direction [P] = sum_t w_t y_t.

    y_t -= beta / k^sigma (y_t - L_t g_t / |g_t|) follows the gradients, and w = project(w -
    gamma / k^sigma (Y Y^T + rho) w) onto the simplex, k the number of the step.

    The projection is the paper's. LibMTL takes a softmax for it, whose only resting point without
    gradients is equal weights, and which never leaves their neighbourhood: whatever the gradients,
    weights of two tasks stay within 1 : e. The scaling by the loss is LibMTL's.

    References:
        Fernando et al., "Mitigating Gradient Bias in Multi-objective Learning: A Provably
        Convergent Approach", ICLR 2023, algorithm 1.
    """

    def start(tasks: int, parameters: int) -> State:
        return tf.zeros((tasks, parameters)), tf.fill([tasks], 1.0 / tasks)

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        running, weights = state
        number = tf.cast(signal.step + 1, tf.float32)
        falling = tf.exp(-options.sigma * tf.math.log(number))
        square = tf.reduce_sum(signal.gradients * signal.gradients, -1, keepdims=True)
        scaled = signal.gradients / (tf.sqrt(square) + SMALL) * signal.losses[:, None]
        follow = options.beta * falling * signal.present[:, None]
        running -= follow * (running - scaled)
        mean = tf.reduce_sum(weights[:, None] * running, 0)  # Y^T w
        slope = tf.reduce_sum(running * mean, -1) + options.rho * weights
        moved = weights - options.gamma * falling * slope
        moved -= tf.reduce_max(moved)  # lest large values swallow the 1 they are to sum to
        weights = solvers.project(moved, tf.ones_like(moved))
        return tf.reduce_sum(weights[:, None] * running, 0), (running, weights)

    return Balancer(needs="gradients", start=start, weigh=weigh)
