"""Stretches of histories, in the order of time, as rows of the compiled epoch.

Shapes: U users, n pairs, R stretches, B of a batch, L items of each.
"""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from trunkline.interactions.pairs import Pairs
from trunkline.recommending.model import Sides
from trunkline.recommending.neural import drawing, taken
from trunkline.recommending.neural.drawing import Chances
from trunkline.recommending.neural.taken import HistoryRows
from trunkline.settings.recommending.sequence_and_graph_models import Sasrec
from trunkline.tasks.budgets import Draw


class Stretches(NamedTuple):
    """Stretches of histories as rows, then one row for each user, whose held pairs come next."""

    begin: tf.Tensor  # int32 [R + U], place of a stretch's first item among the pairs
    end: tf.Tensor  # int32 [R + U], beyond its last target
    items: tf.Tensor  # int32 [n], of each user in the order of time
    lists: HistoryRows
    chances: Chances
    dropout: tf.Tensor  # float32 scalar
    task_weight: tf.Tensor  # float32 [1]


def rows(pairs: Pairs, held: Pairs | None, options: Sasrec) -> tuple[Stretches, Draw]:
    """Return what batches are gathered from, and which rows are trained on and held."""
    begin, end = cut(pairs.starts, options.length)
    if not begin.size:
        raise ValueError(
            "sasrec: expected a user with at least 2 pairs of training, of which one follows "
            f"another, received {len(pairs.user)} pairs of {len(pairs.users)} users, none with "
            "more than 1: leave sasrec out, or train on longer histories"
        )
    chance = drawing.by_popularity(pairs, 0.0)
    made = Stretches(
        tf.constant(np.concatenate([begin, pairs.starts[:-1]]), tf.int32),
        tf.constant(np.concatenate([end, pairs.starts[1:] + 1]), tf.int32),
        tf.constant(pairs.item, tf.int32),
        taken.history_rows(pairs, held, Sides(), offered=chance > 0, l2=options.l2),
        drawing.chances(chance),
        tf.constant(options.dropout, tf.float32),
        tf.ones(1),
    )
    judged = taken.drawn_users(pairs, held).held - len(pairs.users)
    judged = judged[np.diff(pairs.starts)[judged] > 0]
    train = np.arange(begin.size, dtype=np.int32)
    return made, Draw(train, (begin.size + judged).astype(np.int32))


def cut(starts: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where stretches of histories begin and end, the last `length` + 1 pairs first.

    Each begins with the last target of the one before it in time.
    """
    counts = np.maximum(-(-(np.diff(starts) - 1) // length), 0)
    user = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(user.size) - np.repeat(np.cumsum(counts) - counts, counts)
    end = starts[user + 1] - number * length
    return np.maximum(starts[user], end - length - 1), end


def items(table: Stretches, place: tf.Tensor) -> tf.Tensor:
    """Return the items at some places among the pairs; of places beyond them, any item."""
    return tf.gather(table.items, tf.clip_by_value(place, 0, table.items.shape[0] - 1))
