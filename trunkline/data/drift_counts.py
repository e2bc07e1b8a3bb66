"""Rows below and at the edges of a reference, or of its categories: few passes over a table."""

from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

import duckdb

from trunkline.data import queries

AT_ONCE = 16  # columns of one pass


def number(name: str, kind: str) -> str:
    """Return the SQL of what is compared of a column: numbers that are finite, lengths of texts."""
    quoted = queries.name(name)
    value = f"CAST({f'length({quoted})' if kind == 'length' else quoted} AS DOUBLE)"
    return f"(CASE WHEN isfinite({value}) THEN {value} END)"


def category(name: str) -> str:
    """Return the SQL of a column's classes, as text."""
    return f"CAST({queries.name(name)} AS VARCHAR)"


def count(
    asked: duckdb.DuckDBPyConnection, source: str, columns: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return the counts of a table's columns over the edges of a reference.

    Args:
        asked: a connection.
        source: the table, in SQL.
        columns: by name, `kind` and `edges`; the edges of categories are the categories.

    Returns:
        By name, `present` and `missing` rows; what is not finite counts as missing. Of numbers
        `below` and `at_most` each edge; of categories the `rows` of each.
    """
    numbers = {name: c for name, c in columns.items() if c["kind"] != "category"}
    found: dict[str, dict[str, Any]] = {}
    for names in _portions(list(numbers)):
        found |= _numbers(asked, source, {name: numbers[name] for name in names})
    for name, column in columns.items():
        if column["kind"] == "category":
            found[name] = _categories(asked, source, category(name), column["edges"])
    return {name: found[name] for name in columns}


def _portions(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), AT_ONCE):
        yield names[start : start + AT_ONCE]


def _numbers(
    asked: duckdb.DuckDBPyConnection, source: str, columns: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return the counts of several columns, in one pass over them."""
    wanted = ["count(*)"]
    for name, column in columns.items():
        value = number(name, column["kind"])
        # Without an edge there was no value; any edge will do to count what is there now.
        edges = f"[{', '.join(map(repr, map(float, column['edges'] or [0.0])))}]::DOUBLE[]"
        wanted += [f"count({value})", f"histogram({value}, {edges})"]
        wanted += [f"histogram_exact({value}, {edges})"]
    rows, *cells = _row(asked, f"SELECT {', '.join(wanted)} FROM {source}")  # noqa: S608
    found = {}
    for place, (name, column) in enumerate(columns.items()):
        present, reached, exact = cells[3 * place : 3 * place + 3]
        edges = column["edges"]
        at_most = list(accumulate((reached or {}).get(float(edge), 0) for edge in edges))
        at = [(exact or {}).get(float(edge), 0) for edge in edges]
        below = [most - here for most, here in zip(at_most, at, strict=True)]
        found[name] = {
            "edges": edges, "present": present, "missing": rows - present, "below": below,
            "at_most": at_most,
        }  # fmt: skip
    return found


def _categories(
    asked: duckdb.DuckDBPyConnection, source: str, value: str, classes: list[str]
) -> dict[str, Any]:
    rows, present = _row(asked, f"SELECT count(*), count({value}) FROM {source}")  # noqa: S608
    listed = ", ".join(map(queries.text, classes)) or "NULL"
    found = asked.execute(
        f"SELECT {value} AS v, count(*) FROM {source} WHERE v IN ({listed}) GROUP BY v"  # noqa: S608
    ).fetchall()
    known = dict(found)
    return {
        "edges": classes, "present": present, "missing": rows - present,
        "rows": [known.get(one, 0) for one in classes],
    }  # fmt: skip


def _row(asked: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    return asked.execute(query).fetchall()[0]
