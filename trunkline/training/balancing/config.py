"""The direction that has the same cosine with every gradient."""

import tensorflow as tf

from trunkline.settings.gradient_balancers import Config
from trunkline.training import solvers
from trunkline.training.signals import Balancer, Signal, State

CUT = 1e-5  # of the largest eigenvalue: smaller ones are rounding


def build(options: Config) -> Balancer:
    """Return weights [T] of d = (sum_t g_t u) u, u the unit vector along U^+ 1.

    U [T, P] holds the unit gradients and U^+ 1 = U^T (U U^T)^+ 1, so that the cosines C are
    enough: with x = C^+ 1, u = sum_t x_t g_t / |g_t| / sqrt(x C x).

    References:
        Liu, Chu and Thuerey, "ConFIG: Towards Conflict-free Training of Physics Informed Neural
        Networks", ICLR 2025.
    """
    del options

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        lengths, present = solvers.lengths(signal.gram), signal.present
        cosines = solvers.cosines(signal.gram)
        values, vectors = solvers.eigen(cosines)
        parts = tf.reduce_sum(vectors * present[:, None], 0)  # V^T 1
        kept = values > CUT * tf.reduce_max(values)
        parts = tf.where(kept, parts / tf.where(kept, values, 1.0), 0.0)
        found = present * solvers.product(vectors, parts)  # x
        square = tf.reduce_sum(found * solvers.product(cosines, found))
        weights = found / lengths / (tf.sqrt(tf.maximum(square, 0.0)) + solvers.SMALL)
        along = tf.reduce_sum(solvers.product(signal.gram, weights))  # sum_t g_t u
        return along * weights, state

    return Balancer(needs="gram", weigh=weigh)
