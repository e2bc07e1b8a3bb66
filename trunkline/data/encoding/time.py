"""Dates and times as places in cycles, and as days that went by."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from trunkline.data.encoding import reading, turns
from trunkline.data.layout import Block
from trunkline.settings.encoding import Time as Settings

KIND = "time"
REMEDY = "missing: indicator"
DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True)
class Time:
    """A column of dates.

    Attributes:
        column: that it reads.
        cycles: each a sine and a cosine.
        first: of the training rows, as ISO 8601.
        mean: days from the first to the middle of the training rows; none without `elapsed`.
        deviation: of these days; 1 where all are the same.
        indicator: whether an entry more says that the value is missing; else none may be.
    """

    column: str
    cycles: tuple[str, ...]
    first: str
    mean: float | None
    deviation: float
    indicator: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column,)

    @property
    def names(self) -> tuple[str, ...]:
        """Cycles, days, and whether it is missing."""
        cyclic = [f"{cycle} {wave}" for cycle in self.cycles for wave in ("sine", "cosine")]
        days = [] if self.mean is None else ["days"]
        missing = ["is missing"] if self.indicator else []
        return tuple(f"{self.column} {name}" for name in (*cyclic, *days, *missing))

    @property
    def block(self) -> Block:
        """Numbers."""
        return Block(kind="numbers", name=self.column, width=len(self.names))

    @property
    def filler(self) -> pd.Timestamp | None:
        """Any day."""
        return None if self.indicator else pd.Timestamp(self.first)

    def apply(self, frame: pd.DataFrame) -> np.ndarray:
        """Return waves, days and the indicator, float32 `[rows, width]`; 0 where missing."""
        known = reading.present(frame, self.column, "" if self.indicator else REMEDY)
        moments = _moments(frame, self.column).fillna(pd.Timestamp(self.first))
        entries = [wave for cycle in self.cycles for wave in turns.waves(PLACES[cycle](moments))]
        if self.mean is not None:
            entries.append((_days(moments, self.first) - self.mean) / self.deviation)
        found = [np.where(known, entry, 0.0) for entry in entries]
        found += [~known] if self.indicator else []
        return np.stack(found, axis=1).astype(np.float32)

    def to_json(self) -> list[dict[str, Any]]:
        """Return one entry."""
        return [{"kind": KIND, **asdict(self)}]


def fit(settings: Settings, train: pd.DataFrame, columns: Sequence[str]) -> tuple[Time, ...]:
    """Return each column's encoder.

    Raises:
        ValueError: a column holds no dates, or lacks values and may not.
    """
    return tuple(_fitted(settings, train, name) for name in columns)


def from_json(entry: Mapping[str, Any]) -> Time:
    """Return what `to_json` described."""
    return Time(
        entry["column"], tuple(entry["cycles"]), entry["first"], entry["mean"],
        entry["deviation"], bool(entry["indicator"]),
    )  # fmt: skip


def _fitted(settings: Settings, train: pd.DataFrame, name: str) -> Time:
    reading.some(train, name)
    indicator = settings.missing == "indicator"
    reading.present(train, name, "" if indicator else REMEDY)
    moments = _moments(train, name).dropna()
    first = moments.min().isoformat()
    if not settings.elapsed:
        return Time(name, settings.cycles, first, None, 1.0, indicator)
    days = _days(moments, first)
    # `fsum` rounds once: neither the order of the rows nor the processor matters.
    mean = math.fsum(days.tolist()) / len(days)
    variance = math.fsum(((days - mean) ** 2).tolist()) / len(days)
    deviation = math.sqrt(variance) if days.any() else 1.0
    return Time(name, settings.cycles, first, mean, deviation, indicator)


def _moments(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column in microseconds; zones become UTC."""
    column = frame[name]
    reading.expect(column, ("dates",), KIND)
    found = pd.to_datetime(column, utc=True).dt.tz_localize(None)
    return found.astype("datetime64[us]")


def _days(moments: pd.Series, first: str) -> np.ndarray:
    passed = (moments - pd.Timestamp(first)).to_numpy().astype("timedelta64[us]").astype(np.int64)
    return passed / DAY


def _day(moments: pd.Series) -> np.ndarray:
    since = moments - moments.dt.normalize()
    return since.to_numpy().astype("timedelta64[us]").astype(np.int64) / DAY


def _week(moments: pd.Series) -> np.ndarray:
    return (moments.dt.day_of_week.to_numpy() + _day(moments)) / 7


def _month(moments: pd.Series) -> np.ndarray:
    return (moments.dt.day.to_numpy() - 1 + _day(moments)) / moments.dt.days_in_month.to_numpy()


def _year(moments: pd.Series) -> np.ndarray:
    length = 365 + moments.dt.is_leap_year.to_numpy().astype(np.int64)
    return (moments.dt.day_of_year.to_numpy() - 1 + _day(moments)) / length


PLACES = {"year": _year, "month": _month, "week": _week, "day": _day}  # in the cycle, 0 to 1
