"""Categories as an index that a network looks up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trunkline.data.encoding import vocabulary
from trunkline.data.encoding.vocabulary import Vocabulary
from trunkline.data.layout import Block
from trunkline.settings.encoding import Embedding as Settings

KIND = "embedding"


@dataclass(frozen=True)
class Embedding:
    """A category by the place of its value, from 1 on; 0 is missing or unseen.

    Attributes:
        vocabulary: its values.
        size: of the vector that is looked up.
    """

    vocabulary: Vocabulary
    size: int

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
        """One index."""
        known = len(self.vocabulary.values) + 1
        return Block(
            kind="category",
            name=self.vocabulary.column,
            width=1,
            vocabulary=known,
            size=self.size,
        )

    @property
    def filler(self) -> None:
        """A missing value has an index of its own."""

    def apply(self, frame: pd.DataFrame) -> np.ndarray:
        """Return indices, float32 `[rows, 1]`."""
        return (self.vocabulary.places(frame, KIND) + 1).astype(np.float32)[:, None]

    def to_json(self) -> list[dict[str, Any]]:
        """Return one entry."""
        return [{"kind": KIND, "size": self.size, **self.vocabulary.to_json()}]


def fit(settings: Settings, train: pd.DataFrame, columns: Sequence[str]) -> tuple[Embedding, ...]:
    """Return each column's encoder.

    Raises:
        ValueError: as `vocabulary.fit`.
    """
    return tuple(
        Embedding(vocabulary.fit(settings, train, name), settings.size) for name in columns
    )


def from_json(entry: Mapping[str, Any]) -> Embedding:
    """Return what `to_json` described."""
    return Embedding(vocabulary.from_json(entry), int(entry["size"]))
