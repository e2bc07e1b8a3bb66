"""Columns of text become typed columns in one pass: the first rows say what all the others are.

What they say is checked by all values, as `guessing` looks at them. Wherever a value, or what all
values together are, is not as foretold, the pass is given up with `Misfit`: the rows are then read
by `guessing`, which decides, and which says what is wrong.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import casting, choosing, guessing, working
from trunkline.data.casting import Target
from trunkline.data.choosing import Choice
from trunkline.data.inference import Tally
from trunkline.data.streams import Stream

FEW = 4  # values for each distinct one, from where each of these is looked at once
LEADING = ("0", "-0", "+0")  # digits after these are no number, or one that Arrow alone would read

# Returns the rows anew: text, but for the columns of these names in the source: float64.
Read = Callable[[Sequence[str]], Iterator[pa.RecordBatch]]


class Misfit(ValueError):
    """Rows are not what the first of them were."""


@dataclass
class _Column:
    """What one column is taken for, and what is known of its values so far.

    Attributes:
        parsed: whether it comes as numbers already.
        varied: whether its values hardly repeat, so that it is not worth looking for it.
    """

    choice: Choice
    target: Target
    tally: Tally
    parsed: bool
    varied: bool = False


def glanced(raw: Stream, read: Read, chosen: Sequence[Choice], decimal: str, place: str) -> Stream:
    """Return the columns of a stream of text as what its first rows are.

    Args:
        raw: columns of text, by their names in the source.
        read: the same rows, some columns parsed.
        chosen: the columns that are taken; one with a kind is not guessed at.
        decimal: between the whole part of a number and the rest.
        place: the file, for messages.

    Returns:
        The stream, which may stop with `Misfit` or any other error of value that `guessing` would
        tell better; `told` has its columns once it was read.

    Raises:
        ValueError: the first rows do not say what the columns are.
    """
    first = _first(raw)
    begun = [_begun(choice, first, decimal, place) for choice in chosen]
    schema = pa.schema([pa.field(c.target.name, casting.TYPES[c.target.kind]) for c in begun])
    told: list[dict[str, Any]] = []

    def batches() -> Iterator[pa.RecordBatch]:
        columns = [_anew(column) for column in begun]
        before = 0
        for batch in working.ahead(read([c.choice.source for c in columns if c.parsed])):
            arrays = [_typed(batch.column(c.choice.source), c, before, place) for c in columns]
            typed = pa.RecordBatch.from_arrays(arrays, schema=schema)
            yield choosing.checked(typed, before, place)
            before += batch.num_rows
        told[:] = [_told(column, place) for column in columns]

    return replace(raw, schema=schema, batches=batches, told={**raw.told, "columns": told})


def _first(raw: Stream) -> pa.RecordBatch:
    for batch in raw.batches():
        return batch
    raise Misfit("no rows")


def _begun(choice: Choice, first: pa.RecordBatch, decimal: str, place: str) -> _Column:
    tally = Tally(decimal)
    if choice.kind is None:
        tally.add(first.column(choice.source), 0)
    kind = guessing.kind(choice, {choice.source: tally}, place)
    target = Target(choice.name, kind, decimal, choice.dates)
    parsed = choice.kind is None and kind == "number" and decimal == "."
    return _Column(choice, target, tally, parsed)


def _anew(column: _Column) -> _Column:
    """Return a column before its first row: of numbers, the first batch was counted as text."""
    counts = dict(column.tally.counts) if column.parsed else {}
    return replace(column, tally=Tally(column.tally.decimal, counts))


def _told(column: _Column, place: str) -> dict[str, Any]:
    """Return how a column was decided, now that all values are known.

    Raises:
        ValueError: it is not what it was taken for.
    """
    tallies = {column.choice.source: column.tally}
    if guessing.kind(column.choice, tallies, place) != column.target.kind:
        raise Misfit(column.target.name)
    return guessing.told(column.choice, column.target, tallies)


def _typed(values: pa.Array, column: _Column, before: int, place: str) -> pa.Array:
    """Return values as what their column is, and count them."""
    if column.choice.kind is None and column.target.kind == "integer":
        return _whole(values, column)
    if column.parsed:
        return _parsed(values, column, before)
    if not column.varied:
        codes = values.dictionary_encode()
        column.varied = FEW * len(codes.dictionary) > len(values)
        if _count_distinct(codes, column):
            return casting.cast(codes.dictionary, column.target, before, place).take(codes.indices)
    if column.choice.kind is None:
        column.tally.add(values, before)
    return casting.cast(values, column.target, before, place)


def _count_distinct(codes: pa.DictionaryArray, column: _Column) -> bool:
    """Count values by looking at each distinct one; return whether they are few and of one kind."""
    if column.varied:
        return False
    if column.choice.kind is not None:
        return True
    found = Tally(column.tally.decimal)
    found.add(codes.dictionary, 0)
    if len(found.counts) > 1:
        return False
    for kind in found.counts:
        _count(column.tally, kind, len(codes) - codes.null_count)
    return True


def _parsed(values: pa.Array, column: _Column, before: int) -> pa.Array:
    """Return numbers that Arrow has parsed: as it casts text, so they are the same."""
    if pc.all(pc.is_finite(values)).as_py() is False:
        raise Misfit(column.target.name)
    if before:
        _count(column.tally, "number", len(values) - values.null_count)
    return values


def _whole(values: pa.Array, column: _Column) -> pa.Array:
    """Return whole numbers that are written as such: no sign too many, no zero before them."""
    lengths = pc.binary_length(values)
    if (pc.max(lengths).as_py() or 0) > casting.DIGITS:
        raise Misfit(column.target.name)
    for mark in LEADING:
        more = pc.and_(pc.starts_with(values, pattern=mark), pc.greater(lengths, len(mark)))
        if pc.any(more).as_py():
            raise Misfit(column.target.name)
    try:
        numbers = pc.cast(values, pa.int64())
    except pa.ArrowInvalid as error:
        raise Misfit(column.target.name) from error
    _count(column.tally, "integer", len(values) - values.null_count)
    return numbers


def _count(tally: Tally, kind: str, count: int) -> None:
    if count:
        tally.counts[kind] = tally.counts.get(kind, 0) + count
