"""Weights learned so that all gradients have one length, but for those that learn slowly."""

import tensorflow as tf

from trunkline.settings.gradient_balancers import GradNorm
from trunkline.training import adam, signals, solvers
from trunkline.training.signals import Balancer, Signal, State

SMALL = 1e-8


def build(options: GradNorm) -> Balancer:
    """Return weights [T] = T softmax(s), equal in the first epoch, from learned s [T].

    The s descend on sum_t |G_t - mean(G) r_t^alpha|, G_t = w_t |g_t|, by Adam at the rate of the
    step; r_t is L_t over its mean in the first epoch, divided by the mean of these ratios.

    References:
        Chen et al., "GradNorm: Gradient Normalization for Adaptive Loss Balancing in Deep
        Multitask Networks", ICML 2018, equation 2 and algorithm 1; softmax and the first epoch's
        mean are LibMTL's.
    """

    def start(tasks: int, parameters: int) -> State:
        del parameters
        return tf.zeros(tasks), tf.zeros(tasks), tf.zeros(tasks), *adam.start(tasks)

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        scale, total, count, *moments = state
        first, present = tf.cast(signal.epoch == 0, tf.float32), signal.present
        total, count = total + first * signal.losses, count + first * present
        tasks, shares = float(scale.shape[0]), signals.softmax(scale, tf.ones_like(scale))
        lengths = solvers.lengths(signal.gram)
        sizes, mean = tasks * shares * lengths, signals.shares(present)
        fallen = (signal.losses + SMALL) / (tf.math.divide_no_nan(total, count) + SMALL)
        slow = fallen / (tf.reduce_sum(mean * fallen) + SMALL)
        slow = tf.exp(options.alpha * tf.math.log(slow + SMALL))
        wanted = tf.reduce_sum(mean * sizes) * slow
        slope = present * tf.sign(sizes - wanted) * lengths
        gradient = tasks * shares * (slope - tf.reduce_sum(shares * slope)) * (1.0 - first)
        change, learned = adam.change(adam.Moments(*moments), gradient, signal.rate)
        weights = tf.where(first > 0, tf.ones_like(shares), tasks * shares)
        return weights, (scale + change, total, count, *learned)

    return Balancer(needs="gram", start=start, weigh=weigh)
