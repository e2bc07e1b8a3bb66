"""Summaries of a dataset for people: its rows, columns and classes, and some rows to look at."""

import math
from typing import Any

import numpy as np
import pandas as pd

from trunkline.data.splits import Split

SAMPLES = 60  # rows to look at


def summarise(split: Split, quarantine: pd.DataFrame, stratify: tuple[str, ...]) -> dict[str, Any]:
    """Describe a dataset's rows, columns and classes.

    Args:
        split: its parts.
        quarantine: rows that were set aside.
        stratify: the columns that stratify the split.

    Returns:
        `rows`: how many were ingested, are in each part, and were set aside; `columns`: by the
        training rows alone, for each but `row_id`, its name, type, missing and distinct values
        and, of numbers, minimum, maximum and mean to six significant digits; `classes`:
        `{column: {part: {label: rows}}}` of the columns that stratify.
    """
    sizes = {name: len(part) for name, part in vars(split).items()}
    sizes |= {"quarantine": len(quarantine)}
    return {
        "rows": {"ingested": sum(sizes.values()), **sizes},
        "columns": [_column(split.train[name]) for name in split.train if name != "row_id"],
        "classes": {
            column: {name: _rows_by_label(part[column]) for name, part in vars(split).items()}
            for column in stratify
        },
    }


def samples(train: pd.DataFrame, stratify: tuple[str, ...]) -> pd.DataFrame:
    """Return up to 60 training rows, spread evenly over the labels of the first stratify column.

    Args:
        train: training rows in the order of their hashes, which is the order they are chosen in.
        stratify: as in the split's settings; without it, the first rows are taken.
    """
    if not stratify:
        return train.head(SAMPLES).reset_index(drop=True)
    turn = train.groupby(stratify[0]).cumcount()
    order = turn.to_frame("turn").assign(label=train[stratify[0]])
    chosen = order.sort_values(["turn", "label"], kind="stable").index[:SAMPLES]
    return train.loc[chosen].reset_index(drop=True)


def _column(values: pd.Series) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "name": values.name,
        "type": str(values.dtype),
        "missing": int(values.isna().sum()),
        "distinct": int(values.nunique()),
    }
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.dropna().to_numpy(np.float64)
        numbers = numbers[np.isfinite(numbers)]
        if numbers.size:
            facts["minimum"] = _rounded(numbers.min())
            facts["maximum"] = _rounded(numbers.max())
            facts["mean"] = _rounded(math.fsum(numbers) / numbers.size)  # exact sum
    return facts


def _rows_by_label(values: pd.Series) -> dict[str, int]:
    return {str(label): int(rows) for label, rows in values.value_counts().sort_index().items()}


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")
