"""What differs between two tables, column by column."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from pandas.api import types

from flows.proving import details


def compare(before: pd.DataFrame, after: pd.DataFrame) -> tuple[str, tuple[details.Detail, ...]]:
    """Return in a few words what differs, and each column that does.

    Args:
        before: As committed.
        after: As produced.
    """
    columns = tuple(_columns(before, after))
    if len(before) != len(after):
        return f"{details.counted(len(before), 'row')} became {len(after):,}", columns
    shared = [name for name in before.columns if name in after.columns]
    cells = tuple(_cells(before, after, shared))
    if not columns and not cells:
        same = "the same cells in other bytes: the order of columns, notes in the file, its writer"
        return same, ()
    differing = {detail.where for detail in cells}
    rows = int(_differing(before, after, [n for n in shared if str(n) in differing]).sum())
    summary = f"{rows:,} of {details.counted(len(before), 'row')} differ"
    if cells and not columns and _shuffled(before, after):
        summary = f"the same {details.counted(len(before), 'row')} in another order"
    return summary, (*columns, *cells)


def _columns(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[details.Detail]:
    """Yield columns that are in one table only, or of another type."""
    for name in before.columns:
        if name not in after.columns:
            yield details.Detail(str(name), len(before), "the column is gone")
        elif before[name].dtype != after[name].dtype:
            became = f"type {before[name].dtype} became {after[name].dtype}"
            yield details.Detail(str(name), len(after), became)
    for name in after.columns:
        if name not in before.columns:
            yield details.Detail(str(name), len(after), "the column is new")


def _cells(before: pd.DataFrame, after: pd.DataFrame, names: list[str]) -> Iterator[details.Detail]:
    for name in names:
        one, other = before[name], after[name]
        rows = np.flatnonzero(_unlike(one, other))
        if len(rows):
            yield _detail(str(name), one.iloc[rows], other.iloc[rows], rows)


def _detail(name: str, one: pd.Series, other: pd.Series, rows: np.ndarray) -> details.Detail:
    """Return how two columns differ, given their rows that do."""
    absolute = relative = None
    at = 0
    if _numeric(one) and _numeric(other):
        left, right = (column.to_numpy(dtype=float, na_value=np.nan) for column in (one, other))
        apart = np.abs(right - left)
        if np.isfinite(apart).any():
            at = int(np.nanargmax(np.where(np.isfinite(apart), apart, np.nan)))
            absolute = float(apart[at])
            shares = apart / np.maximum(np.abs(left), np.abs(right))
            relative = float(np.nanmax(np.where(np.isfinite(shares), shares, np.nan)))
    values = f"{details.shown(_plain(one.iloc[at]))} became {details.shown(_plain(other.iloc[at]))}"
    return details.Detail(name, len(rows), f"row {rows[at]}: {values}", absolute, relative)


def _differing(before: pd.DataFrame, after: pd.DataFrame, names: list[str]) -> np.ndarray:
    differing = np.zeros(len(before), dtype=bool)
    for name in names:
        differing |= _unlike(before[name], after[name])
    return differing


def _unlike(one: pd.Series, other: pd.Series) -> np.ndarray:
    """Return which rows differ; missing values are alike."""
    if _numeric(one) and _numeric(other):
        left, right = one.reset_index(drop=True), other.reset_index(drop=True)
        alike = (left == right).fillna(value=False) | (left.isna() & right.isna())
        return ~alike.to_numpy(dtype=bool)
    pairs = zip(one.map(_text), other.map(_text), strict=True)
    return np.fromiter((a != b for a, b in pairs), dtype=bool, count=len(one))


def _shuffled(before: pd.DataFrame, after: pd.DataFrame) -> bool:
    """Say whether the rows are the same in another order."""
    return sorted(_rows(before)) == sorted(_rows(after[before.columns.to_list()]))


def _rows(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    columns = [frame[name].map(_text) for name in frame.columns]
    return list(zip(*columns, strict=True))


def _numeric(column: pd.Series) -> bool:
    dtype = column.dtype
    unordered = types.is_bool_dtype(dtype) or types.is_complex_dtype(dtype)
    return types.is_numeric_dtype(dtype) and not unordered


def _plain(value: object) -> object:
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else value


def _text(value: object) -> str:
    return repr(_plain(value))
