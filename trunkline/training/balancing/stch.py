"""The smooth maximum of the losses, each measured against its size after a warm-up."""

import tensorflow as tf

from trunkline.settings.loss_balancers import Stch
from trunkline.training import signals
from trunkline.training.signals import Balancer, Signal, State

TINY = 1e-20


def build(options: Stch) -> Balancer:
    """Return weights [T], the derivatives of a smooth Tchebycheff scalarisation.

    L = mu T log sum_t exp(log(L_t / nadir_t) / mu), so w_t = T softmax(log(L_t / nadir_t) / mu)
    / L_t. Nadir is the mean loss over the last epoch of the warm-up, during which
    L = sum_t log L_t and w_t = 1 / L_t.

    References:
        Lin et al., "Smooth Tchebycheff Scalarization for Multi-Objective Optimization", ICML
        2024; warm-up, logarithm and factor T are LibMTL's.
    """

    def start(tasks: int, parameters: int) -> State:
        del parameters
        return tf.zeros(tasks), tf.zeros(tasks)  # sum of the losses, batches

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        total, count = state
        last = tf.cast(tf.equal(signal.epoch, options.warmup_epochs - 1), tf.float32)
        total, count = total + last * signal.losses, count + last * signal.present
        losses = signal.losses + TINY
        nadir = tf.where(total > 0, tf.math.divide_no_nan(total, count), 1.0)
        shares = signals.softmax(tf.math.log(losses / nadir) / options.mu, signal.present)
        shares *= tf.reduce_sum(signal.present)
        warm = signal.epoch < options.warmup_epochs
        return tf.where(warm, signal.present, shares) / losses, (total, count)

    return Balancer(needs="losses", start=start, weigh=weigh)
