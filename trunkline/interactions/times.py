"""When things were taken, in seconds since 1970; times that cannot be are refused.

Numbers since 1970 tell their unit by their size: for a time between 1973 and 5138 seconds have 9
to 11 digits, milliseconds 12 to 14, microseconds 15 to 17. What is smaller tells nothing.
"""

import datetime

import numpy as np
import pandas as pd
import pyarrow as pa

from trunkline.data import splits_columns, tables
from trunkline.settings.recommending.interactions import Interactions

DAY = 86_400  # seconds
PER_SECOND = {
    "seconds": 1, "milliseconds": 10**3, "microseconds": 10**6, "nanoseconds": 10**9,
}  # fmt: skip
SMALLEST = np.array([10**8, 10**11, 10**14, 10**17])  # that tell seconds, milliseconds and so on
NOTHING = -1  # which of those a small number tells


def seconds(frame: pd.DataFrame, settings: Interactions, part: str) -> np.ndarray | None:
    """Return when each row happened, int64 [rows]; none where no column tells.

    Fractions of a second are cut off; steps stay as they are.

    Args:
        frame: a table with a column `row_id`.
        settings: the column, its unit and the latest day.
        part: which rows they are, for messages.

    Raises:
        ValueError: the column is no time, rows have none, units are mixed or not as stated, or
            rows happened after the latest day.
    """
    if settings.time is None:
        return None
    (column,) = tables.columns(frame, [settings.time])
    values = pa.Array.from_pandas(frame[column])
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    splits_columns.check_ordered(column, values.type)
    numbers, missing = splits_columns.ordered(values)
    missing |= ~np.isfinite(numbers)
    if missing.any():
        rows = frame["row_id"][missing].tolist()
        raise ValueError(
            f"{part}: column '{column}' gives no time in {len(rows)} rows "
            f"({tables.examples(rows)}): leave them out at the source, or name no `time`"
        )
    found = _since_1970(numbers, values.type, settings, frame["row_id"], part)
    if settings.latest is not None:
        _refuse_future(found, settings.latest, frame["row_id"], f"{part}: column '{column}'")
    return found


def _since_1970(
    numbers: np.ndarray, kind: pa.DataType, settings: Interactions, names: pd.Series, part: str
) -> np.ndarray:
    if pa.types.is_date(kind):
        return numbers * DAY if pa.types.is_date32(kind) else numbers // 1000
    if pa.types.is_timestamp(kind):
        each = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[kind.unit]
        return numbers // each
    if settings.unit == "steps":
        return np.floor(numbers).astype(np.int64)
    _refuse_units(numbers, settings.unit, names, f"{part}: column '{settings.time}'")
    if settings.unit == "days":
        return np.floor(numbers * DAY).astype(np.int64)
    return np.floor_divide(numbers, PER_SECOND[settings.unit]).astype(np.int64)


def _refuse_units(numbers: np.ndarray, unit: str, names: pd.Series, where: str) -> None:
    """Pass numbers whose size tells the stated unit, or nothing."""
    told = np.searchsorted(SMALLEST, np.abs(numbers), side="right") - 1
    counts = np.bincount(told - NOTHING, minlength=1)
    seen = (np.flatnonzero(counts[1:])).tolist()
    units = list(PER_SECOND)
    if not seen or [units[band] for band in seen] == [unit]:
        return
    shown = []
    for band in seen:
        rows = np.flatnonzero(told == band)
        first = min(rows[:1000].tolist(), key=lambda row: str(names.iloc[row]))
        example = f"{names.iloc[first]}: {numbers[first]:.0f}"
        shown.append(f"{rows.size} rows look like {units[band]} since 1970 ({example})")
    mixed = len(seen) > 1
    fix = "bring them to one unit at the source" if mixed else f"state `unit: {units[seen[0]]}`"
    raise ValueError(
        f"{where} counts {unit}, but {', '.join(shown)}: {'units are mixed, ' if mixed else ''}"
        f"{fix}; or state `unit: steps` if they have no calendar"
    )


def _refuse_future(found: np.ndarray, latest: str, names: pd.Series, where: str) -> None:
    """Pass seconds that lie before the end of a day, in UTC."""
    day = datetime.date.fromisoformat(latest)
    after = found >= (day - datetime.date(1970, 1, 1)).days * DAY + DAY
    if after.any():
        rows = names[after].tolist()
        newest = np.datetime64(int(found.max()), "s")
        raise ValueError(
            f"{where} lies after {latest} in {len(rows)} rows ({tables.examples(rows)}), the "
            f"newest at {newest}: mend them at the source, correct `unit`, or raise `latest`"
        )
