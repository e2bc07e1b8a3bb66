"""How the rows of a table become interactions: who took what, how much of it, and when."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, MinLen

Name = Annotated[str, MinLen(1)]
Duplicates = Literal["stop", "first", "last", "mean"]
Unit = Literal["seconds", "milliseconds", "microseconds", "nanoseconds", "days", "steps"]
Cold = Literal["users", "items"]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The ratings that there can be.

    Attributes:
        lowest: the least; below it a rating is a mistake.
        highest: the greatest.
    """

    lowest: float
    highest: float


@dataclass(frozen=True, kw_only=True)
class Interactions:
    """Which columns tell of interactions, and what counts as one.

    Attributes:
        user: the column that names who, by text or whole numbers.
        item: the column that names what, likewise.
        rating: a column of numbers, more for better; none: each row counts 1.
        time: a column of times, dates or numbers; none: no order is known.
        scale: the ratings there can be; none: any finite number.
        at_least: a rating below it is no interaction; none: every row is one.
        duplicates: what becomes of a user's several rows of one item, before `at_least` is asked:
            a message, the first or the last of them, or the mean of their ratings at the last time.
        unit: what numbers in `time` count since 1970; `steps` have an order and no calendar.
        latest: a day such as 2024-12-31; nothing can have happened after it.
        cold: whom and what validation and test may hold that training has not seen.
        core: users and items of fewer training interactions are left out, until all have so many;
            1 leaves out those that have none, 0 nobody.
    """

    user: Name
    item: Name
    rating: Name | None = None
    time: Name | None = None
    scale: Scale | None = None
    at_least: float | None = None
    duplicates: Duplicates = "stop"
    unit: Unit = "seconds"
    latest: Name | None = None
    cold: tuple[Cold, ...] = ()
    core: Annotated[int, Ge(0)] = 0
