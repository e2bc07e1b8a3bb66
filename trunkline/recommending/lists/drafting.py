"""Lists that grow: each source goes on where the one before it has no more.

From a source come more candidates than a list has room for; of them the next item is, again and
again, the best that a category still has room for. Where caps leave a list too short, the source
is asked for twice as many.

Shapes: n users, k places of a list, c candidates of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trunkline.recommending.lists.capping import Categories, Room
from trunkline.recommending.lists.mmr import Marginal
from trunkline.recommending.lists.selecting import Found
from trunkline.recommending.lists.sources import Source
from trunkline.recommending.model import UNKNOWN

USERS = 256  # whose lists grow at the same time


@dataclass(frozen=True, eq=False)
class Rules:
    """What lists must be like.

    Attributes:
        length: k.
        categories: and how many items of one a list may have; none: no limit.
        vectors: of items, for their similarity: float32 [I, d]; none: the order of scores.
        relevance: the weight of scores.
        pool: candidates are so many times the length.
    """

    length: int
    categories: Categories | None = None
    vectors: np.ndarray | None = None
    relevance: float = 1.0
    pool: int = 1

    @property
    def plain(self) -> bool:
        """Whether the best are the list."""
        return self.categories is None and self.vectors is None


class Draft:
    """Lists of a block of users while they grow.

    Attributes:
        items: int32 [n, k]; UNKNOWN where nothing is yet.
        scores: float32 [n, k].
        source: int8 [n, k], the place of the source of each item; UNKNOWN where nothing is.
        filled: int64 [n], how long each list is.
    """

    def __init__(self, users: int, rules: Rules) -> None:
        shape = (users, rules.length)
        self.items = np.full(shape, UNKNOWN, np.int32)
        self.scores = np.full(shape, -np.inf, np.float32)
        self.source = np.full(shape, UNKNOWN, np.int8)
        self.filled = np.zeros(users, np.int64)
        self._rules = rules
        self.room = None if rules.categories is None else rules.categories.room(users)

    def grow(self, source: Source, number: int, users: np.ndarray) -> None:
        """Fill the lists that are short from a source that knows their users.

        Args:
            source: gives candidates.
            number: its place among the sources.
            users: int [n], places among those asked for.
        """
        able = np.ones(len(users), bool) if source.able is None else source.able[users]
        rows = np.flatnonzero(able & (self.filled < self._rules.length))
        count = self._rules.pool * self._rules.length
        listed = self._rules.length if number else 0  # at the most; the same for all users
        while len(rows):
            found = source.top(users[rows], count + listed)
            last = found.items[:, -1] == UNKNOWN
            done = self._extended(rows, found, number, last)
            rows, count = rows[~done], 2 * count

    def _extended(
        self, rows: np.ndarray, found: Found, number: int, last: np.ndarray
    ) -> np.ndarray:
        """Extend lists by candidates; say which are full, or cannot be: they alone are kept."""
        items, scores = self._new(rows, found)
        room = None if self.room is None else self.room.of(rows)
        picked = self._picked(rows, Found(items, scores), room)
        there = picked != UNKNOWN  # [m, k], places among the candidates
        done = last | (self.filled[rows] + there.sum(axis=1) >= self._rules.length)
        row, step = np.nonzero(there & done[:, np.newaxis])
        column = picked[row, step]
        target = rows[row], self.filled[rows[row]] + step
        self.items[target] = items[row, column]
        self.scores[target] = scores[row, column]
        self.source[target] = number
        self.filled[rows] += np.where(done, there.sum(axis=1), 0)
        if self.room is not None and room is not None:
            kept = np.flatnonzero(done)
            self.room.put(rows[kept], room.of(kept))
        return np.asarray(done)

    def _new(self, rows: np.ndarray, found: Found) -> Found:
        """Return candidates without those that are listed already."""
        if not self.filled[rows].any():
            return found
        again = (found.items[:, :, np.newaxis] == self.items[rows][:, np.newaxis]).any(axis=2)
        return Found(np.where(again, UNKNOWN, found.items), found.scores)

    def _picked(self, rows: np.ndarray, found: Found, room: Room | None) -> np.ndarray:
        """Return which candidates come next, int [m, k], in order; UNKNOWN after the last."""
        items = found.items
        wanted = (self._rules.length - self.filled[rows])[:, np.newaxis]  # [m, 1]
        if self._rules.plain:
            order = np.argsort(items == UNKNOWN, axis=1, kind="stable")[:, : wanted.max()]
            there = np.take_along_axis(items, order, axis=1) != UNKNOWN
            return np.where(there & (np.arange(order.shape[1]) < wanted), order, UNKNOWN)
        marginal = self._marginal(rows, found)
        picked = np.full((len(rows), int(wanted.max())), UNKNOWN)
        left = items != UNKNOWN
        for step in range(picked.shape[1]):
            free = left & (step < wanted)
            if room is not None:
                free &= room.fits(items)
            worth = np.where(free, 0.0 if marginal is None else marginal.worth(), -np.inf)
            users = np.flatnonzero(free.any(axis=1))
            best = worth.argmax(axis=1)[users]  # the first of equals
            picked[users, step] = best
            left[users, best] = False
            for kept in (room, marginal):
                if kept is not None:
                    kept.take(users, items[users, best])
        return picked

    def _marginal(self, rows: np.ndarray, found: Found) -> Marginal | None:
        """Return the marginal relevance beside what is listed already; none: the order counts."""
        if self._rules.vectors is None:
            return None
        scores = np.where(found.items == UNKNOWN, -np.inf, found.scores)
        marginal = Marginal(Found(found.items, scores), self._rules.vectors, self._rules.relevance)
        for place in range(int(self.filled[rows].max())):
            listed = np.flatnonzero(self.filled[rows] > place)
            marginal.take(listed, self.items[rows[listed], place])
        return marginal


def drafted(sources: Sequence[Source], users: np.ndarray, rules: Rules) -> Draft:
    """Return the lists of a block of users.

    Args:
        sources: the first that has more goes on.
        users: int [n], places among those asked for.
        rules: what lists must be like.
    """
    draft = Draft(len(users), rules)
    for number, source in enumerate(sources):
        draft.grow(source, number, users)
    return draft
