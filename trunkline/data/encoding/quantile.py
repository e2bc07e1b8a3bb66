"""Numbers by the share of the training rows that lie below them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from trunkline.data.encoding import numeric, reading
from trunkline.data.layout import Block
from trunkline.settings.encoding import Numeric as Settings

KIND = "quantile"


@dataclass(frozen=True)
class Quantile:
    """A column of numbers on the scale of its ranks, 0 to 1.

    Attributes:
        column: that it reads.
        quantiles: of the training rows, at equal distances from the least to the greatest.
        fill: in the place of a missing value; none: values may not be missing.
        indicator: whether an entry more says that the value is missing.
    """

    column: str
    quantiles: tuple[float, ...]
    fill: float | None
    indicator: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column,)

    @property
    def names(self) -> tuple[str, ...]:
        """The column's own name."""
        return (self.column, f"{self.column} is missing")[: 1 + self.indicator]

    @property
    def block(self) -> Block:
        """Numbers."""
        return Block(kind="numbers", name=self.column, width=len(self.names))

    @property
    def filler(self) -> int:
        """Any number."""
        return 0

    def apply(self, frame: pd.DataFrame) -> np.ndarray:
        """Return shares, float32 `[rows, width]`; of several fitting ones the middle."""
        read = reading.numbers(frame, self.columns, np.array([self.fill is not None]))[:, 0]
        gaps = np.isnan(read)
        values = np.where(gaps, self.fill or 0.0, read)
        known = np.array(self.quantiles)
        shares = np.linspace(0, 1, len(known))
        # Where quantiles repeat, the first fit and the last are halfway apart.
        up = np.interp(values, known, shares)
        down = np.interp(-values, -known[::-1], -shares[::-1])
        found = 0.5 * (up - down)
        found = np.where(values == known[0], 0.0, np.where(values == known[-1], 1.0, found))
        entries = np.stack([found, gaps], axis=1)[:, : len(self.names)]
        return entries.astype(np.float32)

    def to_json(self) -> list[dict[str, Any]]:
        """Return one entry."""
        return [{"kind": KIND, **asdict(self)}]


def fit(settings: Settings, train: pd.DataFrame, columns: Sequence[str]) -> tuple[Quantile, ...]:
    """Return each column's encoder.

    Raises:
        ValueError: as `numeric.fit`.
    """
    values, fill, told = numeric.filled(settings, train, columns)
    found = _quantiles(np.sort(values, axis=0), max(2, min(settings.quantiles, len(train))))
    return tuple(
        Quantile(name, tuple(found[:, n].tolist()), fill[n], told[n])
        for n, name in enumerate(columns)
    )


def from_json(entry: Mapping[str, Any]) -> Quantile:
    """Return what `to_json` described."""
    return Quantile(
        entry["column"], tuple(entry["quantiles"]), entry["fill"], bool(entry["indicator"])
    )


def _quantiles(ordered: np.ndarray, count: int) -> np.ndarray:
    """Return `[count, columns]` at equal distances in rows that are sorted.

    Places between two rows are fractions of whole numbers: a value that fills several places is
    met exactly at each. `np.percentile` misses some by the last bit, and ranks of ties with them.
    """
    places = np.arange(count) * (len(ordered) - 1)
    low, rest = places // (count - 1), places % (count - 1)
    high = np.minimum(low + 1, len(ordered) - 1)
    found = ordered[low] + (ordered[high] - ordered[low]) * (rest / (count - 1))[:, None]
    return np.maximum.accumulate(found, axis=0)
