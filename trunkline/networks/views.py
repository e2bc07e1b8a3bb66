"""Other views of the pictures of a training batch: turned, shifted, mirrored, partly blanked.

Shapes: B pictures, H by W pixels, C channels.
"""

import math

import keras
import tensorflow as tf

from trunkline.networks.dropout import uniform
from trunkline.settings.augment import Augment

DRAWN = 6  # numbers for each picture: whether to mirror, the angle, two for each place
Places = tuple[tf.Tensor, tf.Tensor]  # rows and columns


class Views(keras.layers.Layer):  # type: ignore[misc]  # Keras is untyped
    """A change of each picture by the amounts of `Augment`, drawn anew at each call.

    The numbers are those of a counter, as dropout's are: they depend on the seed and on how many
    pictures were changed since, so that runs that see as many rows in as many steps see the same
    views. An amount of 0 changes no bit, and none of the other amounts' numbers.

    Input shape: [B, H, W, C]. Output shape: the same.

    References:
        Simard, Steinkraus and Platt, "Best Practices for Convolutional Neural Networks Applied to
        Visual Document Analysis", ICDAR 2003, for the moves; DeVries and Taylor, "Improved
        Regularization of Convolutional Neural Networks with Cutout", arXiv 1708.04552.
    """

    def __init__(self, augment: Augment, **kwargs: object) -> None:
        """Keep the amounts."""
        super().__init__(name="augment", **kwargs)
        self.augment = augment
        self.count = self.add_weight(
            shape=(), dtype="int32", initializer="zeros", trainable=False, name="count"
        )

    def restart(self, seed: int) -> None:
        """Begin the stream of numbers that `seed` stands for."""
        self.count.assign(seed)

    def call(self, pictures: tf.Tensor) -> tf.Tensor:
        """Return the pictures changed; the order of rows is theirs."""
        batch, wanted = tf.shape(pictures)[0], self.augment
        drawn = uniform(tf.cast(self.count.value, tf.uint32), tf.stack([batch, DRAWN]))
        self.count.assign(self.count.value + batch * DRAWN)
        signed = 2.0 * drawn - 1.0  # from -1 up to 1
        if wanted.flip:
            pictures = mirrored(pictures, drawn[:, 0] < 0.5)
        if wanted.shift or wanted.rotation:
            half = math.tan(math.radians(wanted.rotation) / 2) * signed[:, 1]
            pictures = moved(pictures, half, signed[:, 2:4] * wanted.shift)
        if wanted.erase:
            pictures = blanked(pictures, drawn[:, 4:], wanted.erase)
        return pictures


def mirrored(pictures: tf.Tensor, which: tf.Tensor) -> tf.Tensor:
    """Return pictures of which those marked in `which`, bool [B], have left and right exchanged."""
    return tf.where(which[:, None, None, None], pictures[:, :, ::-1], pictures)


def moved(pictures: tf.Tensor, half: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
    """Return pictures turned about their centre and then shifted; what comes in from outside is 0.

    A pixel p takes the value at R (p - c - shift) + c, c the centre, bilinearly from the four
    pixels around it. R turns by an angle whose half has the tangent t: cos = (1 - t^2) / (1 + t^2),
    sin = 2 t / (1 + t^2), which takes no cosine, of which each library has its own.

    Args:
        pictures: [B, H, W, C].
        half: t, [B].
        shift: pixels down and to the right, [B, 2].
    """
    _, height, width, _ = pictures.shape
    middle = (height - 1) / 2, (width - 1) / 2
    down = (tf.range(height, dtype=tf.float32) - middle[0])[None, :, None] - shift[:, 0, None, None]
    right = (tf.range(width, dtype=tf.float32) - middle[1])[None, None] - shift[:, 1, None, None]
    square = half * half
    cosine = ((1.0 - square) / (1.0 + square))[:, None, None]
    sine = (2.0 * half / (1.0 + square))[:, None, None]
    rows = cosine * down + sine * right + middle[0]  # [B, H, W]
    columns = cosine * right - sine * down + middle[1]
    return _between(pictures, rows, columns)


def blanked(pictures: tf.Tensor, centre: tf.Tensor, side: float) -> tf.Tensor:
    """Return pictures of which a block is 0: as large as `side` says, less where it leaves them.

    Args:
        pictures: [B, H, W, C].
        centre: of the block, as shares of height and width, [B, 2].
        side: of the block, as a share of the picture's.
    """
    _, height, width, _ = pictures.shape
    found = []
    for axis, length in enumerate((height, width)):
        places = tf.range(length, dtype=tf.float32) + 0.5
        away = tf.abs(places[None] - centre[:, axis, None] * float(length))  # [B, length]
        found.append(away < side * length / 2)
    inside = found[0][:, :, None] & found[1][:, None]  # [B, H, W]
    return tf.where(inside[..., None], 0.0, pictures)


def _between(pictures: tf.Tensor, rows: tf.Tensor, columns: tf.Tensor) -> tf.Tensor:
    """Return the values at places between pixels, [B, H, W] each: [B, H, W, C]."""
    top, left = tf.floor(rows), tf.floor(columns)
    below, beside = rows - top, columns - left  # from 0 up to 1
    corners = [
        _at(pictures, (top, left), (1.0 - below) * (1.0 - beside)),
        _at(pictures, (top, left + 1.0), (1.0 - below) * beside),
        _at(pictures, (top + 1.0, left), below * (1.0 - beside)),
        _at(pictures, (top + 1.0, left + 1.0), below * beside),
    ]
    return corners[0] + corners[1] + corners[2] + corners[3]


def _at(pictures: tf.Tensor, places: Places, weight: tf.Tensor) -> tf.Tensor:
    """Return the weighted values at whole places [B, H, W]; outside the picture 0."""
    _, height, width, channels = pictures.shape
    row, column = places
    inside = (row >= 0) & (row <= height - 1) & (column >= 0) & (column <= width - 1)
    row = tf.clip_by_value(tf.cast(row, tf.int32), 0, height - 1)
    column = tf.clip_by_value(tf.cast(column, tf.int32), 0, width - 1)
    flat = tf.reshape(pictures, (-1, height * width, channels))
    index = tf.reshape(row * width + column, (-1, height * width))
    value = tf.reshape(tf.gather(flat, index, batch_dims=1), (-1, height, width, channels))
    return value * tf.where(inside, weight, 0.0)[..., None]
