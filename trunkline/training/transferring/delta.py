"""DELTA: layers are held to what the source's layers say, where the target needs them."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from trunkline.networks.learner import Learner
from trunkline.settings.feature_strategies import Delta
from trunkline.training import behaviour
from trunkline.training.extras import NOTHING, Addition, Seen, Term
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import Arm


def train(arm: Arm, options: Delta) -> Fit:
    """Fine-tune with L + alpha mean_x sum_lj W_lj ||f_lj - f_lj,source||^2 + beta / 2 ||v||^2.

    f_lj is what unit j of a dense layer l puts out, after its activation, or channel j of a
    convolution, whose squares are averaged over its pixels. W_l is the softmax over j of how much
    the loss on the training rows grows when the source's f_lj is set to 0, under the head that has
    warmed up. v are the head's weights. With alpha and beta 0 this is `fine_tune`.

    References:
        Li, Xiong, Wang et al., "DELTA: Deep Learning Transfer using Feature Map with Attention
        for Convolutional Networks", ICLR 2019, equations 3 to 6.
    """
    warm, addition = arm.warm_up(options), NOTHING
    if options.alpha or options.beta:
        attention = behaviour.attention(arm.learner, arm.trainer.kinds, arm.table, arm.draw.train)
        addition = Addition(_Alike, options, dict(arm.trunk) | attention)
    return arm.finish(warm, options.rate, addition)


class _Alike(Term):
    """The term; the values are the source's weights and the attention each layer gets."""

    def __init__(self, learner: Learner, options: Any, values: Mapping[str, np.ndarray]) -> None:
        super().__init__(learner, options, values)
        self._source = keras.models.clone_model(learner.trunk)
        self._layers = behaviour.layers(self._source)

    def assign(self, values: Mapping[str, np.ndarray]) -> None:
        """Set the attention and the source's network."""
        super().assign(values)
        Learner(self._source, {}).load({k: v for k, v in values.items() if k.startswith("trunk/")})

    def term(self, seen: Seen) -> tf.Tensor:
        """Return alpha times the weighted distances, plus beta / 2 ||v||^2."""
        total = tf.constant(0.0)
        *source, _ = self._layers(seen.inputs, training=False)
        for number, (ours, theirs) in enumerate(zip(seen.features, source, strict=True)):
            squares = tf.square(ours - tf.stop_gradient(theirs))  # [B, ..., channels]
            pixels = list(range(1, len(squares.shape) - 1))
            channels = tf.reduce_mean(squares, pixels) if pixels else squares
            weights = self.values[behaviour.name(number)].value  # [channels]
            total += self.options.alpha * seen.mean(tf.reduce_sum(channels * weights, -1))
        for head in self.learner.heads.values():
            for variable in head.trainable_variables:
                total += self.options.beta / 2 * tf.reduce_sum(tf.square(variable.value))
        return total
