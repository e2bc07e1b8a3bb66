"""Row by row checks, in groups of rows whose counts are merged.

A row's verdict does not depend on the other rows, so counts of groups add up to those of the
table. What does depend on them is not here: values that occur twice are `repeats`, whole columns
are `contracts`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import clauses, judging, tables
from trunkline.data.clauses import Clause
from trunkline.data.judging import Judge
from trunkline.data.stored import Stored

# Great Expectations compares these value by value where a type is none of its own.
COMPARED = ("expect_column_values_to_be_between",)


@dataclass(kw_only=True)
class Tally:
    """What is known of one clause so far: values looked at, missing, unexpected; rows of these.

    Attributes:
        keep: as many names are kept; where there are more, none are but the examples.
    """

    mostly: float = 1.0
    keep: int = 0
    elements: int = 0
    missing: int = 0
    unexpected: int = 0
    error: str = ""
    examples: tuple[str, ...] = ()
    _names: list[pa.Array] = field(default_factory=list)
    _count: int = 0

    @property
    def success(self) -> bool:
        """Whether as many values are expected as `mostly` asks for."""
        looked = self.elements - self.missing
        share = (looked - self.unexpected) / looked if looked else 1.0
        return not self.error and share >= self.mostly

    @property
    def names(self) -> pa.Array | None:
        """The rows that break it, or None where they are more than `keep`."""
        if self._count > self.keep:
            return None
        return pc.unique(pa.chunked_array(self._names, pa.large_string()))

    def add(self, found: Mapping[str, Any]) -> None:
        """Count what was found in a group of rows."""
        self.elements += int(found.get("element_count") or 0)
        self.missing += int(found.get("missing_count") or 0)
        self.unexpected += int(found.get("unexpected_count") or 0)
        self.error = self.error or found["error"]

    def name(self, names: Iterable[str]) -> None:
        """Note the names of rows that break it."""
        found = list(names)
        self._count += len(found)
        self.examples = tuple(sorted({*self.examples, *found})[: tables.EXAMPLES])
        if self._count <= self.keep:
            self._names.append(pa.array(found, pa.large_string()))
        else:
            self._names.clear()


def tallies(
    stored: Stored, judge: Judge, asked: Mapping[int, Clause], keep: int
) -> dict[int, Tally]:
    """Return what is found of each clause, by its place.

    Args:
        stored: the table.
        judge: knows the clauses.
        asked: clauses about rows, each for itself.
        keep: as many names of rows are kept of each clause.
    """
    found = {p: Tally(mostly=float(c.kwargs.get("mostly", 1)), keep=keep) for p, c in asked.items()}
    for frame in stored.frames(_columns(asked, stored)):
        for place, result in _judged(judge, frame, asked, judging.COUNTS).items():
            found[place].add(result)
    # Looking for rows takes as long again, so only what is broken is asked for them.
    broken = {p: asked[p] for p, tally in found.items() if not tally.success and not tally.error}
    if broken:
        for frame in stored.frames([*_columns(broken, stored), "row_id"]):
            for place, result in _judged(judge, frame, broken, judging.ROWS).items():
                found[place].name(rows(frame, result))
    return found


def rows(frame: pd.DataFrame, result: Mapping[str, Any]) -> list[str]:
    """Return the names of the rows that a result with rows is about."""
    places = result.get("unexpected_index_list") or []
    return [str(name) for name in frame["row_id"].take(places)]


def _judged(
    judge: Judge, frame: pd.DataFrame, asked: Mapping[int, Clause], result_format: dict[str, Any]
) -> dict[int, dict[str, Any]]:
    compared = [place for place, clause in asked.items() if clause.type in COMPARED]
    others = [place for place in asked if place not in compared]
    found = judge.judge(frame, others, result_format) if others else {}
    if compared:
        found |= judge.judge(judging.comparable(frame), compared, result_format)
    return found


def _columns(asked: Mapping[int, Clause], stored: Stored) -> Sequence[str]:
    named = {n for clause in asked.values() for n in clauses.about(clause, stored.types)}
    return [name for name in stored.types if name in named and name != "row_id"] + (
        ["row_id"] if "row_id" in named else []
    )
