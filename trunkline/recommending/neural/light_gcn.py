"""LightGCN: vectors of users and items, averaged over their neighbourhoods in the graph.

Shapes: U users, I items, M users of a batch, k numbers of a vector.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.interactions.pairs import Pairs
from trunkline.networks import products
from trunkline.networks.lookup import look_up
from trunkline.recommending.factors import Factors, multiplied
from trunkline.recommending.model import Arrays, Asked, Fitted, Sides
from trunkline.recommending.neural import (
    answering,
    comparing,
    drawing,
    graph,
    running,
    taken,
)
from trunkline.recommending.neural.comparing import Draws, Lists
from trunkline.recommending.neural.drawing import Chances
from trunkline.recommending.neural.graph import Graph
from trunkline.recommending.neural.running import Numbers, Program
from trunkline.recommending.neural.starting import Weights
from trunkline.recommending.neural.taken import HistoryRows
from trunkline.settings.recommending.sequence_and_graph_models import LightGcn

SPREAD = 0.1  # of the first numbers


class Linked(NamedTuple):
    """Who has what, what is drawn, and how often a step reads each vector."""

    graph: Graph
    lists: HistoryRows
    chances: Chances
    users: tf.Tensor  # float32 [U], l2 times the share of all pairs
    items: tf.Tensor  # float32 [I], l2 times that share and, for `bpr`, the chance to be drawn
    task_weight: tf.Tensor  # float32 [1]


Compare = Callable[[Linked, tf.Tensor, tf.Tensor, tf.Tensor, bool], tf.Tensor]


def fit(
    pairs: Pairs,
    sides: Sides,
    options: LightGcn,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Learn vectors E of users and items whose means along the graph put a user's items first.

    With e = mean of E, A E, ..., A^layers E, A the adjacency of users and items normalised by
    1 / sqrt(neighbours) on both sides, and the scores s_ui = e_u e_i, the loss of a pair (u, i) is

    `bpr`: -log sigmoid(s_ui - s_uj), the mean over items j drawn among those u lacks;
    `softmax`: log sum_j exp(s_uj) - s_ui, over all items j;

    plus l2 / 2 (|E_u|^2 + |E_i|^2 + |E_j|^2), of `softmax` without the last. The same loss of the
    held pairs decides which epoch is kept.

    Differences from the publication: steps take all pairs of some users, not some pairs, because a
    step costs the way along the whole graph; the penalty is its expectation. Its own loss is `bpr`
    with one j.

    Args:
        pairs: of training.
        sides: not read.
        options: size, layers, loss, and how to train.
        seed: of the first vectors, of the order and of what is drawn.
        epochs: exactly so many.
        held: pairs of the same users and items, for early stopping.

    Raises:
        Diverged: a loss or a weight is no number.

    References:
        He, Deng, Wang, Li, Zhang and Wang, "LightGCN: Simplifying and Powering Graph Convolution
        Network for Recommendation", SIGIR 2020, equations 3 to 5 and 15, with alpha_k = 1 / (K +
        1). With a softmax: Wu et al., "On the Effectiveness of Sampled Softmax Loss for Item
        Recommendation", ACM TOIS 42 (2024).
    """
    sizes = len(pairs.users), len(pairs.items), options.size
    made = _program(*sizes, options.layers, options.loss, options.negatives)
    rng = seeds.generator(seed, "recommending", "light_gcn", "start")
    start = {
        name: np.float32(SPREAD) * rng.standard_normal(made.weights[name].shape, np.float32)
        for name in ("users", "items")
    }
    rows = _rows(pairs, held, options)
    fitted = running.run(
        made, rows, taken.drawn_users(pairs, held), options,
        start=start, label="light_gcn", seed=seed, epochs=epochs,
    )  # fmt: skip
    users, items = (tf.constant(fitted.arrays[name]) for name in ("users", "items"))
    users, items = graph.travelled(rows.graph, users, items, options.layers)
    arrays = {"users": users.numpy(), "items": items.numpy()}
    return answering.counted(fitted._replace(arrays=arrays), pairs)


def scores(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return e_u e_i, float32 [n, I]; -inf for users and items without pairs in training.

    Args:
        arrays: of `fit`.
        asked: the users, of whom only the places count.
    """
    return multiplied(factors(arrays, asked))


def factors(arrays: Arrays, asked: Asked) -> Factors:
    """Return what scores are the product of.

    Args:
        arrays: of `fit`.
        asked: the users, of whom only the places count.
    """
    return answering.factors(arrays, asked.user)


def _rows(pairs: Pairs, held: Pairs | None, options: LightGcn) -> Linked:
    """Return what batches are gathered from."""
    users, items = (
        np.bincount(places, minlength=len(ids)) / max(1, len(places))
        for places, ids in ((pairs.user, pairs.users), (pairs.item, pairs.items))
    )
    chance = drawing.by_popularity(pairs, 0.0)
    drawn = chance if options.loss == "bpr" else np.zeros_like(chance)
    return Linked(
        graph.of(pairs),
        taken.history_rows(pairs, held, Sides(), offered=items > 0, l2=options.l2),
        drawing.chances(chance),
        tf.constant(options.l2 * users, tf.float32),
        tf.constant(options.l2 * (items + drawn), tf.float32),
        tf.ones(1),
    )


@lru_cache(maxsize=1)
def _program(  # all that is compiled in
    users: int, items: int, size: int, layers: int, loss: str, negatives: int
) -> Program:
    """Return what trains models of this size; another seed or rate needs no new one."""
    made = running.weights({"users": (users, size), "items": (items, size)})
    numbers = Numbers()
    compare = _softmax if loss == "softmax" else partial(_bpr, numbers, negatives)
    return running.compiled(made, partial(_losses, made, layers, compare), numbers)


def _losses(  # what a program is made of, and what an epoch hands over
    made: Weights, layers: int, compare: Compare, table: Linked, row: tf.Tensor,
    weight: tf.Tensor, training: bool,
) -> tf.Tensor:  # fmt: skip
    """Return the loss of the pairs of a batch of users, and how many these are: [2, 1]."""
    start = made["users"].value, made["items"].value
    users, items = graph.travelled(table.graph, *start, layers)
    score = products.against(look_up(users, row % start[0].shape[0]), items)  # [M, I]
    found = compare(table, row, weight, score, training)
    if not training:
        return found
    sizes = [tf.reduce_sum(tf.square(one), 1) for one in start]
    squares = tf.reduce_sum(table.users * sizes[0]) + tf.reduce_sum(table.items * sizes[1])
    return found + [[0.5 * squares], [0.0]] * found[1]


def _softmax(
    table: Linked, row: tf.Tensor, weight: tf.Tensor, score: tf.Tensor, training: bool
) -> tf.Tensor:
    """Return the log losses of each user's items, and how many these are: [2, 1]."""
    return taken.softmax_loss(table.lists, row, weight, score, training)


def _bpr(  # as `_softmax`, and what decides the draws
    numbers: Numbers, negatives: int, table: Linked, row: tf.Tensor, weight: tf.Tensor,
    score: tf.Tensor, training: bool,
) -> tf.Tensor:  # fmt: skip
    """Return the losses of each user's items against drawn ones, and how many: [2, 1]."""
    lists = table.lists
    first, last = (tf.gather(lists.first, row + place) for place in (0, 1))
    had = taken.placed(lists, row % (lists.first.shape[0] // 2))
    draws = Draws(table.chances, numbers.of(row, training), negatives, 1)
    found = comparing.losses(score, Lists(first, last, lists.items, had), draws)  # [2, M]
    return tf.reduce_sum(weight * found, 1)[:, None]
