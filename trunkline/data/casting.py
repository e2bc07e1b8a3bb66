"""From what a source holds to what a column is: all values fit, or the first misfit is told."""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import inference

TYPES = {
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "text": pa.large_string(),
    "timestamp": pa.timestamp("us"),
}
EXPECTED = {
    "boolean": "true or false",
    "integer": "a whole number of at most 18 digits",
    "number": "a finite number",
    "text": "text",
    "timestamp": "a date, or a date with its time, such as 2024-01-31 or 2024-01-31 12:30:00",
}
DIGITS = 18  # of a whole number, with its sign
HEXADECIMAL = ("0x", "0X", "-0x", "-0X")
ZONE = r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"


@dataclass(frozen=True)
class Target:
    """What a column is to become.

    Attributes:
        name: the column's, for messages.
        kind: one of `TYPES`.
        decimal: between the whole part of a number and the rest, in text.
        dates: the format of dates in text; none for ISO 8601.
    """

    name: str
    kind: str
    decimal: str = "."
    dates: str | None = None


def cast(values: pa.Array, target: Target, before: int, place: str) -> pa.Array:
    """Return the values as the kind of the target; what is missing stays so.

    Times with a zone become those of UTC.

    Args:
        values: of any type of Arrow that holds single values.
        target: what they become.
        before: rows that came before these, for messages.
        place: the file, for messages.

    Raises:
        ValueError: a value does not fit; names the file, the column, the row and the value.
    """
    convert = _from_text if _is_text(values.type) else _from_type

    def attempt(part: pa.Array) -> pa.Array | None:
        try:
            found = convert(part, target)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return None
        return found if _kept(part, found, target.kind) else None

    found = attempt(values)
    if found is None:
        row = _first_misfit(values, attempt)
        expected = EXPECTED[target.kind]
        if target.dates:
            expected = f"a date like '{target.dates}'"
        value = inference.shown(values[row].as_py())
        raise ValueError(
            f"{place}: column '{target.name}', row {before + row + 1}: expected {expected}, "
            f"received {value}: correct it, or say what the column is with `columns.cast: "
            f"{{{target.name}: text}}`"
        )
    return found


def _from_text(values: pa.Array, target: Target) -> pa.Array:
    if target.kind == "text":
        return pc.cast(values, TYPES["text"])
    if target.kind == "integer" and (plain := _digits(values)) is not None:
        return plain
    values = pc.utf8_trim_whitespace(values)
    match target.kind:
        case "integer":
            plain = pc.match_substring_regex(values, "^[+-]?[0-9]{1,18}$")
            whole = pc.replace_substring_regex(values, r"^\+", "")
            return pc.cast(pc.if_else(plain, whole, "refused"), pa.int64())
        case "number":
            if target.decimal == ",":
                values = pc.replace_substring(pc.replace_substring(values, ".", "x"), ",", ".")
            return pc.cast(values, pa.float64())
        case "timestamp":
            return _instant(values, target.dates)
    return pc.cast(values, TYPES[target.kind])


def _digits(values: pa.Array) -> pa.Array | None:
    """Return whole numbers that nothing surrounds, without a look at each sign; None if not so."""
    if (pc.max(pc.binary_length(values)).as_py() or 0) > DIGITS:
        return None
    if any(pc.any(pc.starts_with(values, pattern=mark)).as_py() for mark in HEXADECIMAL):
        return None  # Arrow would read it
    try:
        return pc.cast(values, pa.int64())
    except pa.ArrowInvalid:
        return None


def _instant(values: pa.Array, dates: str | None) -> pa.Array:
    if dates is not None:
        return pc.strptime(values, format=dates, unit="us", error_is_null=True)
    zoned = pc.any(pc.match_substring_regex(values, f":[0-9.:]*{ZONE}")).as_py()
    if zoned:
        return pc.cast(pc.cast(values, pa.timestamp("us", "UTC")), TYPES["timestamp"])
    return pc.cast(values, TYPES["timestamp"])


def _from_type(values: pa.Array, target: Target) -> pa.Array:
    kind = values.type
    if target.kind == "boolean" and not pa.types.is_boolean(kind):
        whole = pc.cast(values, pa.int64())
        return pc.cast(pc.if_else(pc.is_in(whole, pa.array([0, 1])), whole, None), pa.bool_())
    if target.kind == "timestamp" and pa.types.is_timestamp(kind) and kind.tz:
        values = pc.cast(values, pa.timestamp("us", "UTC"))
    if target.kind in ("integer", "number") and pa.types.is_boolean(kind):
        values = pc.cast(values, pa.int8())
    return pc.cast(values, TYPES[target.kind])


def _kept(values: pa.Array, found: pa.Array, kind: str) -> bool:
    """Return whether nothing was lost: no value became missing, no number infinite."""
    if found.null_count != values.null_count:
        return False
    if kind != "number" or pa.types.is_floating(values.type):
        return True
    return bool(pc.all(pc.is_finite(found)).as_py() in (True, None))


def _first_misfit(values: pa.Array, attempt: Callable[[pa.Array], pa.Array | None]) -> int:
    """Return the place of the first value that does not fit, by halving."""
    low, high = 0, len(values)  # the first `low` values fit, the first `high` do not
    while high - low > 1:
        middle = (low + high) // 2
        if attempt(values.slice(low, middle - low)) is None:
            high = middle
        else:
            low = middle
    return low


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
