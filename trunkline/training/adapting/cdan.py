"""CDAN: a discriminator of the domains that sees the head's answer too."""

import tensorflow as tf

from trunkline.settings.adapting import Cdan
from trunkline.training.adapting.setting import (
    Seen,
    Term,
    discriminator,
    domain_loss,
    entropies,
    halves,
    probabilities,
    reversed_gradient,
)


def term(options: Cdan, *, kind: str, width: int, units: int) -> Term:
    """Add the loss of `dann` with D of the products h (x) p: of each unit and each class.

    p is the head's softmax, not differentiated. With `entropy`, rows weigh w = 1 + exp(-H(p)), with
    mean 1 in each domain. All products are taken; the paper draws some of them at random where
    there are more than 4,096. The strength of the reversed gradient rises as in `dann`.

    References:
        Long et al., "Conditional Adversarial Domain Adaptation", NeurIPS 2018, equations 3
        to 9.
    """
    classes = 2 if kind == "binary" else units
    judge = discriminator(width * classes, options.width)

    def value(seen: Seen) -> tf.Tensor:
        shares = tf.stop_gradient(probabilities(seen.logits, kind))  # [2 n, classes]
        hidden = reversed_gradient(seen.hidden, options.weight * seen.strength)
        products = shares[:, :, None] * hidden[:, None, :]  # [2 n, classes, width]
        weight = certainty(shares) if options.entropy else None
        return domain_loss(judge(tf.reshape(products, (-1, classes * width))), weight)

    return Term(value, parts={"domain": judge})


def certainty(shares: tf.Tensor) -> tf.Tensor:
    """Return w = 1 + exp(-H) of each row, divided by its mean over the rows of its domain."""
    weight = 1.0 + tf.exp(-entropies(shares))
    return tf.concat([half / tf.reduce_mean(half) for half in halves(weight)], axis=0)
