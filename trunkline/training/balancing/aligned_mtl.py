"""Gradients made orthogonal and equally long, by the nearest such change."""

import tensorflow as tf

from trunkline.settings.gradient_balancers import AlignedMtl
from trunkline.training import signals, solvers
from trunkline.training.signals import Balancer, Signal, State

CUT = 1e-5  # of the largest eigenvalue: smaller ones are rounding


def build(options: AlignedMtl) -> Balancer:
    """Return weights [T] = s V S^-1 V^T m, from G = V S^2 V^T; s the smallest of S, m the mean.

    References:
        Senushkin et al., "Independent Component Alignment for Multi-Task Learning", CVPR 2023,
        algorithm 1; the mean in the place of the sum is TorchJD's.
    """
    del options

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        size = tf.linalg.trace(signal.gram) + solvers.SMALL * solvers.SMALL
        values, vectors = solvers.eigen(signal.gram / size)  # [T], [T, T]
        kept = values > CUT * tf.reduce_max(values)
        roots = tf.sqrt(tf.where(kept, values, 1.0)) + solvers.SMALL
        smallest = tf.reduce_min(tf.where(kept, roots, 1e30))
        parts = tf.reduce_sum(vectors * signals.shares(signal.present)[:, None], 0)  # V^T m
        scaled = tf.where(kept, smallest * parts / roots, 0.0)
        return signal.present * solvers.product(vectors, scaled), state

    return Balancer(needs="gram", weigh=weigh)
