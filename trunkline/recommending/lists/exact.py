"""Exact search where a score is a product of factors: `s_ui = <x_u, y_i> + b_i`.

Users are taken in blocks, items in tiles, so that scores are looked at while they are in the
processor's cache, and memory does not grow with users x items. Tiles take every so manieth item:
places are often sorted by age or popularity, and the first tile should tell what a good score is.

The product, in float32, finds some more items than a list has room for; `rescoring` sums their
scores anew. The error of a product is at most `(d + 2) eps (|x_u| max |y_i| + max |b_i|)` (Higham
2002, Accuracy and Stability of Numerical Algorithms, section 3.1). Where the worst of what was
found is not further than two errors below the last of the list, more is looked for.

Shapes: n users asked for, I items, J of them open, d factors.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trunkline.recommending.lists import selecting
from trunkline.recommending.lists.filtering import Open
from trunkline.recommending.lists.rescoring import Products
from trunkline.recommending.lists.selecting import EIGHT, Found, Tile
from trunkline.recommending.model import UNKNOWN

USERS, ITEMS = 256, 1024  # of a product: a MiB of scores
FIRST = 2048  # items of the first
SPARE = 16  # items more than a list has room for
_LARGEST = 1e37  # float32 ends at 3.4e38
_EPS = 2.0**-23  # twice that of float32: bounds of first order, and rounding at the end


@dataclass(frozen=True, eq=False)
class Exact:
    """All items are scored for each user.

    Attributes:
        name: what the rows say as their source.
        users: float32 [n, d].
        items: float32 [I, d].
        bias: float32 [I]; none: 0. -inf: the item has no score.
        open: what may be listed.
        able: bool [n], users that have factors; none: all.
    """

    name: str
    users: np.ndarray
    items: np.ndarray
    open: Open
    bias: np.ndarray | None = None
    able: np.ndarray | None = None

    def __post_init__(self) -> None:
        """Refuse factors whose products are no numbers.

        Raises:
            ValueError: says which.
        """
        bias = self.offsets
        for name, values in (("user", self.users), ("item", self.items), ("bias", bias)):
            bad = np.isnan(values) | (values == np.inf)
            if name != "bias":
                bad |= values == -np.inf
            if bad.any():
                raise ValueError(
                    f"expected finite factors, received {values[bad][0]} at place "
                    f"{np.argwhere(bad)[0][0]} of {name}: did training diverge?"
                )
        bound = float(np.abs(self.users).max(initial=0)) * float(np.abs(self.items).max(initial=0))
        if bound * self.users.shape[1] > _LARGEST:
            raise ValueError(
                f"expected factors whose products float32 can hold, received a user's of up to "
                f"{np.abs(self.users).max():g} and an item's of up to "
                f"{np.abs(self.items).max():g}: did training diverge?"
            )

    @property
    def offsets(self) -> np.ndarray:
        """The bias of each item, `[I]`."""
        return np.zeros(len(self.items), np.float32) if self.bias is None else self.bias

    @cached_property
    def order(self) -> np.ndarray:
        """Places of the open items in the order of tiles, filled up to a multiple of EIGHT."""
        order = spread(self.open.items)
        return np.pad(order, (0, -len(order) % EIGHT))

    @cached_property
    def rows(self) -> np.ndarray:
        """Factors of items and their bias, in the order of tiles: `[J', d + 1]`."""
        made = np.empty((len(self.order), self.items.shape[1] + 1), np.float32)
        made[:, :-1] = self.items[self.order]
        made[:, -1] = self.offsets[self.order]
        made[len(self.open.items) :] = 0
        made[len(self.open.items) :, -1] = -np.inf
        return made

    @cached_property
    def errors(self) -> np.ndarray:
        """How far a score of the product may be from the true one, for each user: `[n]`."""
        finite = self.offsets[np.isfinite(self.offsets)].astype(np.float64)
        largest, lengths = (
            np.sqrt((factors.astype(np.float64) ** 2).sum(axis=1))
            for factors in (self.items, self.users)
        )
        bound = lengths * largest.max(initial=0) + np.abs(finite).max(initial=0)
        return np.where(lengths > 0, (self.users.shape[1] + 2) * _EPS * bound, 0)

    def top(self, users: np.ndarray, count: int) -> Found:
        """Return the best items that are open to each of some users.

        Args:
            users: int [m], places among those asked for.
            count: of a list.
        """
        return self._sure(users, count, count + SPARE)

    def _sure(self, users: np.ndarray, count: int, keep: int) -> Found:
        """Return the `count` best of at least `keep` candidates, or of as many as it takes."""
        found = self._searched(users, keep, first=FIRST)
        short = np.flatnonzero(found.items[:, -1] == UNKNOWN)
        if len(short) and len(self.order) > FIRST:  # perhaps the guess was too high
            _put(found, short, self._searched(users[short], keep, first=len(self.order)))
        made = Products(self.items, self.offsets).again(self.users[users], found, count)
        last, listed = found.scores[:, -1], found.scores[:, count - 1]
        sure = (last == -np.inf) | (last < listed - 2 * self.errors[users])
        close = np.flatnonzero(~sure & (self.errors[users] > 0))
        if len(close):
            _put(made, close, self._sure(users[close], count, EIGHT * keep))
        return made

    def _searched(self, users: np.ndarray, keep: int, first: int) -> Found:
        """Return the best by the product; lists that are not full may lack items."""
        share = min(1.0, first / max(1, len(self.order)))
        blocks = np.split(users, range(USERS, len(users), USERS))
        return selecting.joined(
            selecting.best(self._tiles(block), len(block), keep, share) for block in blocks
        )

    def _tiles(self, users: np.ndarray) -> Iterator[Tile]:
        """Yield the scores of a block of users, tile after tile, in one place of memory."""
        columns = np.ones((self.users.shape[1] + 1, len(users)), np.float32)
        columns[:-1] = self.users[users].T
        taken = self.open.taken(users, self.order[: len(self.open.items)])
        scores = np.empty((FIRST, len(users)), np.float32)
        starts = [0, *range(FIRST, len(self.order), ITEMS), len(self.order)]
        cuts = np.searchsorted(taken.position, starts)
        for number, (start, end) in enumerate(itertools.pairwise(starts)):
            made = np.matmul(self.rows[start:end], columns, out=scores[: end - start])
            gone = slice(cuts[number], cuts[number + 1])
            made[taken.position[gone] - start, taken.user[gone]] = -np.inf
            yield Tile(made, self.order[start:end])


def _put(found: Found, rows: np.ndarray, others: Found) -> None:
    """Write what was found for some users over what was there."""
    found.items[rows], found.scores[rows] = others


def spread(places: np.ndarray) -> np.ndarray:
    """Return places in the order of tiles, each of which has items of all ranges: `[J]`."""
    tiles = max(1, -(-len(places) // ITEMS))
    return np.concatenate([places[tile::tiles] for tile in range(tiles)])
