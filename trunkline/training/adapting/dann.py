"""DANN: a discriminator of the domains, and a trunk that learns against it."""

import tensorflow as tf

from trunkline.settings.adapting import Dann
from trunkline.training.adapting.setting import (
    Seen,
    Term,
    discriminator,
    domain_loss,
    reversed_gradient,
)


def term(options: Dann, *, kind: str, width: int, units: int) -> Term:
    """Add L_d = E log(1 + exp(-D(h_s))) + E log(1 + exp(D(h_t))), halved: min over D, max over h.

    The gradient of L_d reaches the trunk times -lambda p', with p' = 2 / (1 + exp(-10 p)) - 1 over
    the share p of the run that is done, so that a discriminator that knows nothing yet does no
    harm. Lambda weighs the reversed gradient alone: the discriminator learns at the full rate.

    References:
        Ganin et al., "Domain-Adversarial Training of Neural Networks", JMLR 17 (2016), equations
        9 and 10 and section 5.2.2.
    """
    del kind, units
    judge = discriminator(width, options.width)

    def value(seen: Seen) -> tf.Tensor:
        hidden = reversed_gradient(seen.hidden, options.weight * seen.strength)
        return domain_loss(judge(hidden))

    return Term(value, parts={"domain": judge})
