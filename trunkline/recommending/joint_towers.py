"""Two towers for what users take and how they rate it: one fit of some of both tasks."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from trunkline.interactions.pairs import Pairs
from trunkline.recommending import joint_programs
from trunkline.recommending.joint_losses import Rated
from trunkline.recommending.joint_programs import Compiled
from trunkline.recommending.joint_verdicts import RATING
from trunkline.recommending.model import Fitted, Sides
from trunkline.recommending.neural import answering, running, taken, towers, two_tower
from trunkline.recommending.neural.taken import HistoryRows, PairRows
from trunkline.settings.recommending.neural_models import TwoTower
from trunkline.tasks.budgets import Draw
from trunkline.training.signals import Balancer


class Way(NamedTuple):
    """What an arm learns, and how.

    Attributes:
        options: of the towers.
        weights: what the loss of each task counts, by name, in order.
        balancer: of the tasks; none: the sum of their losses.
    """

    options: TwoTower
    weights: dict[str, float]
    balancer: Balancer | None = None


class Prepared(NamedTuple):
    """An arm on some pairs, compiled: fits of other seeds need no new program.

    Attributes:
        way: what it learns, and how.
        pairs: of training.
        sides: features.
        compiled: what trains.
        ridge: lambda / n of the penalty.
        rows: what batches are gathered from.
        draw: which rows are for training, and which are held.
        scale: mean and deviation of the ratings, float32 [2].
    """

    way: Way
    pairs: Pairs
    sides: Sides
    compiled: Compiled
    ridge: float
    rows: Rated
    draw: Draw
    scale: np.ndarray


def prepare(way: Way, pairs: Pairs, sides: Sides, held: Pairs | None = None) -> Prepared:
    """Return an arm on some pairs.

    Args:
        way: what it learns, and how.
        pairs: of training.
        sides: features of users and of items; what is missing is not read.
        held: pairs whose joint loss ends the training; none: nothing does.

    Raises:
        ValueError: ratings are wanted, and all of training are the same.
    """
    scale = _scale(pairs) if RATING in way.weights else np.array([0, 1], np.float32)
    full = way.options.softmax == "full"
    other = taken.nobody(pairs) if held is None else held
    rating = (np.concatenate([pairs.rating, other.rating]) - scale[0]) / scale[1]
    rows = Rated(
        _table(way, pairs, other, sides), tf.constant(rating, tf.float32),
        tf.constant(list(way.weights.values()), tf.float32),
    )  # fmt: skip
    draw = taken.drawn_users(pairs, other) if full else taken.drawn_pairs(pairs, other)
    options, ridge = way.options, way.options.l2 / max(1, len(pairs.user))
    compiled = joint_programs.compiled(
        two_tower.shape_of(pairs, sides, options), options.temperature, options.softmax,
        tuple(way.weights), way.balancer,
    )  # fmt: skip
    return Prepared(way, pairs, sides, compiled, ridge, rows, draw, scale)


def fit(arm: Prepared, *, seed: int, epochs: int | None = None) -> Fitted:
    """Lower the losses of the arm's tasks, `joint_losses.of`, and `lambda / 2 |theta|^2 / n`.

    The n pairs of training are those of `two_tower`, whose loss and first weights these are for
    what is taken. The penalty is no task's and is not balanced. Its arrays serve
    `two_tower.scores` where what is taken was learned, and `joint_ratings.ratings` where ratings
    were.

    Args:
        arm: on some pairs.
        seed: of the first weights, of the order and of what a balancer draws.
        epochs: exactly so many.

    Raises:
        Diverged: a loss or a weight is no number.

    References:
        Ma, Zhao, Huang, Wang, Hu, Zhu and Gai, "Entire Space Multi-Task Model", SIGIR 2018, for
        towers that two tasks share; Koren, Bell and Volinsky, IEEE Computer 2009, for the biases.
    """
    options, program = arm.way.options, arm.compiled.program
    first = towers.first(program.weights, seed)
    if RATING in arm.way.weights:
        # Not 0: of items that start at 0 nothing would ever be learned.
        first["rating_product"][:] = options.size**-0.5
    arm.compiled.ridge.assign(arm.ridge)
    fitted = running.run(
        program, arm.rows, arm.draw, options, start=first, label="two_tower", seed=seed,
        epochs=epochs,
    )  # fmt: skip
    found = answering.counted(two_tower.whole(fitted, arm.sides), arm.pairs)
    return found._replace(
        arrays={**found.arrays, "all_users": _users(found, arm.sides), "rating_scale": arm.scale}
    )


def _users(fitted: Fitted, sides: Sides) -> np.ndarray:
    """Return the towers of all users [U, k]: of those without a pair, what features say."""
    arrays = fitted.arrays
    own = np.where(arrays["user_counts"][:, None] > 0, arrays["users"], np.float32(0))
    if sides.users is not None:
        own = own + towers.answered(sides.users, arrays, "user_tower")
    return own.astype(np.float32)


def _scale(pairs: Pairs) -> np.ndarray:
    """Return mean and deviation of ratings, float32 [2]."""
    rating = pairs.rating.astype(np.float64)
    if not np.ptp(rating):
        raise ValueError(
            f"tasks: expected ratings that differ, received {rating[0]:g} in all {len(rating)} "
            "interactions of training: name a column in `interactions.rating`, or remove `tasks`"
        )
    return np.array([rating.mean(), rating.std()], np.float32)


def _table(way: Way, pairs: Pairs, held: Pairs, sides: Sides) -> HistoryRows | PairRows:
    if way.options.softmax == "full":
        offered = two_tower.offered(pairs)
        return taken.history_rows(pairs, held, sides, offered=offered, l2=0.0)
    return taken.pair_rows(pairs, held, sides, alpha=1.0, l2=0.0)
