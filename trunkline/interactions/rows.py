"""Rows of a validated table as interactions: columns checked, nothing decided yet.

Shapes: n rows.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trunkline.data import tables
from trunkline.interactions import ids, times
from trunkline.settings.recommending.interactions import Interactions


@dataclass(frozen=True, eq=False)
class Log:
    """Rows of a table: who, what, how much, when.

    Attributes:
        part: which rows they are, for messages.
        users: their sorted ids: [U].
        items: theirs: [I].
        user: int32 [n], place of each row's user.
        item: int32 [n], place of its item.
        rating: float64 [n]; 1 where the table has no ratings.
        time: int64 [n], seconds; none: no order is known.
        row: int64 [n], place of each row in the table.
        names: of all rows of the table.
    """

    part: str
    users: np.ndarray
    items: np.ndarray
    user: np.ndarray
    item: np.ndarray
    rating: np.ndarray
    time: np.ndarray | None
    row: np.ndarray
    names: pd.Series

    def of(self, chosen: np.ndarray) -> "Log":
        """Return some of the rows, bool [n] or places, of the same users and items."""
        return replace(
            self, user=self.user[chosen], item=self.item[chosen], rating=self.rating[chosen],
            time=None if self.time is None else self.time[chosen], row=self.row[chosen],
        )  # fmt: skip

    def examples(self, chosen: np.ndarray) -> str:
        """Return up to five names of some rows for a message."""
        return tables.examples(self.names.iloc[self.row[chosen]].tolist())


def read(frame: pd.DataFrame, settings: Interactions, part: str) -> Log:
    """Return the rows of a table that tell of interactions.

    Args:
        frame: a table with a column `row_id`.
        settings: its columns, and what they may hold.
        part: which rows they are, such as "train", for messages.

    Raises:
        ValueError: there are no rows; a column does not exist, is of the wrong type, names nobody
            in some rows, or holds a rating or a time that cannot be; says which, and where.
    """
    if frame.empty:
        raise ValueError(f"{part}: expected rows with interactions, received none")
    (who,), (what,) = (tables.columns(frame, [name]) for name in (settings.user, settings.item))
    user, users = ids.coded(frame, who, part)
    item, items = ids.coded(frame, what, part)
    rating, time = _ratings(frame, settings, part), times.seconds(frame, settings, part)
    row = np.arange(len(frame))
    return Log(part, users, items, user, item, rating, time, row, frame["row_id"])


def _ratings(frame: pd.DataFrame, settings: Interactions, part: str) -> np.ndarray:
    if settings.rating is None:
        return np.ones(len(frame))
    (column,) = tables.columns(frame, [settings.rating])
    values = frame[column]
    if not pd.api.types.is_numeric_dtype(values.dtype):
        raise ValueError(
            f"{part}: column '{column}' is {values.dtype}, expected numbers as ratings: cast it "
            "with `columns.cast` in the source, or name no `rating`"
        )
    found = values.to_numpy(np.float64, na_value=np.nan)
    with np.errstate(over="ignore"):  # what is too large becomes infinite and is refused
        finite = np.isfinite(found.astype(np.float32))
    if not finite.all():
        rows = frame["row_id"][~finite].tolist()
        raise ValueError(
            f"{part}: column '{column}' has no rating, or an infinite one, in {len(rows)} rows "
            f"({tables.examples(rows)}): leave them out at the source, or name no `rating`"
        )
    _hold(found, settings, frame["row_id"], f"{part}: column '{column}'")
    return found


def _hold(found: np.ndarray, settings: Interactions, names: pd.Series, where: str) -> None:
    """Pass ratings that lie on the scale."""
    scale = settings.scale
    if scale is None:
        return
    off = (found < scale.lowest) | (found > scale.highest)
    if off.any():
        rows = names[off].tolist()
        raise ValueError(
            f"{where} is off the scale of {scale.lowest:g} to {scale.highest:g} in {len(rows)} "
            f"rows ({tables.examples(rows)}), such as {found[off][0]:g}: mend them at the source, "
            "or correct `scale`"
        )
