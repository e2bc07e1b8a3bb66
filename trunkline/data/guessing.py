"""Columns of text become typed columns: first all rows are looked at, then all are cast."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from trunkline.data import casting, choosing, inference, working
from trunkline.data.casting import Target
from trunkline.data.choosing import Choice
from trunkline.data.inference import Tally
from trunkline.data.streams import Stream


def guessed(stream: Stream, chosen: Sequence[Choice], decimal: str, place: str) -> Stream:
    """Return the columns of a stream of text as what their values are.

    Args:
        stream: columns of text, by their names in the source.
        chosen: the columns that are taken; one with a kind is not guessed at.
        decimal: between the whole part of a number and the rest.
        place: the file, for messages.

    Raises:
        ValueError: there are no rows; a column has no value, or mixes kinds; or, when it is read,
            a value that does not fit.
    """
    tallies = _tallies(stream, chosen, decimal, place)
    targets = {
        choice: Target(choice.name, kind(choice, tallies, place), decimal, choice.dates)
        for choice in chosen
    }
    schema = pa.schema([pa.field(t.name, casting.TYPES[t.kind]) for t in targets.values()])

    def batches() -> Iterator[pa.RecordBatch]:
        before = 0
        for batch in working.ahead(stream.batches()):
            arrays = [
                casting.cast(batch.column(choice.source), target, before, place)
                for choice, target in targets.items()
            ]
            typed = pa.RecordBatch.from_arrays(arrays, schema=schema)
            yield choosing.checked(typed, before, place)
            before += batch.num_rows

    columns = [told(choice, target, tallies) for choice, target in targets.items()]
    return replace(stream, schema=schema, batches=batches, told={**stream.told, "columns": columns})


def _tallies(
    stream: Stream, chosen: Sequence[Choice], decimal: str, place: str
) -> dict[str, Tally]:
    """Return what the values of each column are that nobody has said."""
    tallies = {choice.source: Tally(decimal) for choice in chosen if choice.kind is None}
    before = 0
    for batch in working.ahead(stream.batches()):
        for name, tally in tallies.items():
            tally.add(batch.column(name), before)
        before += batch.num_rows
    if not before:
        raise ValueError(f"{place}: expected rows, the file has a header and none")
    return tallies


def kind(choice: Choice, tallies: dict[str, Tally], place: str) -> str:
    """Return what a column is: as stated, else by its values.

    Raises:
        ValueError: it has no value, or mixes kinds; names the file and the column.
    """
    if choice.kind is not None:
        return choice.kind
    try:
        return inference.decide(tallies[choice.source], choice.source)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from error


def told(choice: Choice, target: Target, tallies: dict[str, Tally]) -> dict[str, Any]:
    """Return how a column was decided."""
    facts: dict[str, Any] = {"name": target.name, "kind": target.kind}
    if choice.name != choice.source:
        facts["source"] = choice.source
    if choice.kind is not None:
        return {**facts, "decided": "stated"}
    tally = tallies[choice.source]
    remark = inference.remark(tally.counts) if target.kind == "text" else None
    facts |= {"decided": "by all values", "values": dict(sorted(tally.counts.items()))}
    return facts | ({"remark": remark} if remark else {})
