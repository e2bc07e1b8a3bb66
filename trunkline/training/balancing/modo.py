"""Weights of the shortest combination, moved by two independent halves of each batch."""

import tensorflow as tf

from trunkline.settings.gradient_balancers import Modo
from trunkline.training import solvers
from trunkline.training.signals import Balancer, Signal, State


def build(options: Modo) -> Balancer:
    """Return weights [T]: w = project(w - gamma (J_1 J_2^T w + rho w)) onto the simplex.

    Two samples make the product of their gradients unbiased. Ours are the halves of a batch, whose
    mean then moves the trunk: the paper takes three batches a step, so its tasks would see three
    times the rows of every other arm.

    References:
        Chen et al., "Three-Way Trade-Off in Multi-Objective Learning: Optimization,
        Generalization and Conflict-Avoidance", NeurIPS 2023.
    """

    def start(tasks: int, parameters: int) -> State:
        del parameters
        return (tf.fill([tasks], 1.0 / tasks),)

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        (weights,) = state
        slope = solvers.product(signal.gram, weights) + options.rho * weights
        weights = solvers.project(weights - options.gamma * slope, tf.ones_like(weights))
        return weights, (weights,)

    return Balancer(needs="halves", start=start, weigh=weigh)
