"""Tables: columns by pattern, features as numbers, the schema they were written with."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from trunkline.settings import naming

EXAMPLES = 5  # rows named in a message


def columns(frame: pd.DataFrame, patterns: Sequence[str]) -> list[str]:
    """Return the columns that names or patterns stand for.

    Args:
        frame: the table.
        patterns: names, in which `*` stands for any characters and nothing else is special.

    Returns:
        Each column once, pattern by pattern, in the table's order within a pattern.

    Raises:
        ValueError: a pattern matches no column; says which one is meant.

    Example:
        >>> columns(pd.DataFrame(columns=["digit", "pixel_0", "pixel_1"]), ["pixel_*"])
        ['pixel_0', 'pixel_1']
    """
    found: dict[str, None] = {}
    for pattern in patterns:
        matches = [name for name in frame.columns if naming.fits(name, pattern)]
        if not matches:
            raise ValueError(f"no column matches '{pattern}'{_meant(pattern, frame)}")
        found |= dict.fromkeys(matches)
    return list(found)


def numeric(frame: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """Return columns as the float32 features of a network, `[rows, columns]`.

    Args:
        frame: a table with a column `row_id`.
        names: columns of numbers or booleans.

    Raises:
        ValueError: a column is not numeric, or holds NaN or infinity, or a number too large for
            float32; names each such column, the count and example rows.
    """
    for name in names:
        if not pd.api.types.is_numeric_dtype(frame[name].dtype):
            raise ValueError(
                f"column '{name}' is {frame[name].dtype}, expected numbers: leave it out of "
                "`inputs.columns`, or encode it as numbers in the source"
            )
    with np.errstate(over="ignore"):  # what is too large becomes infinite and is refused below
        values = frame[list(names)].to_numpy(np.float32, na_value=np.nan)
    finite = np.isfinite(values)
    if not finite.all():
        wrong = np.flatnonzero(~finite.all(axis=0))
        told = [_not_finite(frame, names[n], ~finite[:, n]) for n in wrong[:EXAMPLES]]
        more = [f"... and {len(wrong) - EXAMPLES} more columns"] if len(wrong) > EXAMPLES else []
        raise ValueError("\n".join(told + more))
    return values


def schema(frame: pd.DataFrame) -> dict[str, Any]:
    """Return how many rows a table has, and the name and type of each column, as JSON."""
    types = [{"name": name, "type": str(kind)} for name, kind in frame.dtypes.items()]
    return {"rows": len(frame), "columns": types}


def conform(frame: pd.DataFrame, expected: Mapping[str, Any]) -> None:
    """Pass a table that has the rows, columns and types of a schema.

    Raises:
        ValueError: it has not; names what differs.
    """
    agree(schema(frame), expected)


def agree(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Pass what is known of a table that has the rows, columns and types of a schema.

    Raises:
        ValueError: it has not; names what differs.
    """
    for key, value in found.items():
        if expected.get(key) != value:
            raise ValueError(
                f"the table and its schema differ in their {key}: the schema has "
                f"{expected.get(key)}, the table {value}; they were not written together, run "
                "`dvc repro` to make both again"
            )


def examples(row_ids: Collection[str]) -> str:
    """Return up to five row ids for a message, the first in order of their text."""
    chosen = sorted(row_ids)[:EXAMPLES]
    return ", ".join(chosen) + (", ..." if len(row_ids) > EXAMPLES else "")


def _meant(pattern: str, frame: pd.DataFrame) -> str:
    """Return the column that was probably meant, else the first few there are."""
    known = list(frame.columns)
    more = ", ..." if len(known) > EXAMPLES else ""
    return naming.nearest(pattern, known) or naming.suggestion(pattern, known[:EXAMPLES]) + more


def _not_finite(frame: pd.DataFrame, name: str, wrong: np.ndarray) -> str:
    rows = frame["row_id"][wrong]
    received = frame[name][wrong].astype("float64").iloc[0]
    return (
        f"column '{name}' has {len(rows)} values that are NaN, infinite or too large for float32 "
        f"(such as {received}) in rows {examples(rows.tolist())}: fill them in at the source, set "
        "`missing` for it in `inputs.encode`, or leave the column out of `inputs.columns`"
    )
