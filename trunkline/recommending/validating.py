"""What a fit is worth on validation rows: the lists it makes, or the ratings it says."""

from typing import Literal, Protocol

import numpy as np

from trunkline.metrics.ranking import accuracy, judging, rated
from trunkline.recommending import asking
from trunkline.recommending.model import Arrays, Asked, Fitted
from trunkline.recommending.searching import Judge, Rows


class Ranks(Protocol):
    """A model that orders items."""

    def scores(self, arrays: Arrays, asked: Asked) -> np.ndarray:
        """Return the scores of all items: float32 [n, I]."""


class Rates(Protocol):
    """A model that says ratings."""

    def ratings(self, arrays: Arrays, user: np.ndarray, item: np.ndarray) -> np.ndarray:
        """Return the rating of each pair: float32 [n]."""


def by_lists(model: Ranks, rows: Rows, metric: str, k: int, *, length: int) -> Judge:
    """Return a judge of lists: the mean of a metric over the users with validation items.

    All items are ranked but those the user has in training.

    Args:
        model: of the fits.
        rows: of training and validation.
        metric: a name of `trunkline.metrics.ranking.accuracy`.
        k: length of the lists.
        length: of the recent items that a model is told.
    """

    def judge(fitted: Fitted) -> float:
        def score(users: np.ndarray) -> np.ndarray:
            asked = asking.known(rows.pairs, users, length, rows.sides.users)
            return model.scores(fitted.arrays, asked)

        judged = judging.evaluate(score, seen=rows.pairs.matrix, test=rows.held.matrix, k=k)
        return float(np.mean(accuracy.measure(judged, [k])[f"{metric}@{k}"]))

    return judge


def by_ratings(model: Rates, rows: Rows, metric: Literal["rmse", "mae"]) -> Judge:
    """Return a judge of ratings: the negative error over all validation ratings.

    Args:
        model: of the fits.
        rows: of training and validation.
        metric: which error.
    """

    def judge(fitted: Fitted) -> float:
        held = rows.held
        told = model.ratings(fitted.arrays, held.user, held.item)
        errors = rated.errors(held.user, held.rating, told)
        return -(errors.rmse() if metric == "rmse" else errors.mae())

    return judge
