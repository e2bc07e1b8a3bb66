"""Splits: which rows are for training, validation and test, by hash of their names.

A row's part depends on the seed, its `row_id` and the rows of its own stratum alone: not on the
order of rows, nor on what other strata hold.
"""

import hashlib
import math
from dataclasses import dataclass

import pandas as pd

from trunkline.data import tables
from trunkline.settings import dataset


@dataclass(frozen=True)
class Split:
    """Three disjoint tables that together hold every row, each in the order of its rows' hashes."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame


def split(frame: pd.DataFrame, settings: dataset.Split, seed: int) -> Split:
    """Split rows in the shares that `settings` asks for, the same in each stratum.

    In each stratum rows are ranked by SHA-256 of seed and `row_id`: the first are for test, the
    next for validation, the rest for training. Shares are rounded to the nearest row; copies of
    a row all go where the first of them goes, so that no test row is a training row's copy.

    Args:
        frame: a table with a column `row_id`.
        settings: the shares, and the columns whose combinations are the strata.
        seed: the root seed.

    Raises:
        ValueError: there are no rows; the shares leave none to train on; a stratify column does
            not exist or has missing values; a stratum is too small to give each part a row.
    """
    if settings.test + settings.validation >= 1:
        raise ValueError(
            f"split: test {settings.test} and validation {settings.validation} leave no rows for "
            "training: their sum must be below 1"
        )
    if frame.empty:
        raise ValueError("split: the table has no rows, expected some for each part")
    ranked = _ranked(frame, seed)
    strata = _strata(ranked, settings.stratify)
    place = ranked.groupby(strata, sort=False).cumcount()
    place = place.groupby(_content(ranked)).transform("min")  # copies go where the first goes
    size = strata.map(strata.value_counts())
    test = size.map(lambda rows: _rounded(rows * settings.test))
    validation = size.map(lambda rows: _rounded(rows * settings.validation))
    _check(strata, size, test, validation)
    in_test = place < test
    in_validation = ~in_test & (place < test + validation)
    parts = (~in_test & ~in_validation, in_validation, in_test)
    return Split(*(ranked[part].reset_index(drop=True) for part in parts))


def _ranked(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the rows in the order of their hashes."""
    digests = [
        (hashlib.sha256(f"{seed}/split/{content}".encode()).hexdigest(), row)
        for content, row in zip(_content(frame), frame["row_id"], strict=True)
    ]
    order = sorted(range(len(digests)), key=digests.__getitem__)
    return frame.iloc[order].reset_index(drop=True)


def _content(frame: pd.DataFrame) -> pd.Series:
    """Return each row's id, and of copies of a row, which `tables.row_ids` numbers, one id."""
    return frame["row_id"].str.replace(r"^([0-9a-f]{16})-[0-9]+$", r"\1", regex=True)


def _strata(frame: pd.DataFrame, stratify: tuple[str, ...]) -> pd.Series:
    """Return a name of each row's stratum, such as `digit 3`."""
    names = pd.Series("all rows", index=frame.index, dtype="str")
    for column in tables.columns(frame, stratify):
        missing = frame["row_id"][frame[column].isna()].tolist()
        if len(missing):
            raise ValueError(
                f"column '{column}' stratifies the split, but {len(missing)} rows have no value "
                f"({tables.examples(missing)}): fill them in, or take it out of `split.stratify`"
            )
        part = f"{column} " + frame[column].astype("str")
        names = part if column == stratify[0] else names + ", " + part
    return names


def _check(strata: pd.Series, size: pd.Series, test: pd.Series, validation: pd.Series) -> None:
    """Refuse strata that cannot give a row to each part."""
    small = (test < 1) | (validation < 1) | (size - test - validation < 1)
    if small.any():
        name = min(strata[small])
        rows = int(size[strata == name].iloc[0])
        raise ValueError(
            f"{name} has {rows} rows, too few to give training, validation and test a row each: "
            "add rows, raise the shares of `split`, or take the column out of `split.stratify`"
        )


def _rounded(rows: float) -> int:
    return math.floor(rows + 0.5)
