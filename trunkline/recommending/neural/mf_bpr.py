"""BPR: factors of users and items that put each user's items before those they lack."""

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import NamedTuple

import keras
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
    running,
    taken,
    towers,
)
from trunkline.recommending.neural.comparing import Draws, Lists
from trunkline.recommending.neural.drawing import Chances
from trunkline.recommending.neural.running import Numbers, Program
from trunkline.recommending.neural.taken import HistoryRows
from trunkline.settings.recommending.neural_models import MfBpr

SPREAD = 0.1  # of the first factors of users; those of items start at 0
Weights = Mapping[str, keras.Variable]


class Compared(NamedTuple):
    """What users have, what is drawn for them, and how often a step reads each weight."""

    lists: HistoryRows
    chances: Chances
    users: tf.Tensor  # float32 [U], lambda times the share of all pairs
    items: tf.Tensor  # float32 [I], lambda times that share and the chance to be drawn
    task_weight: tf.Tensor  # float32 [1]


def fit(
    pairs: Pairs,
    sides: Sides,
    options: MfBpr,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Lower the chance that an item of a user is put after one they lack.

    With the score `s_ui = b_i + p_u q_i`, N pairs (u, i) of training and items j that u lacks,

    `L = sum_(u,i) mean_j [-log sigmoid(s_ui - s_uj)] + lambda / 2 sum_(u,i,j) (|p_u|^2 + |q_i|^2 +
    |q_j|^2 + b_i^2 + b_j^2)`.

    Each j is drawn anew in each epoch: by chance, or as the item with the highest score of some
    that are drawn (`candidates`). Where a draw hits an item that the user has, it does not count,
    so that the others are drawn as if there were no such items.

    Differences from the publication: Adam in place of gradient descent, in steps of all pairs of
    some users, which share the product of their factors with the catalogue; several j for each
    pair; one lambda for all, whose sum is taken in expectation, in which a user counts as often as
    they have pairs, and an item as often as it comes as i and is drawn as j. Hard negatives are
    those of Zhang et al. 2013.

    Args:
        pairs: of training.
        sides: not read.
        options: sizes, draws and how to train.
        seed: of the first factors, of the order and of the draws.
        epochs: exactly so many.
        held: pairs whose loss, against items of always the same draws, ends the training.

    Raises:
        Diverged: a loss or a weight is no number.

    References:
        Rendle, Freudenthaler, Gantner and Schmidt-Thieme, "BPR: Bayesian Personalized Ranking from
        Implicit Feedback", UAI 2009, sections 4 and 5; Zhang, Chen, Wang and Yu, "Optimizing Top-N
        Collaborative Filtering via Dynamic Negative Item Sampling", SIGIR 2013.
    """
    made = _program(
        len(pairs.users), len(pairs.items), options.factors, options.negatives, options.candidates
    )
    fitted = running.run(
        made, _rows(pairs, held, sides, options), taken.drawn_users(pairs, held), options,
        start=_start(made, seed), label="mf_bpr", seed=seed, epochs=epochs,
    )  # fmt: skip
    return answering.counted(fitted, pairs)


def scores(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return `b_i + p_u q_i`, float32 [n, I]; -inf for users and items without pairs in training.

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
    found = answering.factors(arrays, asked.user)
    return found._replace(bias=found.bias + arrays["bias"])


def _rows(pairs: Pairs, held: Pairs | None, sides: Sides, options: MfBpr) -> Compared:
    """Return what batches are gathered from."""
    counts = [
        np.bincount(places, minlength=len(ids)) / len(places)
        for places, ids in ((pairs.user, pairs.users), (pairs.item, pairs.items))
    ]
    chance = drawing.by_popularity(pairs, options.popularity)
    offered = counts[1] > 0
    return Compared(
        taken.history_rows(pairs, held, sides, offered=offered, l2=options.l2),
        drawing.chances(chance),
        tf.constant(options.l2 * counts[0], tf.float32),
        tf.constant(options.l2 * (counts[1] + chance), tf.float32),
        tf.ones(1),
    )


def _start(made: Program, seed: int) -> dict[str, np.ndarray]:
    """Return factors of users drawn by chance, and zeros."""
    shapes = {name: tuple(variable.shape) for name, variable in made.weights.items()}
    begun = towers.start(shapes, seed, "mf_bpr")
    rng = seeds.generator(seed, "recommending", "mf_bpr", "users")
    begun["users"] = np.float32(SPREAD) * rng.standard_normal(shapes["users"], np.float32)
    return begun


@lru_cache(maxsize=1)
def _program(users: int, items: int, factors: int, negatives: int, candidates: int) -> Program:
    """Return what trains models of this size; another seed or rate needs no new one."""
    made = running.weights({"users": (users, factors), "items": (items, factors), "bias": (items,)})
    numbers = Numbers()
    return running.compiled(made, partial(_losses, made, numbers, negatives, candidates), numbers)


def _losses(  # noqa: PLR0913  # what a program is made of, and what an epoch hands over
    made: Weights, numbers: Numbers, negatives: int, candidates: int, table: Compared,
    row: tf.Tensor, weight: tf.Tensor, training: bool,
) -> tf.Tensor:  # fmt: skip
    """Return the loss of the pairs of a batch of users and how many these are: [2, 1]."""
    users = made["users"].shape[0]
    lists = table.lists
    begin, end = (tf.gather(lists.first, row + place) for place in (0, 1))
    has = taken.placed(lists, row % users)
    first = numbers.of(row, training)
    draws = Draws(table.chances, first, negatives, candidates if training else 1)
    items = made["items"].value
    score = products.against(look_up(made["users"].value, row % users), items) + made["bias"].value
    found = comparing.losses(score, Lists(begin, end, lists.items, has), draws)  # [2, M]
    found = tf.reduce_sum(weight * found, 1)[:, None]
    if not training:
        return found
    squares = tf.reduce_sum(table.users * tf.reduce_sum(made["users"].value ** 2, 1))
    squares += tf.reduce_sum(table.items * (tf.reduce_sum(items**2, 1) + made["bias"].value ** 2))
    return found + [[0.5 * squares], [0.0]] * found[1]
