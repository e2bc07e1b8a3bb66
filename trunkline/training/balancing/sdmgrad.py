"""The shortest combination near the mean gradient, from two halves of each batch."""

import tensorflow as tf

from trunkline.settings.gradient_balancers import SdmGrad
from trunkline.training import signals, solvers
from trunkline.training.signals import Balancer, Signal, State

STEPS = 20


def build(options: SdmGrad) -> Balancer:
    """Return weights [T] = (w + pull m) / (1 + pull), m the mean.

    w descends, from where the last batch left it, on |g_w + pull g_0|^2 over the simplex, with
    the gradient J_1 J_2^T (w + pull m). Steps are of 1 / T after division by the mean of the
    Gramian's diagonal, without momentum. The samples are the halves of one batch.

    References:
        Xiao, Ban and Ji, "Direction-oriented Multi-objective Learning: Simple and Provable
        Stochastic Algorithms", NeurIPS 2023, algorithm 1.
    """

    def start(tasks: int, parameters: int) -> State:
        del parameters
        return (tf.fill([tasks], 1.0 / tasks),)

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        (weights,), mean = state, signals.shares(signal.present)
        size = tf.reduce_sum(mean * tf.abs(tf.linalg.diag_part(signal.gram)))
        gram = signal.gram / (size + solvers.SMALL)
        rate, number = 1.0 / weights.shape[0], tf.constant(0)
        while number < STEPS:
            slope = solvers.product(gram, weights + options.pull * mean)
            weights = solvers.project(weights - rate * slope, signal.present)
            number += 1
        return (weights + options.pull * mean) / (1.0 + options.pull), (weights,)

    return Balancer(needs="halves", start=start, weigh=weigh)
