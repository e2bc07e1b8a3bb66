"""Training on characters that are drawn anew for each step."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.metalearning.oneshot import imagining
from trunkline.metalearning.oneshot.network import Descriptions, Network, likeness
from trunkline.metalearning.oneshot.strokes import Strokes
from trunkline.objectives import losses
from trunkline.settings.metalearning.oneshot import OneShot

LOG = logging.getLogger(__name__)
WARM = 0.1  # share of the steps in which the learning rate rises
TOLD = 100  # steps between two lines of the log


def learn(
    strokes: Strokes, alphabet: np.ndarray, settings: OneShot, seed: int, label: str
) -> Network:
    """Return a network that has learned to tell two drawings of a character from all others.

    Args:
        strokes: of drawings [characters, drawers].
        alphabet: [characters].
        settings: of network and training.
        seed: of weights and drawings.
        label: which network this is, for seeds and log.

    Raises:
        ValueError: the loss is not finite.
    """
    network = Network(settings, seeds.derive(seed, "oneshot", label, "weights"))
    step = _step(network, settings)

    def drawn(number: int) -> np.ndarray:
        rng = seeds.generator(seed, "oneshot", label, "step", number)
        return imagining.batch(strokes, alphabet, settings, rng)

    with ThreadPoolExecutor(1) as ahead:  # the next step's pictures are made during this one
        coming = ahead.submit(drawn, 0)
        for number in range(1, settings.steps + 1):
            pictures = coming.result()
            coming = ahead.submit(drawn, number)
            loss = float(step(tf.constant(pictures)))
            if not np.isfinite(loss):
                raise ValueError(f"{label}: the loss of step {number} is {loss}: lower the rate")
            if number % TOLD == 0:
                LOG.info("%s: step %d of %d, loss %.3f", label, number, settings.steps, loss)
    return network


def loss(network: Network, pictures: tf.Tensor, training: bool) -> tf.Tensor:
    """Return what `compared` does of pictures: of `classes` characters, then of the same again."""
    found = Descriptions(*network.model(pictures, training=training))
    return compared(found, network.scales.value)


def compared(found: Descriptions, scales: tf.Tensor) -> tf.Tensor:
    """Return the sum of three losses: by places, as a whole, and by both together.

    Each is the cross-entropy of a drawing's character among all of the step's, from the first hand
    to the second and back.

    Args:
        found: of all drawings by one hand, then of the same characters by another.
        scales: logarithms of the factors of both likenesses, [2].
    """
    half = found.whole.shape[0] // 2
    one, other = (Descriptions(*(part[s] for part in found)) for s in _halves(half))
    scale = tf.exp(scales)
    places, whole = likeness(one, other)
    places, whole = places * scale[0], whole * scale[1]
    return _both_ways(places) + _both_ways(whole) + _both_ways(places + whole)


def _halves(half: int) -> tuple[slice, slice]:
    return slice(0, half), slice(half, None)


def _both_ways(scores: tf.Tensor) -> tf.Tensor:
    own = tf.range(scores.shape[0])
    there = losses.categorical_cross_entropy(own, scores)
    return tf.reduce_mean(there + losses.categorical_cross_entropy(own, tf.transpose(scores)))


def _step(network: Network, settings: OneShot) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return one step of training, compiled to a graph."""
    warm = max(1, round(settings.steps * WARM))
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, settings.steps - warm), warmup_target=settings.rate, warmup_steps=warm
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=settings.decay, beta_2=0.99)
    trained = [*network.model.trainable_variables, network.scales]
    optimizer.build(trained)

    @tf.function  # type: ignore[untyped-decorator]  # TensorFlow is untyped
    def step(pictures: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            value = loss(network, pictures, True)
        gradients = tape.gradient(value, [variable.value for variable in trained])
        optimizer.apply(gradients, trained)
        return value

    return step
