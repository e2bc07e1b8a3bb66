"""Optimizers by the name a user gives them."""

import keras

from trunkline.settings.study import Training

OPTIMIZERS = {
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "sgd": keras.optimizers.SGD,
}


def build(training: Training) -> keras.optimizers.Optimizer:
    """Return a new optimizer with Keras's defaults; the rate is set anew at each step."""
    return OPTIMIZERS[training.optimizer](training.learning_rate)
