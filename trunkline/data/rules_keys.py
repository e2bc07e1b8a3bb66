"""Foreign keys: the values of a column that another dataset's rows refer to, as hashes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import identity, shapes, splits_columns, tables
from trunkline.data.rules_rows import NOWHERE, Rows

COLUMNS = ("dataset", "column", "kind", "key")  # of a table of keys


def asked(contracts: Iterable[Mapping[str, Any]], dataset: str) -> list[str]:
    """Return the columns of a dataset that rules of any contract refer to, each once."""
    found = set[str]()
    for contract in contracts:
        try:
            shapes.check(contract)
        except ValueError:
            continue  # its own dataset is not validated, and told why
        for rule in contract.get("rules", []):
            referred = rule.get("kwargs", {})
            if rule.get("type") == "foreign_key" and referred.get("dataset") == dataset:
                found.add(str(referred.get("column")))
    return sorted(found)


def table(rows: Rows, dataset: str, columns: Sequence[str]) -> pd.DataFrame:
    """Return a dataset's keys, sorted: a hash of eight bytes for each distinct value.

    Args:
        rows: the dataset's table.
        dataset: its name.
        columns: that are referred to; one that does not exist has no keys, and who refers to it
            is told.
    """
    parts = [pd.DataFrame({name: pd.Series(dtype=_TYPES[name]) for name in COLUMNS})]
    for column in columns:
        if column in rows.names:
            kind, keys = _of_column(rows, column)
            given = {"dataset": dataset, "column": column, "kind": kind, "key": keys}
            parts.append(pd.DataFrame(given).astype(_TYPES))
    return pd.concat(parts, ignore_index=True)


def strangers(
    rows: Rows, column: str, keys: pd.DataFrame, reference: Mapping[str, str]
) -> tuple[int, tuple[str, ...]]:
    """Return how many rows refer to nothing, and examples with their values.

    Args:
        rows: the dataset that refers.
        column: whose values must be there; a missing value refers to nothing and may be missing.
        keys: as `table`, of all datasets.
        reference: `dataset` and `column` that are referred to.

    Raises:
        ValueError: that dataset or column does not exist, or is of another kind.
    """
    of_dataset = keys[keys["dataset"] == reference["dataset"]]
    known = of_dataset[of_dataset["column"] == reference["column"]]
    if known.empty:
        raise ValueError(
            f"foreign_key: column '{column}' refers to column '{reference['column']}' of dataset "
            f"'{reference['dataset']}', which does not exist or has no values: correct `kwargs`"
        )
    kind, hashes = known["kind"].iloc[0], np.sort(known["key"].to_numpy(np.uint64))
    count, least = 0, list[tuple[str, str]]()
    for place, batch in rows.batches([column, "row_id"]):
        values = _values(batch.column(0))
        if (found := _kind(values.type)) != kind:
            raise ValueError(
                f"foreign_key: column '{column}' holds {found}, '{reference['column']}' of "
                f"dataset '{reference['dataset']}' {kind}: make them the same with `columns.cast`"
            )
        there = values.is_valid().to_numpy(False) & (rows.parts[place] != NOWHERE)
        unknown = np.flatnonzero(there & ~np.isin(_hashes(values), hashes))
        count += unknown.size
        names, shown = batch.column(1).take(pa.array(unknown)), values.take(pa.array(unknown))
        first = pc.array_sort_indices(names)[: tables.EXAMPLES]
        pairs = zip(names.take(first).to_pylist(), shown.take(first).to_pylist(), strict=True)
        least = sorted([*least, *((name, repr(value)) for name, value in pairs)])
        del least[tables.EXAMPLES :]
    return count, tuple(f"{name} ({value})" for name, value in least)


_TYPES = {"dataset": "str", "column": "str", "kind": "str", "key": "uint64"}


def _of_column(rows: Rows, column: str) -> tuple[str, np.ndarray]:
    kind, found = "", [np.zeros(0, np.uint64)]
    for _, batch in rows.batches([column]):
        values = _values(batch.column(0))
        kind = _kind(values.type)
        found.append(np.unique(_hashes(values.drop_null())))
    return kind, np.unique(np.concatenate(found))


def _values(values: pa.Array) -> pa.Array:
    return splits_columns.whole(splits_columns.plain(values))


def _hashes(values: pa.Array) -> np.ndarray:
    return identity.of_rows(pa.RecordBatch.from_arrays([values], names=["key"]))


def _kind(kind: pa.DataType) -> str:
    return "text" if pa.types.is_large_string(kind) else str(kind)
