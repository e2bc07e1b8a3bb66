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


def first(losses: np.ndarray) -> int | None:
    """Return the number of the first episode whose loss is no number, from 0; None: all are.

    Example:
        >>> first(np.array([0.5, np.nan, np.inf]))
        1
    """
    bad = np.flatnonzero(~np.isfinite(losses))
    return int(bad[0]) if bad.size else None


class Diverged(ValueError):
    """Steps on the support of an episode lead away."""


def refuse(losses: np.ndarray, *, method: str, rate: float, begin: int = 0) -> None:
    """Refuse steps that diverge in some episode.

    Args:
        losses: of episodes, [E].
        method: its name.
        rate: of its steps.
        begin: number of the first of these episodes.

    Raises:
        Diverged: names the rate and the first such episode.
    """
    number = first(losses)
    if number is not None:
        raise Diverged(
            f"inner steps at rate {rate:g} diverge in episode {begin + number}: "
            f"lower methods.{method}.rate"
        )
