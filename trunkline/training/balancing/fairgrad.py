"""Alpha-fair progress of the tasks."""

import tensorflow as tf

from trunkline.settings.gradient_balancers import FairGrad
from trunkline.training import signals, solvers
from trunkline.training.signals import Balancer, Signal, State


def build(options: FairGrad) -> Balancer:
    """Return weights [T] with G w = w^(-1 / alpha).

    The Gramian is divided by its mean diagonal u first, and the weights multiplied by
    u^(-alpha / (1 + alpha)), which is the same.

    References:
        Ban and Ji, "Fair Resource Allocation in Multi-Task Learning", ICML 2024.
    """

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        squares = tf.linalg.diag_part(signal.gram)
        unit = tf.reduce_sum(signals.shares(signal.present) * squares) + solvers.SMALL
        empty = tf.linalg.diag(tf.cast(squares <= 0, tf.float32))
        gram = signal.gram / unit + empty + solvers.RIDGE * tf.eye(signal.gram.shape[0])
        scale = tf.exp(-options.alpha / (1.0 + options.alpha) * tf.math.log(unit))
        return signal.present * scale * solvers.proportional(gram, options.alpha), state

    return Balancer(needs="gram", weigh=weigh)
