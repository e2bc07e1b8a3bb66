"""More weight for the losses that fell least in the last epoch."""

import tensorflow as tf

from trunkline.settings.loss_balancers import Dwa
from trunkline.training import signals
from trunkline.training.signals import Balancer, Signal, State


def build(options: Dwa) -> Balancer:
    """Return weights [T], equal in the first two epochs.

    w_t = T exp(r_t / temperature) / sum_s exp(r_s / temperature), r_t the mean loss of the last
    epoch over that of the one before.

    References:
        Liu, Johns and Davison, "End-to-End Multi-Task Learning with Attention", CVPR 2019,
        equation 7.
    """

    def start(tasks: int, parameters: int) -> State:
        del parameters
        none = tf.zeros(tasks)
        return (
            none,
            none,
            none,
            none,
        )  # sum and batches of this epoch; means of the last, of one more

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        total, count, last, before = state
        begins = tf.logical_and(signal.batch == 0, signal.epoch > 0)
        before = tf.where(begins, last, before)
        last = tf.where(begins, tf.math.divide_no_nan(total, count), last)
        kept = 1.0 - tf.cast(begins, tf.float32)
        total, count = kept * total + signal.losses, kept * count + signal.present
        measured = tf.cast(before > 0, tf.float32) * tf.cast(last > 0, tf.float32)
        ratio = tf.where(measured > 0, tf.math.divide_no_nan(last, before), 1.0)
        everything = tf.ones_like(ratio)
        weights = tf.reduce_sum(everything) * signals.softmax(
            ratio / options.temperature, everything
        )
        weights = tf.where(signal.epoch < 2, everything, weights)
        return weights, (total, count, last, before)

    return Balancer(needs="losses", start=start, weigh=weigh)
