"""The losses of two towers that learn what users take and how they rate it.

Shapes: U users, I items, k numbers of each, n pairs of training and h held ones, M users or B
pairs of a batch, T tasks.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import keras
import tensorflow as tf

from trunkline.networks import products
from trunkline.networks.lookup import look_up
from trunkline.recommending.joint_verdicts import CLICK, RATING
from trunkline.recommending.neural import taken, towers, two_tower
from trunkline.recommending.neural.taken import HistoryRows, PairRows
from trunkline.training.batches import Losses

Weights = Mapping[str, keras.Variable]
Loss = Callable[["Rated", tf.Tensor, tf.Tensor, bool], tf.Tensor]  # -> [2, 1]


class Rated(NamedTuple):
    """What users took, and how they rated it."""

    table: Any  # HistoryRows, or PairRows where what is taken is compared within the batch
    rating: tf.Tensor  # float32 [n + h], of the items of the table, less the mean, by deviation
    task_weight: tf.Tensor  # float32 [T]


def of(made: Weights, tasks: Sequence[str], temperature: float, *, full: bool) -> Losses:
    """Return the losses of tasks, in their order.

    Of `click` it is that of `two_tower`: `L = sum_(u,i) [log sum_j exp(s_uj) - s_ui]`. Of `rating`
    it is `sum_(u,i) (z_ui - d_u - c_i - sum_k h_k t(u)_k t(i)_k)^2` over the same pairs, where
    z are ratings of mean 0 and deviation 1. Both read the same towers t; the biases and h are of
    ratings alone, and so are the b_i of s of what is taken.

    Args:
        made: the weights that the tasks read.
        tasks: `click`, `rating` or both.
        temperature: by which scores of what is taken are divided.
        full: whether these are compared with all items, and rows are users; else with those of the
            batch, and rows are pairs.
    """
    click = two_tower.among_all if full else two_tower.among_batch
    known: dict[str, Loss] = {
        CLICK: partial(_taken, partial(click, made, temperature)),
        RATING: partial(_rated_of_users if full else _rated_of_pairs, made),
    }

    def losses(rows: Rated, row: tf.Tensor, weight: tf.Tensor, training: bool) -> tf.Tensor:
        return tf.concat([known[task](rows, row, weight, training) for task in tasks], 1)

    return losses


def _taken(
    loss: Losses, rows: Rated, row: tf.Tensor, weight: tf.Tensor, training: bool
) -> tf.Tensor:
    return loss(rows.table, row, weight, training)


def _rated_of_users(
    made: Weights, rows: Rated, row: tf.Tensor, weight: tf.Tensor, training: bool
) -> tf.Tensor:
    """Return the squared errors of all pairs of a batch of users, and how many these are."""
    del training
    table: HistoryRows = rows.table
    user = row % made["users"].shape[0]
    own = look_up(made["users"].value, user)
    own = towers.vectors(made, "user_tower", own, tf.gather(table.features, user))  # [M, k]
    items = towers.vectors(made, "item_tower", made["items"].value, table.of_items)  # [I, k]
    said = products.against(own * made["rating_product"].value, items)  # [M, I]
    said += look_up(made["rating_users"].value[:, None], user) + made["rating_items"].value
    has = taken.placed(table, row) * table.offered
    off = has * (said - taken.placed(table, row, rows.rating))
    return _summed(tf.reduce_sum(off * off, 1), weight, tf.reduce_sum(has, 1))


def _rated_of_pairs(
    made: Weights, rows: Rated, row: tf.Tensor, weight: tf.Tensor, training: bool
) -> tf.Tensor:
    """Return the squared errors of a batch of pairs, and how many these are."""
    del training
    table: PairRows = rows.table
    user, item = tf.gather(table.user, row), tf.gather(table.item, row)  # [B]
    own = look_up(made["users"].value, user)
    own = towers.vectors(made, "user_tower", own, tf.gather(table.features, user))
    other = look_up(made["items"].value, item)
    other = towers.vectors(made, "item_tower", other, tf.gather(table.of_items, item))
    said = tf.reduce_sum(own * made["rating_product"].value * other, 1)
    said += look_up(made["rating_users"].value[:, None], user)[:, 0]
    said += look_up(made["rating_items"].value[:, None], item)[:, 0]
    off = said - tf.gather(rows.rating, row)
    return _summed(off * off, weight, tf.ones_like(weight))


def _summed(squares: tf.Tensor, weight: tf.Tensor, counts: tf.Tensor) -> tf.Tensor:
    return tf.stack([[tf.reduce_sum(weight * squares)], [tf.reduce_sum(weight * counts)]])
