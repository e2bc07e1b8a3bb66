"""The same progress along every gradient, and losses brought to one size."""

import tensorflow as tf

from trunkline.settings.gradient_balancers import Imtl
from trunkline.training import adam, solvers
from trunkline.training.signals import Balancer, Signal, State


def build(options: Imtl) -> Balancer:
    """Return weights [T] = a_t e^(s_t), the product of both balances.

    Gradients: of g_t' = e^(s_t) g_t the sum of a_t g_t', sum_t a_t = 1, has equal projections
    onto each g_t' / |g_t'|: a is in proportion to G'^-1 |g'|. Losses: the s_t [T] descend on
    sum_t e^(s_t) L_t - s_t, by Adam at the rate of the step.

    References:
        Liu et al., "Towards Impartial Multi-Task Learning", ICLR 2021; G^-1 is
        TorchJD's way to write the first.
    """
    del options

    def start(tasks: int, parameters: int) -> State:
        del parameters
        return tf.zeros(tasks), *adam.start(tasks)

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        scale, *moments = state
        sizes = tf.exp(scale)
        lengths = sizes * solvers.lengths(signal.gram)
        ridge = solvers.RIDGE * tf.eye(sizes.shape[0])
        equal = solvers.solve(solvers.cosines(signal.gram) + ridge, signal.present)
        shares = equal / lengths
        shares = tf.math.divide_no_nan(shares, tf.reduce_sum(shares))
        gradient = signal.present * (sizes * signal.losses - 1.0)
        change, learned = adam.change(adam.Moments(*moments), gradient, signal.rate)
        return shares * sizes, (scale + change, *learned)

    return Balancer(needs="gram", start=start, weigh=weigh)
