"""A fit is judged on validation rows by its lists, or by its ratings."""

from collections.abc import Mapping

import numpy as np
import pytest

from trunkline.interactions.pairs import Pairs
from trunkline.recommending import model as models
from trunkline.recommending import validating
from trunkline.recommending.model import Asked, Sides
from trunkline.recommending.searching import Rows

USERS, ITEMS = np.array(["a", "b", "c"]), np.array(["w", "x", "y", "z"])


class Table:
    """A model whose scores are known, and are its ratings as well."""

    def scores(self, arrays: Mapping[str, np.ndarray], asked: Asked) -> np.ndarray:
        """Return the rows of the users."""
        return arrays["scores"][asked.user]

    def ratings(
        self, arrays: Mapping[str, np.ndarray], user: np.ndarray, item: np.ndarray
    ) -> np.ndarray:
        """Return the entries of the pairs."""
        return arrays["scores"][user, item]


FITTED = models.closed(scores=np.array([[9, 1, 2, 3], [0, 0, 0, 0], [1, 2, 9, 3]], np.float32))


def rows() -> Rows:
    """Return training and validation pairs; the user in the middle has no validation pair."""

    def pairs(user: list[int], item: list[int], rating: list[float]) -> Pairs:
        places = np.array(user, np.int32), np.array(item, np.int32)
        return Pairs(USERS, ITEMS, *places, np.array(rating, np.float32))

    return Rows(
        pairs([0, 1, 2], [0, 1, 2], [5, 1, 3]), Sides(), pairs([0, 0, 2], [1, 3, 0], [4, 2, 3])
    )


@pytest.mark.parametrize(
    ("metric", "k", "score"),
    [("ndcg", 2, 0.5 / (1 + 1 / np.log2(3))), ("precision", 1, 0.5), ("recall", 3, 1)],
)
def test_lists_are_judged_without_what_the_user_has(metric: str, k: int, score: float) -> None:
    """User a gets z, y, x and took x and z; user c gets z, x, w and took w."""
    judge = validating.by_lists(Table(), rows(), metric, k, length=3)
    assert judge(FITTED) == pytest.approx(score)


def test_ratings_are_judged_by_their_negative_error() -> None:
    """Of 4, 2 and 3 the model says 1, 3 and 1: off by 3, 1 and 2."""
    assert validating.by_ratings(Table(), rows(), "mae")(FITTED) == pytest.approx(-2)
    expected = -np.sqrt((9 + 1 + 4) / 3)
    assert validating.by_ratings(Table(), rows(), "rmse")(FITTED) == pytest.approx(expected)
