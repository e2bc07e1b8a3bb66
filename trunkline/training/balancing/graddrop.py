"""Each weight of the trunk follows one sign of its gradients, drawn by their purity."""

import tensorflow as tf

from trunkline.networks import dropout
from trunkline.settings.gradient_balancers import GradDrop
from trunkline.training.signals import Balancer, Signal, State


def build(options: GradDrop) -> Balancer:
    """Return the direction [P] = sum_t (leak + (1 - leak) mask_t) g_t, entry by entry.

    mask = 1 where g > 0 and u < p, or g < 0 and u > p; p = (1 + sum_t g_t / sum_t |g_t|) / 2,
    and u is uniform, new at each step for each entry.

    Ours are the gradients of the weights, as TorchJD's; the paper's are of representations.

    References:
        Chen et al., "Just Pick a Sign: Optimizing Deep Multitask Models with Gradient Sign
        Dropout", NeurIPS 2020, algorithm 1.
    """

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        gradients = signal.gradients  # [T, P]
        total = tf.reduce_sum(gradients, 0)
        purity = tf.math.divide_no_nan(total, tf.reduce_sum(tf.abs(gradients), 0))
        chosen = dropout.uniform(signal.key, tf.shape(total)) < 0.5 * (1.0 + purity)
        mask = tf.where(chosen, tf.cast(gradients > 0, tf.float32), 1.0)
        mask = tf.where(chosen, mask, tf.cast(gradients < 0, tf.float32))
        return tf.reduce_sum((options.leak + (1.0 - options.leak) * mask) * gradients, 0), state

    return Balancer(needs="gradients", weigh=weigh)
