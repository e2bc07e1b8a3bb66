"""Random numbers that a network adds or multiplies while it trains, hashes of a count."""

import tensorflow as tf

from trunkline.networks import dropout

ROOT_2 = 2.0**0.5
HALF_STEP = 2.0**-24  # of numbers from -1 to 1, which have no quantile themselves


def dropped(rows: tf.Tensor, rate: tf.Tensor, first: tf.Tensor) -> tf.Tensor:
    """Return the rows without a share `rate` of their entries, the rest scaled by 1 / (1 - rate).

    Args:
        rows: of any shape.
        rate: scalar, below 1.
        first: scalar uint32, the count of the first random number; one is used for each entry.
    """
    kept = dropout.uniform(first, tf.constant(rows.shape.as_list())) >= rate
    return tf.where(kept, rows, 0.0) / (1.0 - rate)


def normal(first: tf.Tensor, shape: tf.TensorShape) -> tf.Tensor:
    """Return normal numbers: the quantiles of uniform ones, from the count `first` on."""
    even = 2.0 * dropout.uniform(first, tf.constant(shape.as_list())) - 1.0
    return ROOT_2 * tf.math.erfinv(even + HALF_STEP)


class Dropping:
    """Dropout of one step: each call uses other numbers."""

    def __init__(self, rate: tf.Tensor, first: tf.Tensor) -> None:
        """Keep the rate and the count of the first number."""
        self._rate, self._first, self._used = rate, first, 0

    def __call__(self, rows: tf.Tensor) -> tf.Tensor:
        """Return the rows without a share of their entries."""
        first = self._first + tf.constant(self._used, tf.uint32)
        self._used += rows.shape.num_elements()
        return dropped(rows, self._rate, first)
