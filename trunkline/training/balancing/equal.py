"""The sum of the losses: what every other balancer is compared with."""

import tensorflow as tf

from trunkline.settings.loss_balancers import Equal
from trunkline.training.signals import Balancer, Signal, State


def build(options: Equal) -> Balancer:
    """Return equal weights [T]: L = sum_t L_t.

    The epoch has a step of its own for it, with the same mathematics and fewer operations.

    References:
        Caruana, "Multitask Learning", Machine Learning 28 (1997).
    """
    del options

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        return tf.ones_like(signal.losses), state

    return Balancer(needs="losses", weigh=weigh)
