"""Splits: which rows are for training, validation and test, by hash of their names.

A row's part depends on the seed, its `row_id` and the rows of its own stratum alone: not on the
order of rows, nor on what other strata hold. Other ways to split are in `splits_stated`.
"""

from dataclasses import dataclass

import pandas as pd

from trunkline.data import splits_parting
from trunkline.data.splits_columns import Frame
from trunkline.data.splits_parting import Parting
from trunkline.settings import splitting


@dataclass(frozen=True)
class Split:
    """Three disjoint tables that together hold every row, each in the order of its rows' hashes."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame


def split(frame: pd.DataFrame, settings: splitting.Split, seed: int) -> Split:
    """Split the rows of a frame; `parting` tells more.

    Args:
        frame: a table with a column `row_id`.
        settings: the shares, and what decides.
        seed: the root seed.

    Raises:
        ValueError: as `parting`.
    """
    return taken(frame, parting(frame, settings, seed))


def parting(frame: pd.DataFrame, settings: splitting.Split, seed: int) -> Parting:
    """Return the numbers of the rows of each part.

    By default rows are ranked in each stratum by SHA-256 of seed and `row_id`: the first are for
    test, the next for validation, the rest for training. Shares are rounded to the nearest row;
    copies of a row all go where the first of them goes, so that no test row is a training row's
    copy.

    Args:
        frame: a table with a column `row_id`.
        settings: the shares, and what decides.
        seed: the root seed.

    Raises:
        ValueError: there are no rows; the shares leave none to train on; a column does not
            exist, is of the wrong kind or has missing values; a stratum is too small to give
            each part a row.
    """
    return splits_parting.parting(Frame(frame), settings, seed)


def taken(frame: pd.DataFrame, rows: Parting) -> Split:
    """Return the parts as frames."""
    numbers = (rows.train, rows.validation, rows.test)
    return Split(*(frame.iloc[part].reset_index(drop=True) for part in numbers))
