"""Stochastic normalisation: a channel takes the batch's moments or the running ones, by chance."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.networks import dropout, portable
from trunkline.networks.learner import Learner
from trunkline.settings.feature_strategies import StochNorm
from trunkline.training.extras import Addition, Extra
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import Arm

KEYS = 2**24  # whole numbers that float32 holds


def train(arm: Arm, options: StochNorm) -> Fit:
    """Fine-tune; batch normalisation takes the moments of the batch for a share of the channels.

    At each step a channel takes them with probability `share`, and the running ones, which begin
    as the source's, otherwise; the running ones follow the batches, unlike in `fine_tune`, which
    keeps the source's. Predictions use the running ones.

    References:
        Kou, You, Long and Wang, "Stochastic Normalization", NeurIPS 2020, equations 4 and 5.
    """
    values = {"key": np.array(seeds.derive(arm.seed, "normalisation") % KEYS, np.float32)}
    addition = Addition(_Mixed, options, values, statistics="learned")
    return arm.finish(arm.warm_up(options), options.rate, addition)


class _Mixed(Extra):
    """Layers of the network that trains, told to choose; the value is a key of random numbers."""

    def __init__(self, learner: Learner, options: Any, values: Mapping[str, np.ndarray]) -> None:
        super().__init__(learner, options, values)
        self._count = keras.Variable(0, dtype="int32", trainable=False, name="count")
        for layer in learner.trunk.layers:
            if isinstance(layer, portable.BatchNormalization):
                layer.mixed = self._chosen

    def assign(self, values: Mapping[str, np.ndarray]) -> None:
        """Begin the random numbers of a run."""
        super().assign(values)
        self._count.assign(int(values["key"]))

    def _chosen(self, new: tf.Tensor, running: tf.Tensor) -> tf.Tensor:
        """Return for each channel its moments of the batch or the running ones, [2, channels]."""
        channels = new.shape[-1]
        numbers = dropout.uniform(tf.cast(self._count.value, tf.uint32), tf.constant([channels]))
        self._count.assign(self._count.value + channels)
        return tf.where(numbers < self.options.share, new, running)
