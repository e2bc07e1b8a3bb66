"""Rows that are texts, as passages to read."""

import statistics
from dataclasses import dataclass

import pandas as pd

from trunkline.reports import numbers
from trunkline.reports.contents import Dataset

SHOWN = 6  # rows of a dataset
LONGEST = 320  # characters of a value; the rest is cut off
TELLING = 40  # characters from which, in the middle row, a column is prose and not a name


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One row as text.

    Attributes:
        labels: its values of the columns that stratify.
        values: each other column of text, and what it says.
    """

    row_id: str
    labels: tuple[str, ...]
    values: tuple[tuple[str, str], ...]


def passages(dataset: Dataset) -> tuple[Passage, ...]:
    """Return sample rows of a dataset in which a column holds prose; else none."""
    rows, labels = dataset.samples, dataset.settings.split.stratify
    named = [name for name in rows if name != "row_id" and name not in labels]
    texts = [str(name) for name in named if isinstance(rows[name].dtype, pd.StringDtype)]
    if not any(_is_prose(rows[name]) for name in texts):
        return ()
    return tuple(
        Passage(
            row_id=str(row["row_id"]),
            labels=tuple(_shown(row[name]) for name in labels if name in rows),
            values=tuple((name, _shown(row[name])) for name in texts),
        )
        for _, row in _varied(rows, [name for name in labels if name in rows]).iterrows()
    )


def _varied(rows: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """Return the first rows, those whose labels were not shown before the others."""
    again = rows.duplicated(labels) if labels else pd.Series(False, rows.index)
    return pd.concat([rows[~again], rows[again]]).head(SHOWN)


def _is_prose(values: pd.Series) -> bool:
    lengths = [len(value) for value in values.dropna()]
    return bool(lengths) and statistics.median(lengths) >= TELLING


def _shown(value: object) -> str:
    """Return a value in one line, cut at a word where it is long."""
    if pd.isna(value):  # type: ignore[call-overload]
        return numbers.ABSENT
    text = " ".join(str(value)[: 2 * LONGEST].split())
    if len(text) <= LONGEST:
        return text
    cut = text[:LONGEST].rpartition(" ")[0] or text[:LONGEST]
    return f"{cut}\N{HORIZONTAL ELLIPSIS}"
