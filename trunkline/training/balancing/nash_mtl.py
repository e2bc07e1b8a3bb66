"""The bargaining solution of Nash: the direction of the largest product of gains."""

import tensorflow as tf

from trunkline.settings.gradient_balancers import NashMtl
from trunkline.training import solvers
from trunkline.training.signals import Balancer, Signal, State


def build(options: NashMtl) -> Balancer:
    """Return weights [T] with G w = 1 / w, shrunk until |sum_t w_t g_t| <= max_norm.

    With w_t = b_t / |g_t| it is C b = 1 / b, C the cosines: scales of the losses do not matter.

    References:
        Navon et al., "Multi-Task Learning as a Bargaining Game", ICML 2022, claim 3.1 and
        algorithm 1.
    """

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        cosines = solvers.cosines(signal.gram) + solvers.RIDGE * tf.eye(signal.gram.shape[0])
        bargain = solvers.proportional(cosines, 1.0)
        weights = signal.present * bargain / solvers.lengths(signal.gram)
        square = tf.reduce_sum(weights * solvers.product(signal.gram, weights))
        length = tf.sqrt(tf.maximum(square, 0.0)) + solvers.SMALL
        return weights * tf.minimum(options.max_norm / length, 1.0), state

    return Balancer(needs="gram", weigh=weigh)
