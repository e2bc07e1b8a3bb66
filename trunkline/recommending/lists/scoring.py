"""Search with a model that scores all items of a user at once.

Shapes: n users asked for, I items, J of them open.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trunkline.recommending.lists import selecting
from trunkline.recommending.lists.exact import FIRST, ITEMS, spread
from trunkline.recommending.lists.filtering import Open
from trunkline.recommending.lists.selecting import EIGHT, Found, Tile
from trunkline.recommending.lists.sources import FEATURES, MODEL
from trunkline.recommending.model import UNKNOWN, Asked

_NUMBERS = 2**24  # scores held at a time
_USERS = 1024  # asked at a time, at the most

Scores = Callable[[Mapping[str, np.ndarray], Asked], np.ndarray]


@dataclass(frozen=True, eq=False)
class Scored:
    """The model scores all items, and the best are taken.

    Attributes:
        name: what the rows say as their source.
        scores: of the model: `(arrays, asked) -> float32 [n, I]`.
        arrays: what its fit left.
        asked: all n users.
        open: what may be listed.
        able: bool [n], users that the model knows something of; none: all.
    """

    name: str
    scores: Scores
    arrays: Mapping[str, np.ndarray]
    asked: Asked
    open: Open
    able: np.ndarray | None = None

    @cached_property
    def order(self) -> np.ndarray:
        """Places of the open items in the order of tiles, filled up to a multiple of EIGHT."""
        order = spread(self.open.items)
        return np.pad(order, (0, -len(order) % EIGHT))

    def top(self, users: np.ndarray, count: int) -> Found:
        """Return the best items that are open to each of some users.

        Args:
            users: int [m], places among those asked for.
            count: of a list.

        Raises:
            ValueError: a score is no number, or there are not as many as items.
        """
        step = max(1, min(_USERS, _NUMBERS // max(1, self.open.size)))
        return selecting.joined(
            selecting.best(self._tiles(block), len(block), count)
            for block in np.split(users, range(step, len(users), step))
        )

    def _tiles(self, users: np.ndarray) -> Iterator[Tile]:
        """Yield the scores of a block of users, tile after tile."""
        scores = self._scores(users)  # [m, I]
        taken = self.open.taken(users, self.order[: len(self.open.items)])
        cut = 0
        for start in [0, *range(FIRST, len(self.order), ITEMS)]:
            end = min(len(self.order), start + (ITEMS if start else FIRST))
            tile = np.ascontiguousarray(scores[:, self.order[start:end]].T)
            tile[max(0, len(self.open.items) - start) :] = -np.inf
            last = int(np.searchsorted(taken.position, end))
            tile[taken.position[cut:last] - start, taken.user[cut:last]] = -np.inf
            cut = last
            yield Tile(tile, self.order[start:end])

    def _scores(self, users: np.ndarray) -> np.ndarray:
        scores = self.scores(self.arrays, some(self.asked, users))
        if scores.shape != (len(users), self.open.size):
            raise ValueError(
                f"expected scores of {len(users)} users and {self.open.size} items, received "
                f"an array {scores.shape}"
            )
        if np.isnan(scores).any():
            user, item = np.argwhere(np.isnan(scores))[0]
            raise ValueError(
                f"expected a number as score, received NaN for user {users[user]} and item {item} "
                "by their places: did training diverge? An item without a score has -inf"
            )
        return scores.astype(np.float32, copy=False)


def some(asked: Asked, users: np.ndarray) -> Asked:
    """Return some of the users, int [m]."""
    return Asked(
        asked.user[users], asked.history[users], asked.recent[users],
        None if asked.features is None else asked.features[users],
    )  # fmt: skip


def ways(
    scores: Scores, arrays: Mapping[str, np.ndarray], asked: Asked, may: Open, *, featured: bool
) -> tuple[Scored, ...]:
    """Return how a model answers: by what users took, and by features where there is no more.

    Args:
        scores: of the model.
        arrays: what its fit left.
        asked: all n users.
        may: what may be listed.
        featured: whether the model scores users by their features alone.
    """
    took = (asked.user != UNKNOWN) | (np.diff(asked.history.indptr) > 0)
    model = Scored(MODEL, scores, arrays, asked, may, took)
    if not featured or asked.features is None:
        return (model,)
    return (model, Scored(FEATURES, scores, arrays, asked, may, ~took))
