"""What gives items to lists: a model, its answer to features, popularity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from trunkline.recommending.lists.exact import Exact
from trunkline.recommending.lists.filtering import Open
from trunkline.recommending.lists.selecting import Found

MODEL, FEATURES, POPULARITY = "model", "features", "popularity"


class Source(Protocol):
    """Gives the best open items of users.

    Attributes:
        name: what the rows say as their source.
        able: bool [n], users that it knows something of; none: all.
    """

    @property
    def name(self) -> str:
        """What the rows say as their source."""

    @property
    def able(self) -> np.ndarray | None:
        """Users that it knows something of, bool [n]; none: all."""

    def top(self, users: np.ndarray, count: int) -> Found:
        """Return the best open items of some users, int [m]."""


def falling(
    model: Source, others: Mapping[str, Source], names: Sequence[str]
) -> tuple[Source, ...]:
    """Return the model, and what goes on where it has no more.

    Args:
        model: comes first.
        others: what there is, by name; a model that cannot score by features has no such source.
        names: what a study asks for, in its order.
    """
    return (model, *(others[name] for name in names if name in others))


@dataclass(frozen=True, eq=False)
class Popular:
    """The items that most users took, the same for all: a product without factors.

    Attributes:
        counts: of users that took each item in training, int [I]; a list has those of at least 1.
        users: n.
        open: what may be listed.
    """

    counts: np.ndarray
    users: int
    open: Open
    name: str = POPULARITY
    able: None = None
    _search: Exact = field(init=False)

    def __post_init__(self) -> None:
        """Make the product whose bias the counts are."""
        none = np.zeros((self.users, 0), np.float32)
        counts = np.where(self.counts > 0, self.counts, -np.inf).astype(np.float32)
        items = np.zeros((len(counts), 0), np.float32)
        object.__setattr__(self, "_search", Exact(self.name, none, items, self.open, counts))

    def top(self, users: np.ndarray, count: int) -> Found:
        """Return the open items that most users took; the score is their number."""
        return self._search.top(users, count)
