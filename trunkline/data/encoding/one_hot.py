"""Categories as an entry for each value, and one for all that is not known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trunkline.data.encoding import vocabulary
from trunkline.data.encoding.vocabulary import Vocabulary
from trunkline.data.layout import Block
from trunkline.settings.encoding import OneHot as Settings

KIND = "one_hot"


@dataclass(frozen=True)
class OneHot:
    """A category: 1 in the entry of its value; the first entry is for missing and unseen ones."""

    vocabulary: Vocabulary

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return (self.vocabulary.column,)

    @property
    def names(self) -> tuple[str, ...]:
        """The values."""
        column, values = self.vocabulary.column, self.vocabulary.values
        return (f"{column} is none of these", *(f"{column} = {value}" for value in values))

    @property
    def block(self) -> Block:
        """Numbers: a product with a kernel looks up a row of it."""
        return Block(kind="numbers", name=self.vocabulary.column, width=len(self.names))

    @property
    def filler(self) -> None:
        """A missing value has an entry of its own."""

    def apply(self, frame: pd.DataFrame) -> np.ndarray:
        """Return one 1 in each row, float32 `[rows, 1 + values]`."""
        found = np.zeros((len(frame), len(self.names)), np.float32)
        found[np.arange(len(frame)), self.vocabulary.places(frame, KIND) + 1] = 1
        return found

    def to_json(self) -> list[dict[str, Any]]:
        """Return one entry."""
        return [{"kind": KIND, **self.vocabulary.to_json()}]


def fit(settings: Settings, train: pd.DataFrame, columns: Sequence[str]) -> tuple[OneHot, ...]:
    """Return each column's encoder.

    Raises:
        ValueError: as `vocabulary.fit`.
    """
    return tuple(OneHot(vocabulary.fit(settings, train, name)) for name in columns)


def from_json(entry: Mapping[str, Any]) -> OneHot:
    """Return what `to_json` described."""
    return OneHot(vocabulary.from_json(entry))
