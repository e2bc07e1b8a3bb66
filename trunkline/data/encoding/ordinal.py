"""Categories with an order as one number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trunkline.data.encoding import vocabulary
from trunkline.data.encoding.vocabulary import Vocabulary
from trunkline.data.layout import Block
from trunkline.settings.encoding import Ordinal as Settings

KIND = "ordinal"


@dataclass(frozen=True)
class Ordinal:
    """A category by the place of its value: 0 for the first, -1 where it is missing or unseen.

    Attributes:
        vocabulary: its values, in order.
        mean: of the places of the training rows; 0 without a scale.
        deviation: of the places of the training rows; 1 without a scale.
    """

    vocabulary: Vocabulary
    mean: float
    deviation: float

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return (self.vocabulary.column,)

    @property
    def names(self) -> tuple[str, ...]:
        """The column's own name."""
        return (self.vocabulary.column,)

    @property
    def block(self) -> Block:
        """One number."""
        return Block(kind="numbers", name=self.vocabulary.column, width=1)

    @property
    def filler(self) -> None:
        """A missing value has a place of its own."""

    def apply(self, frame: pd.DataFrame) -> np.ndarray:
        """Return scaled places, float32 `[rows, 1]`."""
        places = self.vocabulary.places(frame, KIND).astype(np.float64)
        scaled: np.ndarray = (places - self.mean) / self.deviation
        return scaled.astype(np.float32)[:, None]

    def to_json(self) -> list[dict[str, Any]]:
        """Return one entry."""
        scale = {"mean": self.mean, "deviation": self.deviation}
        return [{"kind": KIND, **scale, **self.vocabulary.to_json()}]


def fit(settings: Settings, train: pd.DataFrame, columns: Sequence[str]) -> tuple[Ordinal, ...]:
    """Return each column's encoder.

    Raises:
        ValueError: as `vocabulary.fit`.
    """
    return tuple(_fitted(settings, train, name) for name in columns)


def from_json(entry: Mapping[str, Any]) -> Ordinal:
    """Return what `to_json` described."""
    return Ordinal(vocabulary.from_json(entry), float(entry["mean"]), float(entry["deviation"]))


def _fitted(settings: Settings, train: pd.DataFrame, name: str) -> Ordinal:
    known = vocabulary.fit(settings, train, name)
    if settings.scale == "none":
        return Ordinal(known, 0.0, 1.0)
    places = known.places(train, KIND)
    count, total, squares = len(places), int(places.sum()), int((places**2).sum())
    # Sums of whole numbers are exact: the order of the rows does not matter.
    mean, variance = total / count, (count * squares - total**2) / count**2
    return Ordinal(known, mean, float(np.sqrt(variance)) or 1.0)
