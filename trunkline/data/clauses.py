"""The clauses of a contract: its expectations, one for each column they are about.

A contract is a mapping, in a file a person reads:
`{"dataset", "description", "licence", "expectations": [{"type", "columns" | "column", "kwargs",
"why"}]}`. Types are those of Great Expectations; `columns` are names or patterns with `*`, and
each column they stand for is checked for itself; without them the whole table is. What `rules`
stand beside the expectations is told in `rules`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from trunkline.data import shapes, tables
from trunkline.settings import naming

KEYS = ("dataset", "description", "licence", "expectations", "rules")
ENTRY_KEYS = ("type", "column", "columns", "kwargs", "why")


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One expectation about one column, or about the table where `column` is empty."""

    type: str
    column: str
    kwargs: Mapping[str, Any]
    why: str


def read(frame: pd.DataFrame, contract: Mapping[str, Any]) -> list[Clause]:
    """Return one clause for each column that each expectation is about.

    Raises:
        ValueError: as `shapes`; the contract lacks a key, has one that is unknown, or names a
            column that the table has not.
    """
    shapes.check(contract)
    _check_keys(contract, KEYS, ("dataset", "expectations"), "the contract")
    clauses = []
    for number, entry in enumerate(contract["expectations"], start=1):
        where = f"expectation {number} of the contract for '{contract['dataset']}'"
        _check_keys(entry, ENTRY_KEYS, ("type",), where)
        patterns = [*entry.get("columns", []), *([entry["column"]] if "column" in entry else [])]
        kwargs = entry.get("kwargs", {})
        _columns(frame, _named_columns(kwargs), where)
        clauses += [
            Clause(type=entry["type"], column=column, kwargs=kwargs, why=entry.get("why", ""))
            for column in _columns(frame, patterns, where) or [""]
        ]
    return clauses


def about(clause: Clause, names: Collection[str]) -> list[str]:
    """Return the columns that a clause looks at, also those that its `row_condition` names.

    Args:
        clause: that names columns which exist.
        names: all columns of the table.
    """
    named = [clause.column] if clause.column else []
    condition = str(clause.kwargs.get("row_condition") or "")
    mentioned = [name for name in names if name in condition]
    return list(dict.fromkeys([*named, *_named_columns(clause.kwargs), *mentioned]))


def _check_keys(
    value: Mapping[str, Any], keys: Sequence[str], required: Sequence[str], where: str
) -> None:
    for key in value:
        if key not in keys:
            raise ValueError(f"{where} has an unknown key '{key}'{naming.suggestion(key, keys)}")
    for key in required:
        if key not in value:
            raise ValueError(f"{where} has no '{key}', which it needs")


def _named_columns(kwargs: Mapping[str, Any]) -> list[str]:
    """Return the columns that arguments name, in expectations about several columns."""
    pair = [kwargs[key] for key in ("column_A", "column_B") if key in kwargs]
    return [*pair, *kwargs.get("column_list", [])]


def _columns(frame: pd.DataFrame, patterns: Sequence[str], where: str) -> list[str]:
    try:
        return tables.columns(frame, patterns)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
