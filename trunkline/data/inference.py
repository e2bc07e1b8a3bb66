"""What a column of text holds: decided by all of its values, whatever their order.

Each value is of one kind. A column takes the kind of its values; integers and numbers together are
numbers, digits that a number would lose (leading zeros, more than 18 of them) make it text, and so
does a majority of words. Any other mixture stops with the first value of each kind.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import spelling

NUMBERS = {"integer", "number", "digits"}
WORDS = {
    "text": "text",
    "digits": "digits with a leading zero or more than 18 of them",
    "infinite": "infinite or no number",
    "other decimal": "a number with another decimal sign",
    "time": "a date with its time",
    "time with zone": "a time with its zone",
}
BIGGEST = 10**18 - 1  # what eighteen digits can write


@dataclass
class Tally:
    """How many values of each kind a column has, and where each kind was first seen.

    Attributes:
        decimal: between the whole part of a number and the rest.
        counts: values by kind.
        first: the row and the value by kind, rows counted from 1.
    """

    decimal: str = "."
    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add(self, values: pa.Array, before: int) -> None:
        """Count the values of some rows.

        Args:
            values: text; what is missing is not counted.
            before: rows that came before these.
        """
        kept = values.drop_null()
        if not len(kept) or self._all_as_before(kept):
            return
        kept = pc.utf8_trim_whitespace(kept)
        for kind, fits in self._sorted(kept):
            place = pc.index(fits, True).as_py()
            if place >= 0:
                self._note(kind, pc.sum(fits).as_py(), values, place, before)

    def _all_as_before(self, kept: pa.Array) -> bool:
        """Count values that are surely of the only kind seen so far, without a second look."""
        seen = set(self.counts)
        if (
            seen == {"text"}
            and not pc.any(pc.match_substring_regex(kept, spelling.NOT_TEXT)).as_py()
        ):
            self.counts["text"] += len(kept)
            return True
        if not (seen and seen <= NUMBERS) or self.decimal == "," or seen == {"digits"}:
            return False
        kind = "number" if "number" in seen else "integer"
        if kind not in seen or not _plain(kept, kind):
            return False
        self.counts[kind] += len(kept)
        return True

    def _sorted(self, kept: pa.Array) -> Iterator[tuple[str, pa.Array]]:
        """Yield each kind with the values that are of it, what was frequent so far first."""
        left = pc.is_valid(kept)
        for kind in sorted(spelling.KINDS, key=lambda kind: -self.counts.get(kind, 0)):
            fits = pc.and_(
                left, pc.match_substring_regex(kept, spelling.pattern(kind, self.decimal))
            )
            yield from spelling.told_apart(kind, fits, kept)
            left = pc.and_not(left, fits)
            if not pc.any(left).as_py():
                return
        yield "text", left

    def _note(self, kind: str, count: int, values: pa.Array, place: int, before: int) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + count
        if kind not in self.first:
            row = place if not values.null_count else _row(values, place)
            self.first[kind] = (before + row + 1, values[row].as_py())


def decide(tally: Tally, name: str) -> str:
    """Return what a column is: boolean, integer, number, text or timestamp.

    Args:
        tally: of all its values.
        name: the column's, for messages.

    Raises:
        ValueError: it has no values, or values of kinds that do not go together.
    """
    kinds, counts = set(tally.counts), tally.counts
    if not kinds:
        raise ValueError(
            f"column '{name}' has no value at all: leave it out with `columns.select`, or say what "
            f"it is with `columns.cast: {{{name}: number}}`"
        )
    if kinds in ({"integer"}, {"boolean"}):
        return min(kinds)
    if kinds <= NUMBERS:
        return "number" if "number" in kinds else "text"
    if kinds <= {"date", "time"} or kinds == {"time with zone"}:
        return "timestamp"
    words = counts.get("text", 0)
    if spelling.one_form(kinds) or words > sum(counts.values()) - words:
        return "text"
    raise ValueError(_mixture(tally, name))


def remark(counts: Mapping[str, int]) -> str | None:
    """Return what a person may want to know of a column that was taken as text."""
    if spelling.one_form(set(counts)):
        return "looks like dates: say their format with `columns.dates`"
    if set(counts) <= {"integer", "digits"} and "digits" in counts:
        return "digits that a number would lose: kept as text"
    return None


def _mixture(tally: Tally, name: str) -> str:
    """Return what is wrong with a column of several kinds, and how to mend it."""
    places = sorted((row, kind, value) for kind, (row, value) in tally.first.items())
    seen = "; ".join(
        f"row {row} has {shown(value)} ({WORDS.get(kind, kind)}, {tally.counts[kind]} in all)"
        for row, kind, value in places
    )
    kinds = set(tally.counts)
    if kinds <= NUMBERS | {"infinite"}:
        fix = "write a finite number there, or list the word under `nulls`"
        return f"column '{name}' has numbers that are none: {seen}: {fix}"
    if kinds <= NUMBERS | {"other decimal"}:
        other = "," if tally.decimal == "." else "."
        fix = f"state `decimal: '{other}'`, or leave out the signs between thousands"
        return f"column '{name}' has numbers with another decimal sign: {seen}: {fix}"
    if kinds <= {"date", "time", "time with zone", *spelling.DATES}:
        fix = f"write one format, or say `columns.cast: {{{name}: text}}`"
        return f"column '{name}' has dates in two formats: {seen}: {fix}"
    fix = f"correct the values, or say what it is with `columns.cast: {{{name}: text}}`"
    return f"column '{name}' changes its type: {seen}: {fix}"


def shown(value: object) -> str:
    """Return a value for a message, cut short.

    Example:
        >>> shown("a" * 100)
        "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...'"
    """
    text = str(value)
    return repr(text if len(text) <= 40 else f"{text[:40]}...")


def _plain(kept: pa.Array, kind: str) -> bool:
    """Return whether all values are surely numbers of this kind: by casting, which is cheap."""
    try:
        numbers = pc.cast(kept, pa.int64() if kind == "integer" else pa.float64())
    except pa.ArrowInvalid:
        return False
    ends = pc.min_max(numbers)
    low, high = ends["min"].as_py(), ends["max"].as_py()
    if kind == "number":
        return bool(pc.all(pc.is_finite(numbers)).as_py())
    if low < -BIGGEST or high > BIGGEST:
        return False
    return not pc.any(pc.match_substring_regex(kept, "^[+-]?0[0-9xX]")).as_py()


def _row(values: pa.Array, place: int) -> int:
    """Return the place among all values of the one at `place` among those that are there."""
    return int(pc.indices_nonzero(pc.is_valid(values))[place].as_py())
