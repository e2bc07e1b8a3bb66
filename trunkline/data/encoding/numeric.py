"""Numbers on one scale: (x - mean) / deviation, with what stands for a missing value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trunkline.data.encoding import reading
from trunkline.data.layout import Block
from trunkline.settings.encoding import Numeric as Settings

KIND = "numeric"


@dataclass(frozen=True)
class Column:
    """What the training rows tell of a column.

    Attributes:
        name: of the column.
        mean: what is taken off: the mean, the median of a robust scale, 0 for none.
        deviation: what is divided by; 1 for a constant column and for no scale.
        fill: in the place of a missing value; none: values may not be missing.
        indicator: whether an entry more says that the value is missing.
    """

    name: str
    mean: float
    deviation: float
    fill: float | None = None
    indicator: bool = False

    @property
    def width(self) -> int:
        """How many entries of the row it has."""
        return 1 + self.indicator


@dataclass(frozen=True)
class Numeric:
    """Columns of numbers side by side, each followed by its indicator if it has one."""

    fitted: tuple[Column, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in order."""
        return tuple(column.name for column in self.fitted)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' own names."""
        return tuple(
            name
            for column in self.fitted
            for name in (column.name, f"{column.name} is missing")[: column.width]
        )

    @property
    def block(self) -> Block:
        """Numbers."""
        return Block(kind="numbers", name=self.fitted[0].name, width=len(self.names))

    @property
    def filler(self) -> int:
        """Any number."""
        return 0

    def apply(self, frame: pd.DataFrame) -> np.ndarray:
        """Return scaled values, float32 `[rows, width]`."""
        missing = np.array([column.fill is not None for column in self.fitted])
        values = reading.numbers(frame, self.columns, missing)
        gaps = np.isnan(values)
        if missing.any():
            values = np.where(gaps, [column.fill or 0.0 for column in self.fitted], values)
        mean = np.array([column.mean for column in self.fitted])
        deviation = np.array([column.deviation for column in self.fitted])
        scaled: np.ndarray = ((values - mean) / deviation).astype(np.float32)
        told = [number for number, column in enumerate(self.fitted) if column.indicator]
        # After each column that has one, its indicator.
        return np.insert(scaled, [number + 1 for number in told], gaps[:, told], axis=1)

    def to_json(self) -> list[dict[str, Any]]:
        """Return an entry a column."""
        return [_entry(column) for column in self.fitted]


def fit(settings: Settings, train: pd.DataFrame, columns: Sequence[str]) -> tuple[Numeric, ...]:
    """Return the columns on the scale of the training rows.

    Args:
        settings: with any scale but `quantile`.
        train: training rows.
        columns: numbers or booleans.

    Raises:
        ValueError: as `reading.numbers`; a column has no value.
    """
    values, fill, told = filled(settings, train, columns)
    mean, deviation = SCALES[settings.scale](values)
    return (
        Numeric(
            tuple(
                Column(name, float(mean[n]), float(deviation[n]), fill[n], told[n])
                for n, name in enumerate(columns)
            )
        ),
    )


def filled(
    settings: Settings, train: pd.DataFrame, columns: Sequence[str]
) -> tuple[np.ndarray, list[float | None], list[bool]]:
    """Return the training values without gaps, and each column's fill and need of an indicator.

    Raises:
        ValueError: as `reading.numbers`; a column that may lack values has none.
    """
    if settings.missing == "refuse":
        values = reading.numbers(train, columns, np.zeros(len(columns), bool))
        return values, [None] * len(columns), [False] * len(columns)
    for name in columns:
        reading.some(train, name)
    values = reading.numbers(train, columns, np.ones(len(columns), bool))
    gaps = np.isnan(values)
    fill: list[float | None] = []
    for number in range(len(columns)):
        known = values[~gaps[:, number], number]
        fill.append(_middle(known, settings.missing))
        values[gaps[:, number], number] = fill[-1]
    told = [bool(settings.indicator and some) for some in gaps.any(axis=0)]
    return values, fill, told


def from_json(entry: Mapping[str, Any]) -> Numeric:
    """Return what an entry describes.

    Raises:
        ValueError: it lacks a name, a mean or a deviation.
    """
    missing = [key for key in ("name", "mean", "deviation") if key not in entry]
    if missing:
        raise ValueError(f"an encoder has no {', '.join(missing)} in its entry {dict(entry)}")
    fill = entry.get("fill")
    return Numeric(
        (
            Column(
                str(entry["name"]),
                float(entry["mean"]),
                float(entry["deviation"]),
                None if fill is None else float(fill),
                bool(entry.get("indicator", False)),
            ),
        )
    )


def _entry(column: Column) -> dict[str, Any]:
    plain = {"name": column.name, "mean": column.mean, "deviation": column.deviation}
    if column.fill is None:
        return plain
    return plain | {"fill": column.fill, "indicator": column.indicator}


def _middle(known: np.ndarray, how: str) -> float:
    if how == "median":
        return float(np.median(known))
    return float(np.cumsum(known)[-1] / len(known))  # one after the other, as below


def _standard(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # Rows are added one after the other in each column, so the order of additions, and with it
    # the last bit, is the same on every processor.
    constant = values.min(axis=0) == values.max(axis=0)
    mean = np.where(constant, values[0], _sum(values) / len(values))
    deviation = np.sqrt(_sum((values - mean) ** 2) / len(values))
    return mean, np.where(constant, 1.0, deviation)


def _robust(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low, median, high = np.percentile(values, (25, 50, 75), axis=0)
    apart = high - low
    return median, np.where(apart == 0, 1.0, apart)


def _none(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(values.shape[1]), np.ones(values.shape[1])


def _sum(values: np.ndarray) -> np.ndarray:
    """Return the sum of each column of a C-contiguous array, row by row."""
    total: np.ndarray = np.add.reduce(np.ascontiguousarray(values), axis=0)
    return total


SCALES = {"standard": _standard, "robust": _robust, "none": _none}
