"""Not more than so many items of one category in a list.

Shapes: n users, c candidates of each, I items, K categories, S of one item at the most.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trunkline.recommending.lists import filtering
from trunkline.recommending.model import UNKNOWN
from trunkline.settings.recommending.lists import Cap


@dataclass(frozen=True, eq=False)
class Categories:
    """Which categories each item has.

    Attributes:
        codes: int32 [I, S]; UNKNOWN: no further one.
        count: K.
        most: items of one category in a list.
    """

    codes: np.ndarray
    count: int
    most: int

    def room(self, users: int) -> "Room":
        """Return the room of empty lists."""
        return Room(self, np.zeros((users, self.count + 1), np.int32))


class Room:
    """How much of each category lists have."""

    def __init__(self, categories: Categories, taken: np.ndarray) -> None:
        self._categories = categories
        self._taken = taken  # [n, K + 1], the last of no category

    def of(self, users: np.ndarray) -> "Room":
        """Return a copy of some users' room, int [m]."""
        return Room(self._categories, self._taken[users])

    def put(self, users: np.ndarray, other: "Room") -> None:
        """Write some users' room over what was there."""
        self._taken[users] = other._taken

    def fits(self, items: np.ndarray) -> np.ndarray:
        """Return whether a list may have one more of all categories of an item: bool [n, c]."""
        codes = self._categories.codes[items]  # [n, c, S]
        rows = np.arange(len(items))[:, np.newaxis, np.newaxis]
        free = (self._taken[rows, codes] < self._categories.most) | (codes == UNKNOWN)
        return np.asarray(free.all(axis=2))

    def take(self, users: np.ndarray, items: np.ndarray) -> None:
        """Put an item into the list of each of some users, both [m]."""
        codes = self._categories.codes[items]  # [m, S], each category once
        rows = np.broadcast_to(users[:, np.newaxis], codes.shape)
        self._taken[rows, codes] += codes != UNKNOWN


def categories(table: pd.DataFrame | None, items: np.ndarray, cap: Cap) -> Categories:
    """Return which categories each item has.

    Args:
        table: a row for each item, in the order of `items`.
        items: ids, `[I]`.
        cap: the column, and the limit.

    Raises:
        ValueError: there is no table, or it lacks the column.
    """
    column = filtering.column(table, items, cap.column, "cap.column")
    values = [
        [] if missing else _parts(str(value), cap.separator)
        for value, missing in zip(column, column.isna(), strict=True)
    ]
    names = sorted({name for parts in values for name in parts})
    code = {name: place for place, name in enumerate(names)}
    codes = np.full((len(items), max(map(len, values), default=0)), UNKNOWN, np.int32)
    for place, parts in enumerate(values):
        codes[place, : len(parts)] = [code[part] for part in parts]
    return Categories(codes, len(names), cap.most)


def _parts(text: str, separator: str | None) -> list[str]:
    """Return the categories of an item, each once."""
    parts = [text] if separator is None else [part.strip() for part in text.split(separator)]
    return sorted({part for part in parts if part})
