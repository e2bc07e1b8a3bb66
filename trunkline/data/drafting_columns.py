"""What a draft expects of one column, or of a family of columns, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from trunkline.data import profiles, widening
from trunkline.data.profiles import Column

RARE = 10  # rows that a value of a set has on average: fewer are names, not categories
LONGEST = 60  # characters of a category
SHIFT = 0.05  # divergence that class shares may have from those seen
_VALUES = "expect_column_values_to_"


@dataclass(frozen=True, kw_only=True)
class Expected:
    """An expectation of Great Expectations, its arguments, and what was seen."""

    type: str
    why: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)


def of_all(column: Column, type_: str) -> Iterator[tuple[str, Expected]]:
    """Yield what is expected of any column: its type, that it has values, its names."""
    missing = bool(column.missing) and column.kind in ("whole", "boolean")
    # With a value missing, whole numbers are floats to pandas, without one they are not.
    if not missing:
        yield column.name, _typed(type_)
    if expected := _filled(column):
        yield column.name, expected
    if column.name == "row_id":
        named = "A row is named once, so that it can be in one part of the split only."
        yield column.name, Expected(type=f"{_VALUES}be_unique", why=named)
        yield column.name, _lengths(1, None, "No row is nameless.")
    elif column.unique and _is_key(column):
        seen = f"All {column.rows:,} values differed."
        yield column.name, Expected(type=f"{_VALUES}be_unique", why=seen)


def together(family: Sequence[Column]) -> Column:
    """Return a column that holds what all columns of a family hold."""
    first = family[0]
    if len(family) == 1:
        return first
    present = [c for c in family if c.low is not None]
    return replace(
        first,
        low=min((c.low for c in present), default=None),
        high=max((c.high for c in present), default=None),
        values=(),
        pattern=first.pattern if all(c.pattern == first.pattern for c in family) else None,
    )


def of_values(column: Column, *, alone: bool) -> Iterator[Expected]:
    """Yield what is expected of values that are no labels.

    Args:
        column: what it holds.
        alone: whether it is one column, not a family.
    """
    if column.low is None or column.infinite:
        return
    if column.kind in ("whole", "number"):
        yield from _between(column)
    elif column.kind == "time":
        yield from _times(column)
    elif column.kind == "text" and alone and _is_category(column):
        shown = [value for value, _ in column.values]
        yield Expected(
            type=f"{_VALUES}be_in_set", kwargs={"value_set": shown},
            why=f"{len(shown)} values were seen, {_seldom(column)}.",
        )  # fmt: skip
    elif column.kind == "text":
        yield from _texts(column)


def of_label(column: Column) -> Iterator[Expected]:
    """Yield what is expected of a column of classes: which there are, and how often."""
    classes = [value for value, _ in column.values]
    yield Expected(
        type="expect_column_distinct_values_to_equal_set", kwargs={"value_set": classes},
        why=f"{len(classes)} classes were seen, {_seldom(column)}; each is to be there.",
    )  # fmt: skip
    weights = widening.weights(column.values)
    yield Expected(
        type="expect_column_kl_divergence_to_be_less_than",
        kwargs={
            "partition_object": {"values": classes, "weights": weights}, "threshold": SHIFT,
        },
        why="The shares that were seen; half of the rows may become about a third or two thirds.",
    )  # fmt: skip


def _typed(type_: str) -> Expected:
    return Expected(
        type=f"{_VALUES}be_of_type", kwargs={"type_": type_}, why=f"They came as {type_}."
    )


def _filled(column: Column) -> Expected | None:
    share = widening.share(column.missing, column.rows)
    if not share:  # so few values that any number of them will do
        return None
    if not column.missing:
        return Expected(type=f"{_VALUES}not_be_null", why="None was missing.")
    return Expected(
        type=f"{_VALUES}not_be_null", kwargs={"mostly": share},
        why=f"{100 * column.missing / column.rows:.2g} % were missing.",
    )  # fmt: skip


def _between(column: Column) -> Iterator[Expected]:
    low, high = widening.numbers(column.low, column.high)
    seen = f"Seen: {column.low:.6g} to {column.high:.6g}."
    if column.low == column.high:
        seen = f"Every value was {column.low:.6g}, which tells nothing apart."
    yield Expected(
        type=f"{_VALUES}be_between", kwargs={"min_value": low, "max_value": high}, why=seen
    )


def _times(column: Column) -> Iterator[Expected]:
    first, last = widening.times(column.low, column.high)
    oldest, newest = widening.day(column.low), widening.day(column.high)
    yield Expected(
        type=f"{_VALUES}be_between", kwargs={"min_value": first, "max_value": last},
        why=f"Seen: {oldest[:10]} to {newest[:10]}; later ones are expected, but not an age later.",
    )  # fmt: skip
    yield Expected(
        type="expect_column_max_to_be_between", kwargs={"min_value": newest},
        why=f"Freshness: the newest was of {newest[:10]}, and a later version does not end "
        "earlier. Move the date on when newer rows must be there; no clock is asked.",
    )  # fmt: skip


def _texts(column: Column) -> Iterator[Expected]:
    most = widening.count(max(column.high, 1), widening.LENGTHS)[1]
    yield _lengths(min(column.low, 1), most, f"Seen: {column.low} to {column.high} characters.")
    if column.pattern:
        yield Expected(
            type=f"{_VALUES}match_regex", kwargs={"regex": column.pattern.regex},
            why=f"All {column.present:,} values were {column.pattern.meaning}.",
        )  # fmt: skip


def _lengths(low: int, high: int | None, why: str) -> Expected:
    bounds = {"min_value": low} if high is None else {"min_value": low, "max_value": high}
    return Expected(type="expect_column_value_lengths_to_be_between", kwargs=bounds, why=why)


def _is_category(column: Column) -> bool:
    few = column.values and column.present >= RARE * len(column.values)
    return bool(few) and column.high <= LONGEST


def _is_key(column: Column) -> bool:
    """Return whether values that all differ are names, not free text or a measurement."""
    if column.kind == "text":
        return column.rows >= profiles.FEW and column.pattern is not None
    return column.rows >= profiles.FEW and column.high - column.low < 2 * column.rows


def _seldom(column: Column) -> str:
    value, rows = min(column.values, key=lambda entry: entry[1])
    return f"the rarest ({value!r}) in {rows:,} rows"
