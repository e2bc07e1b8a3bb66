"""Summaries of a dataset for people: its rows, columns and classes, and some rows to look at."""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from trunkline.data import exact, queries
from trunkline.data.stored import VIEW, Stored

SAMPLES = 60  # rows to look at
COLUMNS = 2  # of numbers, sorted at once, each in memory
VALUES = 100  # a column of so many different ones may hold the labels of a task


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
        `{column: {part: {label: rows}}}` of the columns that stratify, and of those with few
        values, for which of them are labels only a study says.
    """
    sizes = {name: part.rows for name, part in parts.items()} | {"quarantine": quarantine}
    columns = _columns(parts["train"])
    few = [str(column["name"]) for column in columns if 1 < column["distinct"] <= VALUES]
    counted = tuple(dict.fromkeys([*stratify, *few]))
    classes: dict[str, dict[str, dict[str, int]]] = {column: {} for column in counted}
    for name, part in parts.items():
        with queries.connected() as connection:
            part.view(connection)
            for column in counted:
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


def _columns(train: Stored) -> list[dict[str, Any]]:
    names = [name for name in train.types if name != "row_id"]
    numbers = [name for name in names if _numeric(train.types[name])]
    with ThreadPoolExecutor(COLUMNS) as workers, queries.connected() as connection:
        told = dict(zip(numbers, workers.map(partial(_of_numbers, train), numbers), strict=True))
        train.view(connection)
        told |= {n: _of_others(connection, train, n) for n in names if n not in told}
    return [{"name": name, "type": train.types[name], **told[name]} for name in names]


def _numeric(kind: str) -> bool:
    return pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)


def _of_others(connection: duckdb.DuckDBPyConnection, train: Stored, name: str) -> dict[str, Any]:
    column = queries.name(name)
    rows, distinct = connection.execute(
        f"SELECT coalesce(sum(n), 0), count(*) FROM (SELECT count(*) AS n FROM {VIEW} "  # noqa: S608
        f"WHERE {column} IS NOT NULL GROUP BY {column})",
    ).fetchall()[0]
    facts = {"missing": train.rows - int(rows), "distinct": int(distinct)}
    truths = rows and train.types[name] == "bool"
    return facts | (_of_truths(connection, column) if truths else {})


def _of_numbers(train: Stored, name: str) -> dict[str, Any]:
    """Return what is to be told of a column of numbers, which is in memory whole."""
    columns = (frame[name].to_numpy() for frame in train.frames([name]))
    known = np.concatenate([values[~np.isnan(values)] for values in columns])
    known.sort()  # in its own type: as floats, long whole numbers would be the same
    distinct = int(np.count_nonzero(known[1:] != known[:-1])) + bool(len(known))
    facts = {"missing": train.rows - len(known), "distinct": distinct}
    numbers = known.astype(np.float64, copy=False)
    finite = numbers[np.searchsorted(numbers, -np.inf, "right") : np.searchsorted(numbers, np.inf)]
    if not finite.size:
        return facts
    mean = float(exact.total(finite)) / finite.size
    told = {"minimum": finite[0], "maximum": finite[-1], "mean": mean}
    return facts | {fact: _rounded(value) for fact, value in told.items()}


def _of_truths(connection: duckdb.DuckDBPyConnection, column: str) -> dict[str, Any]:
    number = f"{column}::BIGINT"
    ((low, high, total, rows),) = connection.execute(
        f"SELECT min({number}), max({number}), sum({number}), count({number}) FROM {VIEW}"  # noqa: S608
    ).fetchall()
    return {"minimum": float(low), "maximum": float(high), "mean": _rounded(total / rows)}


def _rows_by_label(connection: duckdb.DuckDBPyConnection, column: str) -> dict[str, int]:
    name = queries.name(column)
    counted = connection.sql(
        f"SELECT {name} AS label, count(*) AS rows FROM {VIEW} WHERE {name} IS NOT NULL "  # noqa: S608
        "GROUP BY 1 ORDER BY 1"  # by place: the table may have a column of any name
    )
    labels = counted.to_arrow_table().to_pandas()
    return {str(label): int(rows) for label, rows in labels.itertuples(index=False)}


def _rounded(value: float) -> float:
    return float(f"{float(value):.6g}")
