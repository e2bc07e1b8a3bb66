"""Booleans as 1 and 0."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from trunkline.data.encoding import reading
from trunkline.data.layout import Block
from trunkline.settings.encoding import Boolean as Settings

KIND = "boolean"
REMEDY = "missing: indicator"


@dataclass(frozen=True)
class Boolean:
    """A column of booleans.

    Attributes:
        column: that it reads.
        indicator: whether an entry more says that the value is missing; else none may be.
    """

    column: str
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
    def filler(self) -> bool | None:
        """Either of the two."""
        return None if self.indicator else False

    def apply(self, frame: pd.DataFrame) -> np.ndarray:
        """Return 1 for true and 0 for false and missing, float32 `[rows, width]`."""
        column = frame[self.column]
        reading.expect(column, ("booleans",), KIND)
        known = reading.present(frame, self.column, "" if self.indicator else REMEDY)
        true = known & np.array([value is True for value in column.tolist()], bool)
        return np.stack([true, ~known], axis=1)[:, : len(self.names)].astype(np.float32)

    def to_json(self) -> list[dict[str, Any]]:
        """Return one entry."""
        return [{"kind": KIND, **asdict(self)}]


def fit(settings: Settings, train: pd.DataFrame, columns: Sequence[str]) -> tuple[Boolean, ...]:
    """Return each column's encoder; nothing is learned but whether it reads its column.

    Raises:
        ValueError: a column holds something else, or lacks values and may not.
    """
    found = tuple(Boolean(name, settings.missing == "indicator") for name in columns)
    for one in found:
        reading.some(train, one.column)
        one.apply(train)
    return found


def from_json(entry: Mapping[str, Any]) -> Boolean:
    """Return what `to_json` described."""
    return Boolean(entry["column"], bool(entry["indicator"]))
