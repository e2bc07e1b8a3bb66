"""The geometric mean of the losses."""

import tensorflow as tf

from trunkline.settings.loss_balancers import Gls
from trunkline.training import signals
from trunkline.training.signals import Balancer, Signal, State

TINY = 1e-20


def build(options: Gls) -> Balancer:
    """Return weights [T], the derivatives of L = (prod_t L_t)^(1/T): L / (T L_t).

    References:
        Chennupati et al., "MultiNet++: Multi-Stream Feature Aggregation and Geometric Loss
        Strategy for Multi-Task Learning", CVPR Workshops 2019.
    """
    del options

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        shares, losses = signals.shares(signal.present), signal.losses + TINY
        mean = tf.exp(tf.reduce_sum(shares * tf.math.log(losses)))
        return shares * mean / losses, state

    return Balancer(needs="losses", weigh=weigh)
