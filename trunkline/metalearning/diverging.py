"""Steps that lead nowhere: the loss of the queries after them is no number, or past all measure."""

import numpy as np
import tensorflow as tf

LIMIT = 1e4  # of a loss, in units of its labels' mean square plus one


def marked(losses: tf.Tensor, query_y: tf.Tensor) -> tf.Tensor:
    """Return losses of episodes [B], NaN where steps diverge; `query_y` is [B, Q].

    Of classes that is a loss beyond the limit whatever their numbers: the limit is not less.
    """
    numbers = query_y.dtype.is_floating
    scale = tf.reduce_mean(tf.square(query_y), 1) if numbers else tf.zeros_like(losses)
    good = tf.math.is_finite(losses) & (losses <= LIMIT * (1.0 + tf.cast(scale, losses.dtype)))
    return tf.where(good, losses, tf.constant(np.nan, losses.dtype))
