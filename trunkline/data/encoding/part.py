"""What a fitted kind of column is to the encoder that joins them."""

from typing import Any, Protocol

import numpy as np
import pandas as pd

from trunkline.data.layout import Block


class Part(Protocol):
    """Some columns as consecutive entries of a row, fitted on training rows.

    Fitted parts are frozen and hold tuples and numbers only: equal parts encode equally.
    """

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads, in order."""

    @property
    def names(self) -> tuple[str, ...]:
        """What each entry of the row is, for messages and the report."""

    @property
    def block(self) -> Block:
        """What the entries mean to a network."""

    @property
    def filler(self) -> int | pd.Timestamp | None:
        """What may stand for a missing value in a row no one asks for; None: it knows its own."""

    def apply(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the entries, float32 `[rows, width]`, of rows with a column `row_id`."""

    def to_json(self) -> list[dict[str, Any]]:
        """Return entries that `kinds.from_json` reads."""
