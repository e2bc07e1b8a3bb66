"""What a column holds, and its values as one kind of column wants them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trunkline.data import tables

LONGEST = 1 << 20  # bytes of a text, as for sources
INFERRED = {
    "boolean": "booleans",
    "string": "text",
    "empty": "nothing",
    "date": "dates",
    "datetime": "dates",
    "datetime64": "dates",
    "integer": "numbers",
    "floating": "numbers",
    "mixed-integer-float": "numbers",
}


def held(column: pd.Series) -> str:
    """Return `numbers`, `booleans`, `text`, `dates`, or `nothing` where each value is missing.

    Booleans among which some are missing come as Python objects; they are booleans all the same.

    Raises:
        ValueError: it holds something else, or several of these.

    Example:
        >>> held(pd.Series([True, None], name="paid"))
        'booleans'
    """
    kind = column.dtype
    if pd.api.types.is_bool_dtype(kind):
        return "booleans"
    if pd.api.types.is_numeric_dtype(kind):
        return "numbers"
    if pd.api.types.is_datetime64_any_dtype(kind):
        return "dates"
    if isinstance(kind, pd.StringDtype):
        return "text"
    found = pd.api.types.infer_dtype(column, skipna=True)
    if found not in INFERRED:
        raise ValueError(
            f"column '{column.name}' holds values that are {found}, expected one kind: numbers, "
            "booleans, text or dates: make them one with `columns.cast` of the source"
        )
    return INFERRED[found]


def expect(column: pd.Series, wanted: Sequence[str], reader: str) -> None:
    """Pass a column that holds one of what is wanted, or nothing at all.

    Args:
        column: of any split.
        wanted: as `held` says.
        reader: the kind that reads it.

    Raises:
        ValueError: it holds something else, as a column does whose type changed since the fit.
    """
    found = held(column)
    if found not in (*wanted, "nothing"):
        raise ValueError(
            f"column '{column.name}' holds {found}, '{reader}' was told to read "
            f"{' or '.join(wanted)}: name another kind in `inputs.encode` or, if the column's type "
            "has changed since the encoder was fitted, cast it in the source (`columns.cast`)"
        )


def some(train: pd.DataFrame, name: str) -> None:
    """Pass a column with at least one value.

    Raises:
        ValueError: each value is missing.
    """
    if train[name].isna().all():
        raise ValueError(
            f"column '{name}' has no value in the {len(train)} training rows: there is nothing to "
            "learn from it, leave it out of `inputs.columns`"
        )


def present(frame: pd.DataFrame, name: str, remedy: str) -> np.ndarray:
    """Return which rows have a value, bool `[rows]`; with a remedy, all must.

    Args:
        frame: with a column `row_id`.
        name: of the column.
        remedy: what to set for missing values; empty where they are welcome.

    Raises:
        ValueError: a value is missing and there is a remedy.
    """
    known = frame[name].notna().to_numpy()
    if remedy and not known.all():
        rows = frame["row_id"][~known].tolist()
        raise ValueError(
            f"column '{name}' lacks {len(rows)} values, in rows {tables.examples(rows)}: fill them "
            f"in at the source, or set `{remedy}` for it in `inputs.encode`"
        )
    return known


def numbers(frame: pd.DataFrame, names: Sequence[str], missing: np.ndarray) -> np.ndarray:
    """Return float64 `[rows, columns]` of float32 values, NaN where they may be missing.

    Args:
        frame: with a column `row_id`.
        names: columns of numbers or booleans.
        missing: bool [columns], where values may be missing.

    Raises:
        ValueError: a column holds something else; or as `tables.numeric`, but for the values that
            may be missing.
    """
    objects = [name for name in names if not pd.api.types.is_numeric_dtype(frame[name].dtype)]
    for name in objects:
        expect(frame[name], ("numbers", "booleans"), "numeric")
    if not objects and not missing.any():
        return tables.numeric(frame, names).astype(np.float64)
    allowed = [name for name, may in zip(names, missing, strict=True) if may]
    plain = frame[["row_id", *names]].copy()
    plain[objects] = plain[objects].astype(np.float64)
    gaps = plain[list(names)].isna().to_numpy() & missing
    plain[allowed] = plain[allowed].astype(np.float64).fillna(0.0)
    values = tables.numeric(plain, names).astype(np.float64)
    values[gaps] = np.nan
    return values


def texts(frame: pd.DataFrame, name: str, reader: str) -> list[str]:
    """Return the texts of a column; a missing one is empty.

    Raises:
        ValueError: it holds no text, or one of more than `LONGEST` bytes.
    """
    column = frame[name]
    expect(column, ("text",), reader)
    values = ["" if text is None else text for text in _plain(column)]
    for row, text in enumerate(values):
        if len(text) * 4 > LONGEST and len(text.encode(errors="replace")) > LONGEST:
            raise ValueError(
                f"column '{name}', row {frame['row_id'].iloc[row]}: expected texts of at most "
                f"{LONGEST} bytes, received {len(text.encode(errors='replace'))}: shorten it at "
                "the source"
            )
    return values


def _plain(column: pd.Series) -> list[str | None]:
    return column.astype(object).where(column.notna(), None).tolist()
