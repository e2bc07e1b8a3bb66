"""BPR's loss of users at a time: each item that a user has against drawn items that they lack.

Shapes: M users of a batch, I items, N items drawn for one that a user has, C candidates for one of
them, P pairs that are looked at together.
"""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from trunkline.recommending.neural import drawing
from trunkline.recommending.neural.drawing import Chances

TOGETHER = 1024  # P


class Draws(NamedTuple):
    """How items are drawn."""

    chances: Chances
    first: tf.Tensor  # scalar uint32, the count of the first number
    negatives: int  # N
    candidates: int  # C


class Lists(NamedTuple):
    """Which items users have."""

    first: tf.Tensor  # int32 [M], where each user's items begin in `items`
    last: tf.Tensor  # int32 [M], and end
    items: tf.Tensor  # int32 [...]
    taken: tf.Tensor  # float32 [M, I], 1 where an item is not to be drawn


def losses(scores: tf.Tensor, lists: Lists, draws: Draws) -> tf.Tensor:
    """Return the loss of each user's items, summed, and how many these are: [2, M].

    `sum_i mean_j [-log sigmoid(s_ui - s_uj)]`, the mean over the items j, of N that are drawn,
    which the user lacks; an item of which all draws are taken does not count. The gradient is that
    of `s` alone, and is found on the way: `sigmoid(s_uj - s_ui)`, divided by the number of the j.

    Args:
        scores: s, [M, I].
        lists: what users have.
        draws: how items are drawn.
    """

    @tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
    def forward(
        given: tf.Tensor,
    ) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        found, slope = _passed(given, lists, draws)
        return found, lambda upstream: upstream[0][:, None] * slope

    return forward(scores)


def _passed(scores: tf.Tensor, lists: Lists, draws: Draws) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the losses and counts [2, M], and the gradient of the former [M, I]."""
    users = scores.shape[0]
    ends, begun = tf.cumsum(lists.last - lists.first), tf.constant(0)
    found, slope, first = tf.zeros((users, 2)), tf.zeros_like(scores), draws.first
    used = 2 * TOGETHER * draws.negatives * draws.candidates
    while begun < ends[-1]:
        more, steeper = _some(scores, lists, draws._replace(first=first), ends, begun)
        found, slope = found + more, slope + steeper
        begun, first = begun + TOGETHER, first + tf.constant(used, tf.uint32)
    return tf.transpose(found), slope


def _some(
    scores: tf.Tensor, lists: Lists, draws: Draws, ends: tf.Tensor, begun: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return what P pairs add to both, from the number `begun` on of all pairs of the batch."""
    users, catalogue = scores.shape
    number = begun + tf.range(TOGETHER)  # [P]
    user = tf.reduce_sum(tf.cast(number[:, None] >= ends, tf.int32), 1)
    there, user = user < users, tf.minimum(user, users - 1)
    place = tf.gather(lists.last - ends, user) + number
    item = tf.gather(lists.items, tf.clip_by_value(place, 0, lists.items.shape[0] - 1))
    slot = user * catalogue
    flat = tf.reshape(scores, [-1])
    other, free = _lacked(flat, tf.reshape(lists.taken, [-1]), slot, draws)  # [P, N]
    counts = tf.where(there[:, None], free, 0.0)
    known = tf.reduce_sum(counts, -1)  # [P]
    share = counts / tf.maximum(known, 1.0)[:, None]
    difference = tf.gather(flat, slot + item)[:, None] - tf.gather(flat, other)  # [P, N]
    size = tf.exp(-tf.abs(difference))
    loss = share * (tf.math.log1p(size) + tf.maximum(-difference, 0.0))
    pull = share * tf.sigmoid(-difference)
    places = tf.concat([slot + item, tf.reshape(other, [-1])], 0)
    pulls = tf.concat([-tf.reduce_sum(pull, 1), tf.reshape(pull, [-1])], 0)
    slope = tf.math.unsorted_segment_sum(pulls, places, users * catalogue)
    sums = tf.stack([tf.reduce_sum(loss, 1), tf.cast(known > 0, tf.float32)], 1)  # [P, 2]
    of_users = tf.math.unsorted_segment_sum(sums, user, users)
    return of_users, tf.reshape(slope, (users, catalogue))


def _lacked(
    scores: tf.Tensor, taken: tf.Tensor, slot: tf.Tensor, draws: Draws
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return places in `scores` of drawn items, and 1 where the user lacks the item: [P, N].

    Of C candidates it is the one with the highest score among those that the user lacks.
    """
    shape = (TOGETHER, draws.negatives, draws.candidates)
    place = slot[:, None, None] + drawing.draw(draws.chances, draws.first, shape)
    free = 1.0 - tf.gather(taken, place)  # [P, N, C]
    best, chosen = place[..., 0], free[..., 0]
    score = tf.gather(scores, best)
    for candidate in range(1, draws.candidates):
        here, open_here = place[..., candidate], free[..., candidate]
        value = tf.gather(scores, here)
        better = tf.logical_and(open_here > 0, tf.logical_or(value > score, chosen == 0))
        best = tf.where(better, here, best)
        chosen, score = tf.where(better, open_here, chosen), tf.where(better, value, score)
    return best, chosen
