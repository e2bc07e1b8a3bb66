"""A market with many interactions and one with few, whose facts mean the same, or do not."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pandas as pd

from trunkline.data import encoders
from trunkline.interactions.pairs import Pairs
from trunkline.metrics.ranking import judging
from trunkline.metrics.ranking.judging import Judged
from trunkline.recommending import asking, borrowing_start
from trunkline.recommending.fitting import Known
from trunkline.recommending.model import Arrays, Fitted, Sides
from trunkline.recommending.neural import two_tower
from trunkline.recommending.searching import Rows
from trunkline.recommending.source import Source
from trunkline.settings.recommending.interactions import Interactions
from trunkline.settings.recommending.models import Models
from trunkline.settings.recommending.neural_models import TwoTower
from trunkline.settings.recommending.study import ClickAndRating, FromMarket, Recommender

TASTES = 5
OPTIONS = TwoTower(size=6, l2=1, batch_size=16, learning_rate=0.02, epochs=40, patience=5)


def market(
    name: str, users: int, items: int, each: int, *, turned: int = 0, seed: int = 0
) -> tuple[Pairs, Sides]:
    """Return users who take items of their own taste, and like these.

    Args:
        name: stands before the ids.
        users: how many.
        items: how many.
        each: items that a user takes, most of them of their taste.
        turned: the facts of an item tell the taste that comes so many later.
        seed: of what is taken.
    """
    rng = np.random.default_rng(seed)
    taste, kind = np.arange(users) % TASTES, np.arange(items) % TASTES
    like = np.where(taste[:, None] == kind, 1.0, 0.2)
    taken = np.argsort(-rng.random((users, items)) * like, axis=1)[:, :each]
    matrix = np.zeros((users, items), bool)
    np.put_along_axis(matrix, taken, True, axis=1)
    user, item = np.nonzero(matrix)
    rating = np.where(taste[user] == kind[item], 4, 2) + rng.integers(0, 2, len(user))
    ids = (np.array([f"{name}{what}{n:03d}" for n in range(count)])
           for what, count in (("u", users), ("i", items)))  # fmt: skip
    one = np.eye(TASTES, dtype=np.float32)
    pairs = Pairs(*ids, user.astype(np.int32), item.astype(np.int32), rating.astype(np.float32))
    return pairs, Sides(one[taste], one[(kind + turned) % TASTES])


def study(**further: object) -> Recommender:
    """Return a study of two towers, with some of its entries replaced."""
    made = Recommender(
        title="Small", dataset="small", interactions=Interactions(user="user", item="item"),
        repeats=2, models=Models(two_tower=OPTIONS), transfer=FromMarket(study="large"),
        tasks=ClickAndRating(),
    )  # fmt: skip
    return dataclasses.replace(made, **further)


def known(pairs: Pairs, sides: Sides) -> tuple[Known, Pairs]:
    """Return what may be learned: of each user's pairs a half, and a quarter to choose; the rest.

    The first of four belongs to training, so that nobody is unknown.
    """
    turn = (np.arange(len(pairs.user)) - pairs.starts[pairs.user]) % 4
    search = Rows(pairs.of(turn % 2 == 0), sides, pairs.of(turn == 1))
    return Known(search, Rows(pairs.of(turn < 3), sides, pairs.of(turn == 9))), pairs.of(turn == 3)


def source(pairs: Pairs, sides: Sides, repeats: int = 2) -> Source:
    """Return what a study of two towers left of a market."""
    fits = [two_tower.fit(pairs, sides, OPTIONS, seed=one, epochs=20) for one in range(repeats)]
    arrays: list[Arrays] = [one.arrays for one in fits]
    facts = encoders.fit("none", pd.DataFrame({"row_id": ["a"], "taste": [1.0]}), ["taste"])
    told = {"users": facts, "items": facts}  # that there are facts is all that is asked
    return Source("large", pairs.users, pairs.items, told, {"two_tower": arrays})


def judged(fits: Sequence[Fitted], rows: Rows, test: Pairs) -> list[Judged]:
    """Return the lists of each fit against the test."""

    def lists(fitted: Fitted) -> Judged:
        def score(users: np.ndarray) -> np.ndarray:
            asked = asking.known(rows.pairs, users, 1, rows.sides.users)
            return two_tower.scores(fitted.arrays, asked)

        return judging.evaluate(score, seen=rows.pairs.matrix, test=test.matrix, k=10)

    return [lists(one) for one in fits]


def places(ids: Sequence[int]) -> borrowing_start.Shared:
    """Return ids that have the same places in both markets."""
    return borrowing_start.Shared(np.array(ids), np.array(ids))
