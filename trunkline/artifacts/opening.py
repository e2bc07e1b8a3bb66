"""Tables for training: in memory, or read in groups of rows where they are too large."""

from pathlib import Path

from trunkline.artifacts import streaming, tables
from trunkline.data.large import Rows


def rows(path: Path, most: int) -> Rows:
    """Return the table in a Parquet file: in memory, if it has at most so many rows.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged; of a large one also while it is read.
    """
    found = streaming.stored(path)
    return found if found.rows > most else tables.read(path)
