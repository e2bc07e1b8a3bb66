"""Items drawn inside a compiled epoch, and whether a user has them.

Shapes: I items, U users, n pairs.
"""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from trunkline.interactions.pairs import Pairs
from trunkline.networks import dropout


class Chances(NamedTuple):
    """How likely each item is drawn, as Walker's table of aliases."""

    kept: tf.Tensor  # float32 [I], chance that a place stands for its own item
    other: tf.Tensor  # int32 [I], the item it stands for otherwise


class Seen(NamedTuple):
    """Which items each user has."""

    first: tf.Tensor  # int32 [U + 1], where each user's items begin; the last ones end
    items: tf.Tensor  # int32 [n], rising within a user


def chances(weights: np.ndarray) -> Chances:
    """Return a table from which item i is drawn with probability w_i / sum_j w_j.

    Each place has the chance 1 / I, and is shared by two items at the most, so that a draw takes
    two uniform numbers however many items there are. Items that miss something to their share of 1
    take it from those that have more, in the order of their places.

    Args:
        weights: at least 0, [I]; float64.

    References:
        Walker, "An Efficient Method for Generating Discrete Random Variables with General
        Distributions", ACM TOMS 3 (1977); Vose, IEEE TSE 17 (1991), for the order.
    """
    left = weights / weights.sum() * len(weights)
    kept, other = np.ones(len(left)), np.arange(len(left))
    short, rich = (list(np.flatnonzero(side)[::-1]) for side in (left < 1, left >= 1))
    while short and rich:
        poor, giver = short.pop(), rich[-1]
        kept[poor], other[poor] = left[poor], giver
        left[giver] -= 1 - left[poor]
        if left[giver] < 1:
            short.append(rich.pop())
    return Chances(tf.constant(kept, tf.float32), tf.constant(other, tf.int32))


def by_popularity(pairs: Pairs, alpha: float) -> np.ndarray:
    """Return how likely each item is drawn: count^alpha, of items that somebody has; [I]."""
    counts = np.bincount(pairs.item, minlength=len(pairs.items)).astype(np.float64)
    weights = np.where(counts > 0, np.maximum(counts, 1) ** alpha, 0.0)
    return weights / weights.sum()


def seen(pairs: Pairs) -> Seen:
    """Return which items each user has in `pairs`."""
    return Seen(tf.constant(pairs.starts, tf.int32), tf.constant(pairs.matrix.indices, tf.int32))


def draw(table: Chances, first: tf.Tensor, shape: tuple[int, ...]) -> tf.Tensor:
    """Return drawn items, int32 of that shape, by the numbers of the counts from `first` on.

    Args:
        table: the chances.
        first: scalar uint32; twice as many counts are used as items are drawn.
        shape: of the result.
    """
    places = table.kept.shape[0]
    where, share = tf.unstack(dropout.uniform(first, tf.constant([2, *shape])))
    place = tf.minimum(tf.cast(where * places, tf.int32), places - 1)
    return tf.where(share < tf.gather(table.kept, place), place, tf.gather(table.other, place))


def has(table: Seen, user: tf.Tensor, item: tf.Tensor) -> tf.Tensor:
    """Return whether each user has the item, bool [...], by a search in halves.

    Args:
        table: which items each user has.
        user: int32 [...], places; of any shape that spreads to that of the items.
        item: int32 [...], places.
    """
    pairs = table.items.shape[0]
    low = tf.gather(table.first, user) + tf.zeros_like(item)
    end = tf.gather(table.first, user + 1) + tf.zeros_like(item)
    high = end
    for _ in range(pairs.bit_length()):
        middle = tf.bitwise.right_shift(low + high, tf.ones_like(low))
        below = tf.gather(table.items, tf.minimum(middle, pairs - 1)) < item
        below = tf.logical_and(below, low < high)
        low, high = tf.where(below, middle + 1, low), tf.where(below, high, middle)
    found = tf.gather(table.items, tf.minimum(low, pairs - 1)) == item
    return tf.logical_and(low < end, found)
