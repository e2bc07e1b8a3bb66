"""How a dataset is split: by hash, in strata, by groups, by time, of each user, or as it says."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Lt, MinLen

Fraction = Annotated[float, Gt(0), Lt(1)]
Name = Annotated[str, MinLen(1)]
Value = bool | int | str


@dataclass(frozen=True, kw_only=True)
class PartValues:
    """Which values of the column mean which part.

    Attributes:
        validation: none: a share of the training rows is held for validation, by hash.
    """

    train: Annotated[tuple[Value, ...], MinLen(1)]
    validation: tuple[Value, ...] = ()
    test: Annotated[tuple[Value, ...], MinLen(1)]


@dataclass(frozen=True, kw_only=True)
class Split:
    """Shares of the rows held for validation and test; the rest is for training.

    Attributes:
        stratify: columns whose combinations keep their shares in each part.
        bins: columns of numbers that stratify too, cut into so many ranges of as many rows.
        rare: what becomes of a stratum too small to give each part a row.
        group: a column; rows of one value lie on one side.
        time: a column; the oldest rows are for training, the newest for test.
        column: a column that says which part a row belongs to, as `values` reads it.
        values: the values of `column`, by part.
        each: a column, such as the user; the rows of each of its values are parted by themselves:
            by hash, or with `time` the newest of each for test.
        leave: with `each`: instead of shares, so many rows of each value are held for test, and
            as many for validation.
        whole: no row is held: a table that others look things up in, such as one of items.
    """

    validation: Fraction = 0.15
    test: Fraction = 0.4
    stratify: tuple[Name, ...] = ()
    bins: dict[str, Annotated[int, Ge(2)]] = field(default_factory=dict)
    rare: Literal["stop", "train"] = "stop"
    group: Name | None = None
    time: Name | None = None
    column: Name | None = None
    values: PartValues | None = None
    each: Name | None = None
    leave: Annotated[int, Ge(1)] | None = None
    whole: bool = False
