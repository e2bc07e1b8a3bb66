"""Rows of the compiled epoch that are pairs, or the histories of users.

Shapes: U users, I items, n pairs of training and h held ones, M users of a batch.
"""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.interactions.pairs import Pairs
from trunkline.objectives import losses
from trunkline.recommending.model import Sides
from trunkline.recommending.neural import drawing
from trunkline.recommending.neural.drawing import Chances, Seen
from trunkline.tasks.budgets import Draw

CHUNK = 256  # items of a user that are put into place at once
FAR = -1e9  # the score of an item that does not take part


class PairRows(NamedTuple):
    """Pairs, one a row: those of training, then those that are held."""

    user: tf.Tensor  # int32 [n + h], places
    item: tf.Tensor  # int32 [n + h]
    seen: Seen  # the items of each user in training
    chances: Chances  # how likely an item is drawn
    log_chance: tf.Tensor  # float32 [I], the logarithm of that
    features: tf.Tensor  # float32 [U, F] of users
    of_items: tf.Tensor  # float32 [I, G]
    l2: tf.Tensor  # float32 scalar
    task_weight: tf.Tensor  # float32 [1]


class HistoryRows(NamedTuple):
    """Users, one a row: row u is what user u has in training, row U + u what is held of them."""

    first: tf.Tensor  # int32 [2 U + 1], where each row's items begin; the last ones end
    items: tf.Tensor  # int32 [n + h]
    offered: tf.Tensor  # float32 [I], 1 where an item takes part, else 0
    features: tf.Tensor  # float32 [U, F] of users
    of_items: tf.Tensor  # float32 [I, G]
    l2: tf.Tensor  # float32 scalar
    task_weight: tf.Tensor  # float32 [1]


def nobody(pairs: Pairs) -> Pairs:
    """Return no pair of the same users and items."""
    return pairs.of(np.zeros(len(pairs.user), bool))


def pair_rows(
    pairs: Pairs, held: Pairs | None, sides: Sides, *, alpha: float, l2: float
) -> PairRows:
    """Return pairs as rows; items are drawn in proportion to count^`alpha`.

    Raises:
        ValueError: there is no pair of training.
    """
    _refuse_nothing(pairs)
    other = nobody(pairs) if held is None else held
    chance = drawing.by_popularity(pairs, alpha)
    log_chance = np.log(np.maximum(chance, 1e-30))
    return PairRows(
        tf.constant(np.concatenate([pairs.user, other.user]), tf.int32),
        tf.constant(np.concatenate([pairs.item, other.item]), tf.int32),
        drawing.seen(pairs), drawing.chances(chance), tf.constant(log_chance, tf.float32),
        *_features(pairs, sides), tf.constant(l2, tf.float32), tf.ones(1),
    )  # fmt: skip


def drawn_pairs(pairs: Pairs, held: Pairs | None) -> Draw:
    """Return which rows of `pair_rows` are for training, and which are held: in mixed order."""
    count = len(pairs.user)
    more = 0 if held is None else len(held.user)
    mixed = count + seeds.generator(0, "recommending", "held").permutation(more)
    return Draw(np.arange(count, dtype=np.int32), mixed.astype(np.int32))


def drawn_users(pairs: Pairs, held: Pairs | None) -> Draw:
    """Return which rows of `HistoryRows` are for training, and which are held: none is empty."""
    other = nobody(pairs) if held is None else held
    train, more = (np.flatnonzero(np.diff(part.starts)) for part in (pairs, other))
    return Draw(train.astype(np.int32), (more + len(pairs.users)).astype(np.int32))


def history_rows(
    pairs: Pairs, held: Pairs | None, sides: Sides, *, offered: np.ndarray, l2: float
) -> HistoryRows:
    """Return what users have as rows.

    Args:
        pairs: of training.
        held: for early stopping; none: nothing.
        sides: features of users and items.
        offered: which items take part, bool [I].
        l2: weight of the penalty.

    Raises:
        ValueError: there is no pair of training.
    """
    _refuse_nothing(pairs)
    other = nobody(pairs) if held is None else held
    count = len(pairs.user)
    return HistoryRows(
        tf.constant(np.concatenate([pairs.starts[:-1], count + other.starts]), tf.int32),
        tf.constant(np.concatenate([pairs.item, other.item]), tf.int32),
        tf.constant(offered, tf.float32),
        *_features(pairs, sides),
        tf.constant(l2, tf.float32), tf.ones(1),
    )  # fmt: skip


def _refuse_nothing(pairs: Pairs) -> None:
    if not len(pairs.user):
        raise ValueError(
            "expected pairs of users and items to train on, received none: look at the rule from "
            "ratings to interactions, and at the split"
        )


def _features(pairs: Pairs, sides: Sides) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the numbers of users and items, without columns where there are none."""
    users, items = (
        tf.constant(np.zeros((len(ids), 0)) if side is None else side, tf.float32)
        for ids, side in zip((pairs.users, pairs.items), sides, strict=True)
    )
    return users, items


def placed(rows: HistoryRows, row: tf.Tensor, values: tf.Tensor | None = None) -> tf.Tensor:
    """Return 1 where a row has an item, float32 [M, I], in work that grows with the longest row.

    Args:
        rows: the table.
        row: int32 [M].
        values: float32 [n + h], what stands in the place of 1, for each item of `rows`.
    """
    users, items = row.shape[0], rows.offered.shape[0]
    first, last = tf.gather(rows.first, row), tf.gather(rows.first, row + 1)
    slot = tf.range(users)[:, None] * items
    longest, begun = tf.reduce_max(last - first), tf.constant(0)
    found = tf.zeros(users * items)
    while begun < longest:
        place = first[:, None] + begun + tf.range(CHUNK)  # [M, CHUNK]
        there = place < last[:, None]
        at = tf.minimum(place, rows.items.shape[0] - 1)
        what = tf.cast(there, tf.float32)
        what = what if values is None else what * tf.gather(values, at)
        to, what = (tf.reshape(part, [-1]) for part in (slot + tf.gather(rows.items, at), what))
        found += tf.math.unsorted_segment_sum(what, to, users * items)
        begun += CHUNK
    return tf.reshape(found, (users, items))


def softmax_loss(
    rows: HistoryRows, row: tf.Tensor, weight: tf.Tensor, logits: tf.Tensor, training: bool
) -> tf.Tensor:
    """Return the log loss of each item that users have, and how many these are: [2, 1].

    `L = sum_u sum_(i in S_u) (log sum_j exp(z_uj) - z_ui)`, where j goes over all items that take
    part. Of held rows it leaves out those that the user has in training, as a list does.

    Args:
        rows: the table.
        row: int32 [M], of the batch.
        weight: [M], 0 for padding.
        logits: z, [M, I].
        training: whether the rows are for training.
    """
    users = rows.first.shape[0] // 2
    away = 1.0 - rows.offered[None] * tf.ones_like(logits)
    if not training:
        away = tf.maximum(away, placed(rows, row % users))
    has = placed(rows, row) * (1.0 - away)
    count = tf.reduce_sum(has, 1)  # [M]
    shares = has / tf.maximum(count, 1.0)[:, None]
    loss = losses.soft_cross_entropy(shares, logits + FAR * away)
    counted = weight * count
    return tf.stack([[tf.reduce_sum(counted * loss)], [tf.reduce_sum(counted)]])
