"""The reference of a dataset: what its accepted version was like, in a few counts a column.

It is small, the same bytes for the same rows, and committed: a person accepts a version of the
data as a person accepts code. Of a column of numbers it has how many rows lie below and at each
of some edges: every value where there are up to 40, else every twentieth quantile. Of categories
it has the rows of each, of other texts what it has of numbers, for their lengths. Dates are left
out: they are to move on, and the contract says how far.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from trunkline.data import drift_counts, profiles, queries
from trunkline.data.profiles import Column

ALL = 40  # distinct numbers up to which each is an edge
SAMPLE = 1_000_000  # rows from which quantiles are taken
PARTS = 20  # else between so many quantiles
Reference = dict[str, Any]


def make(dataset: str, table: Path, classes: Sequence[str]) -> Reference:
    """Return the reference of an ingested table.

    Args:
        dataset: its name.
        table: its Parquet file.
        classes: columns that hold classes, whatever their type.

    Raises:
        ValueError: the table has no rows.
    """
    columns = profiles.profile(table)
    kinds = {c.name: kind for c in columns if (kind := _kind(c, classes)) is not None}
    with queries.connected() as asked:
        source = f"read_parquet({queries.text(str(table))})"
        edges = {
            name: {"kind": kind, "edges": _edges(asked, source, name, kind)}
            for name, kind in kinds.items()
        }
        counts = drift_counts.count(asked, source, edges)
    found = {name: {"kind": kinds[name], **counts[name]} for name in kinds}
    return {"dataset": dataset, "rows": columns[0].rows, "columns": found}


def text(reference: Mapping[str, Any]) -> str:
    """Return a reference as JSON: a line for each column, so that a change can be reviewed."""
    lines = [f"    {_json(name)}: {_json(c)}" for name, c in reference["columns"].items()]
    head = f'  "dataset": {_json(reference["dataset"])},\n  "rows": {reference["rows"]},\n'
    return "{\n" + head + '  "columns": {\n' + ",\n".join(lines) + "\n  }\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _kind(column: Column, classes: Sequence[str]) -> str | None:
    """Return how a column is compared; None for not at all."""
    if column.name == "row_id" or column.kind in ("time", "other"):
        return None
    if column.name in classes or column.kind == "boolean":
        return "category"
    if column.kind == "text":
        return "category" if column.values else "length"
    return "number"


def _edges(asked: duckdb.DuckDBPyConnection, source: str, name: str, kind: str) -> list[Any]:
    """Return what rows are counted over.

    Of categories the most frequent. Of numbers every value where there are few, else quantiles,
    to six digits but for the ends.
    """
    if kind == "category":
        value = drift_counts.category(name)
        found = asked.execute(
            f"SELECT {value} AS v, count(*) AS n FROM {source} WHERE v IS NOT NULL "  # noqa: S608
            f"GROUP BY v ORDER BY n DESC, v LIMIT {profiles.FEW}"
        ).fetchall()
        return sorted(row[0] for row in found)
    value = drift_counts.number(name, kind)
    found = asked.execute(
        f"SELECT DISTINCT {value} AS v FROM {source} WHERE v IS NOT NULL LIMIT {ALL + 1}"  # noqa: S608
    ).fetchall()
    if len(found) <= ALL:
        return sorted(_plain(row[0]) for row in found)
    least, most = asked.execute(f"SELECT min({value}), max({value}) FROM {source}").fetchall()[0]  # noqa: S608
    between = _quantiles(asked, source, value)
    shorter = {float(f"{edge:.6g}") for edge in between}
    inner = {edge for edge in shorter if least < edge < most}
    return [_plain(edge) for edge in sorted({least, *inner, most})]


def _quantiles(asked: duckdb.DuckDBPyConnection, source: str, value: str) -> list[float]:
    """Return the quantiles of at most about a million rows, which fit into memory.

    An edge may lie anywhere, for rows are counted over all of the table. Which rows are asked is
    decided by a hash of their name, so that neither their order nor threads matter.
    """
    rows = asked.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0]  # noqa: S608  as below
    levels = [level / PARTS for level in range(1, PARTS)]
    found = asked.execute(
        f"SELECT quantile_disc({value}, {levels}) FROM {source} "  # noqa: S608  names are quoted
        f"WHERE hash(row_id) % {1 + rows // SAMPLE} = 0"
    ).fetchall()
    return [edge for edge in found[0][0] or () if edge is not None]


def _plain(number: float) -> float:
    """Return a whole number as such: shorter to read, the same value."""
    return int(number) if float(number).is_integer() and abs(number) < 2**53 else number


def binned(column: Mapping[str, Any], counted: Mapping[str, Any]) -> list[int]:
    """Return rows in each bin of a reference: of itself, or of another table counted by it.

    Bins are the ten between quantiles of the reference, fewer where quantiles coincide. What lies
    below its smallest value or above its largest was not seen before: two bins more.

    Args:
        column: of the reference.
        counted: of the reference or of the other table, over the same edges.
    """
    rows = column["at_most"]
    if not rows:
        return [counted["present"]]
    tenths = [10 * count for count in rows]
    ends = {next(i for i, n in enumerate(tenths) if n >= k * rows[-1]) for k in range(1, 11)}
    totals = [0, counted["below"][0], *(counted["at_most"][i] for i in sorted(ends))]
    return [high - low for low, high in pairwise([*totals, counted["present"]])]
