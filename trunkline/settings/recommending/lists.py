"""What a list of recommended items is made of."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le, MinLen

Positive = Annotated[int, Ge(1)]
Share = Annotated[float, Ge(0), Le(1)]
Name = Annotated[str, MinLen(1)]
Value = bool | int | str


@dataclass(frozen=True, kw_only=True)
class Unavailable:
    """Items that are not listed.

    Attributes:
        column: of the table of items.
        values: that mark an item as not to be had.
    """

    column: Name
    values: Annotated[tuple[Value, ...], MinLen(1)] = (True,)


@dataclass(frozen=True, kw_only=True)
class Cap:
    """How many items of one category a list may have.

    Attributes:
        column: of the table of items; an item without a value is of no category.
        most: items of one category.
        separator: between categories of an item that has several, which counts in each; none: a
            value is one category.
    """

    column: Name
    most: Positive
    separator: Name | None = None


@dataclass(frozen=True, kw_only=True)
class Diversity:
    """Maximal marginal relevance: what is listed should not be like what is listed above it.

    Attributes:
        relevance: lambda, the weight of the score; the rest is that of being different. 1 keeps
            the order of scores.
        pool: of so many times the length of a list the best are chosen from.
        similarity: cosine of the items' `factors` or of their `features`.
    """

    relevance: Share = 0.7
    pool: Positive = 5
    similarity: Literal["factors", "features"] = "factors"


@dataclass(frozen=True, kw_only=True)
class Approximate:
    """Search some cells of the items only: for models with factors. Needs `faiss-cpu`.

    Attributes:
        cells: into which items are divided; none: the root of their number.
        probes: cells that are searched for a user.
        sample: users for whom exact search says what was missed.
    """

    cells: Positive | None = None
    probes: Positive = 16
    sample: Positive = 1000


@dataclass(frozen=True, kw_only=True)
class Reasons:
    """Why an item is listed: items of the user's history that are nearest to it.

    Attributes:
        items: that are named at the most.
        similarity: `cooccurrence`: cosine of the users that have both; `factors`: cosine of the
            items' factors.
        title: column of the table of items with their names; none: ids are named.
    """

    items: Positive = 2
    similarity: Literal["cooccurrence", "factors"] = "cooccurrence"
    title: Name | None = None


@dataclass(frozen=True, kw_only=True)
class Lists:
    """The list of each user.

    Attributes:
        length: items of a list; shorter where no more are left.
        seen: whether items of the user's history are left out.
        unavailable: items that nobody gets.
        cap: items of one category.
        diversity: none: the order of scores.
        approximate: none: every item is scored.
        reasons: none: rows have none.
        fallback: what goes on, in this order, where the model has no more scores for a user.
    """

    length: Positive = 10
    seen: Literal["leave_out", "keep"] = "leave_out"
    unavailable: Unavailable | None = None
    cap: Cap | None = None
    diversity: Diversity | None = None
    approximate: Approximate | None = None
    reasons: Reasons | None = Reasons()
    fallback: tuple[Literal["features", "popularity"], ...] = ("features", "popularity")

    @property
    def by_factors(self) -> tuple[str, ...]:
        """The options that look at factors of items, as places below `lists`."""
        asked = {
            "approximate": self.approximate is not None,
            "diversity.similarity": _by_factors(self.diversity),
            "reasons.similarity": _by_factors(self.reasons),
        }
        return tuple(name for name, there in asked.items() if there)


def _by_factors(option: Diversity | Reasons | None) -> bool:
    return option is not None and option.similarity == "factors"
