"""What a table's columns hold, told by DuckDB over its Parquet file: never all rows at once.

NaN counts as missing, as it does to pandas. Counts, minima, maxima and sets do not depend on
threads, so the same table has the same profile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from trunkline.data import patterns, queries

FEW = 50  # distinct values that are kept, each with its rows
_NEAR = 200  # estimated distinct values up to which they are counted exactly
_MOST_UNIQUE = 0.8  # estimated share of distinct values from which uniqueness is looked at
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_KINDS = {
    **{name: "whole" for kind in _WHOLE for name in (kind, f"U{kind}")},
    "FLOAT": "number", "DOUBLE": "number", "BOOLEAN": "boolean", "VARCHAR": "text",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Column:
    """What one column holds.

    Attributes:
        kind: `whole`, `number`, `boolean`, `text`, `time`, or `other`, of which only the missing
            values are counted.
        rows: of the table.
        missing: rows without a value; NaN is none.
        infinite: values that are infinite.
        low: smallest value, of texts the shortest length; None without one. Never infinite.
        high: likewise the largest.
        values: each distinct value and its rows, in order; empty where there are more than 50.
        unique: whether no two rows share a value and none is missing.
        pattern: of texts, the pattern that all values have, and what it stands for.
    """

    name: str
    kind: str
    rows: int
    missing: int
    infinite: int = 0
    low: Any = None
    high: Any = None
    values: tuple[tuple[Any, int], ...] = ()
    unique: bool = False
    pattern: patterns.Pattern | None = None

    @property
    def present(self) -> int:
        """Rows with a value."""
        return self.rows - self.missing


def profile(table: Path) -> list[Column]:
    """Return what each column of a Parquet file holds, in the order of the table.

    Raises:
        ValueError: the table has no rows, so that nothing can be said about them.
    """
    with queries.connected() as asked:
        source = f"read_parquet({queries.text(str(table))})"
        described = asked.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608
        kinds = {row[0]: kind(row[1]) for row in described}
        rows = _one(asked, f"SELECT count(*) FROM {source}")[0]  # noqa: S608  names are quoted
        if not rows:
            raise ValueError(f"{table} has no rows: there is nothing to draft a contract from")
        return [_column(asked, source, name, kind, rows) for name, kind in kinds.items()]


def kind(type_: str) -> str:
    """Return which kind of column a type of DuckDB makes."""
    if type_.startswith("TIMESTAMP"):
        return "time"
    return "number" if type_.startswith("DECIMAL") else _KINDS.get(type_, "other")


def present(name: str, kind: str) -> str:
    """Return the SQL of a column's values, NULL where one is missing."""
    quoted = queries.name(name)
    if kind == "number":
        value = f"CAST({quoted} AS DOUBLE)"
        return f"(CASE WHEN isnan({value}) THEN NULL ELSE {value} END)"
    return quoted


def _column(
    asked: duckdb.DuckDBPyConnection, source: str, name: str, kind: str, rows: int
) -> Column:
    value = present(name, kind)
    if kind == "other":
        found = _one(asked, f"SELECT count({value}) FROM {source}")  # noqa: S608  as above
        return Column(name=name, kind=kind, rows=rows, missing=rows - found[0])
    size = f"length({value})" if kind == "text" else value
    finite = f"FILTER (NOT isinf({value}))" if kind == "number" else ""
    infinite = f"count(*) FILTER (isinf({value}))" if kind == "number" else "0"
    count, low, high, unbounded, about = _one(
        asked,
        f"SELECT count({value}), min({size}) {finite}, max({size}) {finite}, {infinite}, "  # noqa: S608
        f"approx_count_distinct({value}) FROM {source}",
    )
    few = about <= _NEAR and not unbounded
    values = _values(asked, source, value) if few else ()
    sought = kind == "text" and not values and name != "row_id"
    looked = kind in ("whole", "text") and count == rows and about >= _MOST_UNIQUE * rows
    return Column(
        name=name, kind=kind, rows=rows, missing=rows - count, infinite=unbounded, low=low,
        high=high, values=values, unique=looked and not _repeated(asked, source, value),
        pattern=patterns.find(asked, source, value) if sought else None,
    )  # fmt: skip


def _values(
    asked: duckdb.DuckDBPyConnection, source: str, value: str
) -> tuple[tuple[Any, int], ...]:
    found = asked.execute(
        f"SELECT {value} AS v, count(*) FROM {source} WHERE v IS NOT NULL "  # noqa: S608  as above
        f"GROUP BY v ORDER BY v LIMIT {FEW + 1}"
    ).fetchall()
    return tuple((row[0], row[1]) for row in found) if len(found) <= FEW else ()


def _repeated(asked: duckdb.DuckDBPyConnection, source: str, value: str) -> bool:
    query = f"SELECT {value} AS v FROM {source} GROUP BY v HAVING count(*) > 1 LIMIT 1"  # noqa: S608
    return bool(asked.execute(query).fetchall())


def _one(asked: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    return asked.execute(query).fetchall()[0]


def by_family(columns: Sequence[Column]) -> Iterator[list[Column]]:
    """Yield columns that are one thing measured many times together, any other by itself.

    Four columns or more are a family if they are of one kind and their names differ in a number
    at the end alone: `pixel_0` to `pixel_63`.
    """
    families: dict[tuple[str, ...], list[Column]] = {}
    for column in columns:
        stem = column.name.rstrip("0123456789")
        alike = (stem, column.kind) if stem != column.name else (column.name, "", "")
        families.setdefault(alike, []).append(column)
    for found in families.values():
        yield from [found] if len(found) > MEMBERS else [[column] for column in found]


MEMBERS = 3  # up to so many columns of a name are no family
