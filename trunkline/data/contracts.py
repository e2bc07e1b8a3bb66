"""Contracts: reviewed expectations about a table, checked by Great Expectations.

`clauses` says how a contract is written, `outcomes` what becomes of it. A table need not fit into
memory: expectations about rows are judged in groups of rows and counted (`counting`), values that
occur twice are found by DuckDB (`repeats`), expectations about a column see that column alone,
those about the table its outline. A suite so takes one pass over the rows, a second one where
rows break it, and one over each column that is asked about as a whole.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from trunkline.data import clauses, counting, judging, repeats, stored
from trunkline.data.clauses import Clause
from trunkline.data.counting import Tally
from trunkline.data.judging import Judge
from trunkline.data.outcomes import Outcome, Validation
from trunkline.data.stored import Stored

# Great Expectations does not know the text type of pandas 3, so types are compared here.
OF_TYPE = "expect_column_values_to_be_of_type"
# About rows, but a row's verdict depends on the others.
AMONG_OTHERS = (
    "expect_column_value_z_scores_to_be_less_than",
    "expect_column_values_to_be_decreasing",
    "expect_column_values_to_be_increasing",
    "expect_column_values_to_not_be_outliers",
)
TABLE = ("expect_table_", "expect_column_to_exist")  # what asks for the outline


def check(
    table: Stored | pd.DataFrame, contract: Mapping[str, Any], dataset: str = "", keep: int = 0
) -> Validation:
    """Return whether `table` holds to `contract`, expectation by expectation.

    Args:
        table: a table with a column `row_id`.
        contract: as in `clauses`.
        dataset: the dataset that the contract must be for; empty for any.
        keep: as many names of rows are kept of each broken expectation about rows.

    Raises:
        ValueError: the contract has an unknown key, names a column that does not exist or an
            expectation that does not exist, or gives it arguments that it does not take.
    """
    rows = stored.of_frame(table) if isinstance(table, pd.DataFrame) else table
    found = dict(enumerate(clauses.read(rows.empty(), contract)))
    if dataset and contract["dataset"] != dataset:
        raise ValueError(
            f"contracts/{dataset}.json is to be the contract of '{dataset}', but its `dataset` is "
            f"'{contract['dataset']}': review it for this dataset and name it there"
        )
    typed = {place: clause for place, clause in found.items() if clause.type == OF_TYPE}
    outcomes = {place: _type_outcome(rows, clause) for place, clause in typed.items()}
    others = {place: clause for place, clause in found.items() if place not in typed}
    judge = Judge(others)
    whole = {p: c for p, c in others.items() if not _by_row(judge, p, c)}
    tallies = _tallies(rows, judge, {p: c for p, c in others.items() if p not in whole}, keep)
    outcomes |= {place: _counted(found[place], tally) for place, tally in tallies.items()}
    outcomes |= _seen_whole(rows, judge, whole)
    names = {p: t.names for p, t in tallies.items() if not t.success and not t.error}
    return Validation(
        dataset=contract["dataset"],
        rows=rows.rows,
        expectations=tuple(outcomes[place] for place in found),
        broken_by=names,
    )


def _type_outcome(table: Stored, clause: Clause) -> Outcome:
    found, expected = table.types[clause.column], clause.kwargs.get("type_")
    return Outcome(**vars(clause), success=found == expected, observed=found)


def _by_row(judge: Judge, place: int, clause: Clause) -> bool:
    """Return whether rows break a clause, each whatever the others hold, or by occurring twice."""
    if clause.type in (repeats.ONE, repeats.SEVERAL):
        return repeats.counted(clause)
    return judge.by_row(place) and clause.type not in AMONG_OTHERS


def _tallies(
    table: Stored, judge: Judge, asked: Mapping[int, Clause], keep: int
) -> dict[int, Tally]:
    twice = {place: clause for place, clause in asked.items() if repeats.counted(clause)}
    once = {place: clause for place, clause in asked.items() if place not in twice}
    found = counting.tallies(table, judge, once, keep) if once else {}
    return found | repeats.tallies(table, twice, keep)


def _counted(clause: Clause, tally: Tally) -> Outcome:
    return Outcome(
        **vars(clause),
        success=tally.success,
        unexpected_count=0 if tally.error else tally.unexpected,
        examples=tally.examples,
        error=tally.error,
    )


def _seen_whole(table: Stored, judge: Judge, asked: Mapping[int, Clause]) -> dict[int, Outcome]:
    """Return the outcomes of clauses about whole columns, a column at a time, and the table."""
    together: dict[tuple[str, ...], list[int]] = {}
    for place, clause in asked.items():
        about = () if clause.type.startswith(TABLE) else clauses.about(clause, table.types)
        together.setdefault(tuple(about), []).append(place)
    found: dict[int, Outcome] = {}
    for columns, places in together.items():
        frame = table.whole(columns) if columns else table.outline()
        results = judge.judge(frame, places, judging.COUNTS)
        broken = [p for p in places if not results[p]["success"] and judge.by_row(p)]
        named = _named(table, judge, columns, broken)
        found |= {p: _outcome(asked[p], results[p], named.get(p, ())) for p in places}
    return found


def _named(
    table: Stored, judge: Judge, columns: Sequence[str], broken: list[int]
) -> dict[int, tuple[str, ...]]:
    if not broken:
        return {}
    frame = table.whole(list(dict.fromkeys([*columns, "row_id"])))
    found: dict[int, tuple[str, ...]] = {}
    for place, result in judge.judge(frame, broken, judging.ROWS).items():
        tally = Tally()
        tally.name(counting.rows(frame, result))
        found[place] = tally.examples
    return found


def _outcome(clause: Clause, result: Mapping[str, Any], examples: tuple[str, ...]) -> Outcome:
    return Outcome(
        **vars(clause),
        success=result["success"],
        observed=result["observed_value"],
        unexpected_count=int(result.get("unexpected_count") or 0),
        examples=examples,
        error=result["error"],
    )


def names(validation: Validation) -> pa.Array | None:
    """Return the rows that break an expectation about rows; None where they are too many."""
    found = list(validation.broken_by.values())
    if any(rows is None for rows in found):
        return None
    return pa.chunked_array([r for r in found if r is not None], pa.large_string()).unique()
