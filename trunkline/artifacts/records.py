"""A folder of tables and values, written whole."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from trunkline.artifacts import files, results, tables


def write(entries: Mapping[str, object], folder: Path) -> None:
    """Write `<name>.parquet` for each table and `<name>.json` for each other value.

    Args:
        entries: frames, or what `results.write` takes, by name.
        folder: replaced if it exists.

    Raises:
        OSError: it could not be written; the old folder is kept.
    """
    with files.replacing_folder(folder) as new:
        for name, entry in entries.items():
            if isinstance(entry, pd.DataFrame):
                tables.write(entry, new / f"{name}.parquet")
            else:
                results.write(entry, new / f"{name}.json")
