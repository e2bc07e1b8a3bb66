"""The rows of a table that are read and encoded: all of them, or those that will be asked for.

Labels are drawn from all rows of a table; rows are named by their numbers. Of a table that is too
large for memory only the rows that were drawn are read, and the numbers are those among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trunkline.data import large
from trunkline.data.large import Rows
from trunkline.tasks.budgets import Draw
from trunkline.tasks.labels import Labels


@dataclass(frozen=True)
class Chosen:
    """Rows in memory.

    Attributes:
        frame: the rows, with all their columns.
        numbers: which rows of the table they are, ascending; none: each of them.
    """

    frame: pd.DataFrame
    numbers: np.ndarray | None = None

    def labels(self, encoded: Labels) -> Labels:
        """Return the labels of these rows, of those of the whole table."""
        return encoded if self.numbers is None else encoded.at(self.numbers)

    def places(self, rows: np.ndarray) -> np.ndarray:
        """Return where rows of the table lie among these; each is one of them."""
        if self.numbers is None:
            return rows
        return np.searchsorted(self.numbers, rows).astype(np.int32)

    def draw(self, drawn: Draw) -> Draw:
        """Return drawn rows of the table by their places among these."""
        if self.numbers is None:
            return drawn
        return drawn._replace(train=self.places(drawn.train), held=self.places(drawn.held))


def choose(rows: Rows, parts: Sequence[np.ndarray]) -> Chosen:
    """Return a frame as it is; of a larger table the rows of all parts."""
    if isinstance(rows, pd.DataFrame):
        return Chosen(rows)
    numbers = large.union(parts)
    return Chosen(large.take(rows, numbers), numbers)
