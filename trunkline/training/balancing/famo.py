"""All losses fall at one pace, learned from one more look at each batch."""

import tensorflow as tf

from trunkline.settings.loss_balancers import Famo
from trunkline.training import adam, signals
from trunkline.training.signals import Balancer, Signal, State

SMALL = 1e-8


def build(options: Famo) -> Balancer:
    """Return weights [T] from logits xi [T]: w_t = z_t / (c L_t), z = softmax(xi).

    c = sum_t z_t / L_t, so that they sum to 1. After the step the xi move by Adam against the
    gradient J_z^T (log L - log L') + decay xi, with L' the losses of the same batch after it,
    and J_z the derivatives of the softmax.

    References:
        Liu et al., "FAMO: Fast Adaptive Multitask Optimization", NeurIPS 2023, algorithm 1; Adam
        is of the authors' code.
    """

    def start(tasks: int, parameters: int) -> State:
        del parameters
        return tf.zeros(tasks), *adam.start(tasks)

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        share = signals.softmax(state[0], signal.present) / (signal.losses + SMALL)
        return tf.math.divide_no_nan(share, tf.reduce_sum(share)), state

    def review(state: State, signal: Signal, losses: tf.Tensor) -> State:
        logits, *moments = state
        fall = tf.math.log(signal.losses + SMALL) - tf.math.log(losses + SMALL)
        shares = signals.softmax(logits, signal.present)
        gradient = shares * (fall - tf.reduce_sum(shares * fall)) + options.decay * logits
        change, learned = adam.change(adam.Moments(*moments), gradient, tf.constant(options.rate))
        return logits + change, *learned

    return Balancer(needs="losses", start=start, weigh=weigh, review=review)
