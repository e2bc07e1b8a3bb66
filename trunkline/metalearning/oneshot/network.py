"""The network that describes a drawing, and how alike two descriptions are.

It describes places, each a quarter of the picture's resolution both ways, and the whole. Places are
compared with those beside them: a stroke that is drawn a little aside is the same stroke.
"""

from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from trunkline.determinism import seeds
from trunkline.metalearning import products, similarity
from trunkline.networks import portable
from trunkline.networks.portable import Conv2D
from trunkline.settings.metalearning.oneshot import OneShot

ASIDE = tuple((down, right) for down in range(3) for right in range(3))
FAR = tuple(-0.5 * (abs(down - 1) + abs(right - 1)) for down, right in ASIDE)  # what a shift costs
SHARP = 4.0  # how near to the best shift alone the soft maximum is
MOMENTUM = 0.95  # of running moments
FIRST_SCALE = 10.0  # of a likeness, before it is learned


class Descriptions(NamedTuple):
    """What the network says of some drawings."""

    places: tf.Tensor  # [drawings, rows, columns, described]
    whole: tf.Tensor  # [drawings, all]


def build(settings: OneShot) -> keras.Model:
    """Return the untrained network: pictures [batch, side, side, 3] to `Descriptions`."""
    pictures = keras.Input((settings.side, settings.side, 3))
    wide, deep = settings.channels
    found = _block(_convolved(pictures, wide, 5, 2, "first"), wide, "wide")
    found = _convolved(found, deep, 3, 2, "second")
    for number in range(settings.blocks):
        found = _block(found, deep, f"deep{number}")
    places = Conv2D(settings.described, 1, padding="same", name="places")(found)
    whole = _block(_convolved(found, 2 * deep, 3, 2, "third"), 2 * deep, "whole")
    whole = Conv2D(settings.described, 1, padding="same", name="wholes")(whole)
    return keras.Model(pictures, Descriptions(places, layers.Flatten(name="flat")(whole)))


def _convolved(inputs: tf.Tensor, channels: int, size: int, stride: int, name: str) -> tf.Tensor:
    found = _normalised(inputs, channels, size, stride, name)
    return layers.ReLU(name=f"{name}_relu")(found)


def _normalised(inputs: tf.Tensor, channels: int, size: int, stride: int, name: str) -> tf.Tensor:
    convolve = Conv2D(channels, size, stride, padding="same", use_bias=False, name=f"{name}_kernel")
    normalise = portable.BatchNormalization(momentum=MOMENTUM, name=f"{name}_moments")
    return normalise(convolve(inputs))


def _block(inputs: tf.Tensor, channels: int, name: str) -> tf.Tensor:
    """Return a residual block of two convolutions."""
    inner = _convolved(inputs, channels, 3, 1, f"{name}_a")
    added = layers.Add(name=f"{name}_sum")(
        [inputs, _normalised(inner, channels, 3, 1, f"{name}_b")]
    )
    return layers.ReLU(name=f"{name}_out")(added)


def likeness(one: Descriptions, other: Descriptions) -> tuple[tf.Tensor, tf.Tensor]:
    """Return how alike drawings are by their places and as a whole, both [one, other]."""
    whole = similarity.cosine(one.whole, other.whole)
    first, second = _scaled(one.places), _scaled(other.places)
    there, back = _aside(first, second), _aside(second, first)
    return (there + tf.transpose(back)) / 2, whole


def _scaled(places: tf.Tensor) -> tf.Tensor:
    """Return maps whose places have a length of 1 in their mean square."""
    squares = tf.reduce_mean(tf.reduce_sum(tf.square(places), -1, keepdims=True), (1, 2), True)
    return places * portable.inverse_sqrt(squares + 1e-6)


def _aside(one: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
    """Return the mean over places of the soft best product with the other's nine there.

    At a place p: log sum over shifts s of exp(4 <one(p), other(p + s)> - far(s)), over 4.
    """
    count, rows, columns, depth = one.shape
    wide = tf.pad(other, [[0, 0], [1, 1], [1, 1], [0, 0]])
    shifted = tf.stack([wide[:, d : d + rows, r : r + columns] for d, r in ASIDE], axis=-2)
    shifted = tf.transpose(shifted, [1, 2, 4, 0, 3])
    shifted = tf.reshape(shifted, [rows * columns, depth, other.shape[0] * len(ASIDE)])
    here = tf.reshape(tf.transpose(one, [1, 2, 0, 3]), [rows * columns, count, depth])
    found = products.times(here, shifted)  # [places, one, other * 9]
    found = tf.reshape(found, [rows * columns, count, -1, len(ASIDE)])
    return tf.reduce_mean(_highest(found * SHARP + tf.constant(FAR)) / SHARP, axis=0)


@tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
def _highest(values: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
    """Return log sum exp over the last axis, whose derivative is softmax(v), by a division."""
    most = tf.reduce_max(values, -1, keepdims=True)
    exponents = tf.exp(values - most)
    total = tf.reduce_sum(exponents, -1, keepdims=True)
    found = (tf.math.log(total) + most)[..., 0]
    return found, lambda upstream: upstream[..., None] * exponents / total


def _drawn(kernel: keras.Variable, seed: int) -> np.ndarray:
    """Return the first weights of a convolution: uniform in +-sqrt(6 / (fan_in + fan_out))."""
    rows, columns, depth, filters = kernel.shape
    limit = (6 / (rows * columns * (depth + filters))) ** 0.5
    rng = seeds.generator(seed, kernel.path)
    return rng.uniform(-limit, limit, tuple(kernel.shape)).astype(np.float32)


class Network:
    """The network, and what its likenesses are multiplied by.

    Attributes:
        model: from pictures to `Descriptions`.
        scales: logarithms of the factors of both likenesses, [2].
    """

    def __init__(self, settings: OneShot, seed: int) -> None:
        self.model = build(settings)
        for variable in self.model.weights:
            if variable.path.endswith("/kernel"):
                variable.assign(_drawn(variable, seed))
        self.scales = keras.Variable(np.full(2, np.log(FIRST_SCALE), np.float32), name="scales")
        self._describe = tf.function(lambda pictures: self.model(pictures, training=False))
        self._liken = tf.function(likeness)

    def describe(self, pictures: np.ndarray) -> Descriptions:
        """Return what the trained network says of pictures."""
        parts = [
            self._describe(tf.constant(pictures[k : k + 128])) for k in range(0, len(pictures), 128)
        ]
        return Descriptions(*(tf.concat(column, 0) for column in zip(*parts, strict=True)))

    def scores(self, items: Descriptions, learned: Descriptions) -> np.ndarray:
        """Return how alike each item is to each picture learned from, both likenesses summed."""
        places, whole = self._liken(items, learned)
        scale = np.exp(self.scales.numpy())
        return places.numpy() * scale[0] + whole.numpy() * scale[1]

    def arrays(self) -> dict[str, np.ndarray]:
        """Return all weights by name."""
        named = {v.path: np.asarray(v.numpy(), np.float32) for v in self.model.weights}
        return named | {"scales": self.scales.numpy()}

    def assign(self, arrays: dict[str, np.ndarray]) -> None:
        """Take over weights.

        Raises:
            ValueError: some are missing, or have another shape.
        """
        for variable in (*self.model.weights, self.scales):
            name = "scales" if variable is self.scales else variable.path
            if name not in arrays or arrays[name].shape != tuple(variable.shape):
                found = arrays[name].shape if name in arrays else "none"
                raise ValueError(
                    f"weight '{name}': expected the shape {tuple(variable.shape)}, received "
                    f"{found}: fit the model anew"
                )
            variable.assign(arrays[name])
