"""Summaries of a dataset for people: its rows, columns and classes, and some rows to look at."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from trunkline.data import queries
from trunkline.data.stored import VIEW, Stored

SAMPLES = 60  # rows to look at


def summarise(
    parts: Mapping[str, Stored], quarantine: int, stratify: tuple[str, ...]
) -> dict[str, Any]:
    """Describe a dataset's rows, columns and classes, of tables that need not fit into memory.

    Args:
        parts: `train`, `validation` and `test`.
        quarantine: how many rows were set aside.
        stratify: the columns that stratify the split.

    Returns:
        `rows`: how many were ingested, are in each part, and were set aside; `columns`: by the
        training rows alone, for each but `row_id`, its name, type, missing and distinct values
        and, of numbers, minimum, maximum and mean to six significant digits; `classes`:
        `{column: {part: {label: rows}}}` of the columns that stratify.
    """
    sizes = {name: part.rows for name, part in parts.items()} | {"quarantine": quarantine}
    train = parts["train"]
    with queries.connected() as connection:
        train.view(connection)
        columns = [_column(connection, train, name) for name in train.types if name != "row_id"]
    classes: dict[str, dict[str, dict[str, int]]] = {column: {} for column in stratify}
    for name, part in parts.items():
        with queries.connected() as connection:
            part.view(connection)
            for column in stratify:
                classes[column][name] = _rows_by_label(connection, column)
    rows = {"ingested": sum(sizes.values()), **sizes}
    return {"rows": rows, "columns": columns, "classes": classes}


def samples(train: Stored, stratify: tuple[str, ...]) -> pd.DataFrame:
    """Return up to 60 training rows, spread evenly over the labels of the first stratify column.

    Args:
        train: training rows in the order of their hashes, which is the order they are chosen in.
        stratify: as in the split's settings; without it, the first rows are taken.
    """
    places = _spread(train, stratify[0]) if stratify else list(range(min(SAMPLES, train.rows)))
    found: dict[int, pd.DataFrame] = {}
    start = 0
    for frame in _frames(train, 1 + max(places, default=0)):
        here = [place for place in places if start <= place < start + len(frame)]
        found |= {place: frame.iloc[[place - start]] for place in here}
        start += len(frame)
    return pd.concat([found[place] for place in places]).reset_index(drop=True)


def _frames(train: Stored, rows: int) -> Iterator[pd.DataFrame]:
    """Yield groups of rows until so many were seen."""
    for frame in train.frames(list(train.types)):
        yield frame
        rows -= len(frame)
        if rows <= 0:
            return


def _spread(train: Stored, column: str) -> list[int]:
    """Return the places of rows whose labels take turns."""
    best = pd.DataFrame({"turn": [], "label": [], "place": []})
    seen: Counter[Any] = Counter()
    start = 0
    for frame in train.frames([column]):
        labels = frame[column]
        turn = labels.groupby(labels).cumcount() + labels.map(seen).fillna(0).astype("int64")
        places = range(start, start + len(frame))
        here = pd.DataFrame({"turn": turn, "label": labels, "place": places})
        both = pd.concat([best, here]) if len(best) else here
        best = both.sort_values(["turn", "label"], kind="stable").head(SAMPLES)
        seen.update(labels.value_counts().to_dict())
        start += len(frame)
    return [int(place) for place in best["place"]]


def _column(connection: duckdb.DuckDBPyConnection, train: Stored, name: str) -> dict[str, Any]:
    kind = train.schema.field(name).type
    column = queries.name(name)
    known = f"{column} IS NOT NULL"
    if pa.types.is_floating(kind):
        known += f" AND NOT isnan({column})"
    rows, distinct = _one(
        connection,
        f"SELECT coalesce(sum(n), 0), count(*) FROM (SELECT count(*) AS n FROM {VIEW} "  # noqa: S608
        f"WHERE {known} GROUP BY {column})",
    )
    facts: dict[str, Any] = {
        "name": name,
        "type": train.types[name],
        "missing": train.rows - int(rows),
        "distinct": int(distinct),
    }
    if pd.api.types.is_numeric_dtype(train.types[name]):
        facts |= _of_numbers(connection, train, name)
    return facts


def _of_numbers(connection: duckdb.DuckDBPyConnection, train: Stored, name: str) -> dict[str, Any]:
    column = queries.name(name)
    floating = pa.types.is_floating(train.schema.field(name).type)
    number = column if floating else f"{column}::HUGEINT"
    where = f"isfinite({column})" if floating else f"{column} IS NOT NULL"
    # A sum of floats depends on their order in DuckDB; that of whole numbers is exact.
    total = "NULL" if floating else f"sum({number})"
    rows, low, high, exact = _one(
        connection,
        f"SELECT count(*), min({number}), max({number}), {total} FROM {VIEW} WHERE {where}",  # noqa: S608
    )
    if not rows:
        return {}
    mean = (math.fsum(_finite(train, name)) if floating else float(exact)) / rows
    return {"minimum": _rounded(low), "maximum": _rounded(high), "mean": _rounded(mean)}


def _finite(train: Stored, name: str) -> Iterator[float]:
    """Return the finite numbers of a column, one by one: their exact sum needs no memory."""
    frames = (frame[name].to_numpy("float64", na_value=math.nan) for frame in train.frames([name]))
    return chain.from_iterable(v[abs(v) < math.inf].tolist() for v in frames)


def _rows_by_label(connection: duckdb.DuckDBPyConnection, column: str) -> dict[str, int]:
    name = queries.name(column)
    counted = connection.sql(
        f"SELECT {name} AS label, count(*) AS rows FROM {VIEW} WHERE {name} IS NOT NULL "  # noqa: S608
        "GROUP BY label ORDER BY label"
    )
    labels = counted.to_arrow_table().to_pandas()
    return {str(label): int(rows) for label, rows in labels.itertuples(index=False)}


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    (row,) = connection.execute(query).fetchall()
    return tuple(row)


def _rounded(value: float) -> float:
    return float(f"{float(value):.6g}")
