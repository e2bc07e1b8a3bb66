"""L2-SP: fine-tuning with the source's weights, not 0, as the place to be drawn to."""

import tensorflow as tf

from trunkline.settings.weight_strategies import L2Sp
from trunkline.training.extras import NOTHING, Addition, Seen, Term
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import Arm


def train(arm: Arm, options: L2Sp) -> Fit:
    """Fine-tune with L + alpha / 2 ||w - w_source||^2 + beta / 2 ||v||^2, v the head's weights.

    The head warms up first, without the penalty. Li et al. put this in the place of weight decay;
    here the study's `network.l2` stays in force for every arm, so set it to 0 for theirs. With
    alpha and beta 0 this is `fine_tune`.

    References:
        Li, Grandvalet and Davoine, "Explicit Inductive Bias for Transfer Learning with
        Convolutional Networks", ICML 2018, equation 3 (L2-SP).
    """
    addition = NOTHING
    if options.alpha or options.beta:
        addition = Addition(_Drawn, options, arm.trunk)
    return arm.finish(arm.warm_up(options), options.rate, addition)


class _Drawn(Term):
    """The penalty; the values are the source's weights."""

    def term(self, seen: Seen) -> tf.Tensor:
        """Return alpha / 2 ||w - w_source||^2 + beta / 2 ||v||^2."""
        total = tf.constant(0.0)
        for name, variable in self.learner.variables().items():
            if not variable.trainable:
                continue
            if name.startswith("trunk/"):
                away = variable.value - self.values[name].value
                total += self.options.alpha / 2 * tf.reduce_sum(away * away)
            else:
                total += self.options.beta / 2 * tf.reduce_sum(tf.square(variable.value))
        return total
