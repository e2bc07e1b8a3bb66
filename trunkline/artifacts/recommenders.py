"""Fitted recommenders in a folder: arrays by model and repeat, and what encodes their facts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from trunkline.artifacts import files, fitted, results, tables
from trunkline.data import encoders
from trunkline.data.encoders import Encoder
from trunkline.interactions.pairs import Pairs
from trunkline.recommending.source import Source

Arrays = Mapping[str, np.ndarray]
SIDES = ("users", "items")


def write(
    fits: Mapping[str, Sequence[Arrays]],
    folder: Path,
    *,
    sides: Mapping[str, Encoder],
    known: Pairs | None = None,
) -> None:
    """Write the folder whole.

    That is `<model>/<repeat>.weights.h5` for each fit, `<side>.json` for each encoder, and
    `users.parquet` and `items.parquet` with the ids that places stand for.

    Args:
        fits: float32 and int32 arrays of each fit, by model.
        folder: replaced if it exists.
        sides: encoders of facts, by `users` and `items`.
        known: what was learned from; none: ids are kept elsewhere.

    Raises:
        TypeError: an array has another type.
        OSError: it could not be written; the old folder is kept.
    """
    with files.replacing_folder(folder) as new:
        for side, encoder in sides.items():
            results.write(encoders.to_json(encoder), new / f"{side}.json")
        for side in SIDES if known is not None else ():
            tables.write(pd.DataFrame({"id": getattr(known, side)}), new / f"{side}.parquet")
        fitted.write(fits, new)


def read(folder: Path) -> dict[str, list[dict[str, np.ndarray]]]:
    """Return the arrays of each model, by repeat.

    Raises:
        ValueError: a file is damaged.
    """
    return fitted.read(folder)


def read_encoders(folder: Path) -> dict[str, Encoder]:
    """Return what encodes facts, by `users` and `items`: those that are read.

    Raises:
        ValueError: a file is damaged.
    """
    found = {side: folder / f"{side}.json" for side in SIDES}
    return {
        side: encoders.from_json(results.read(path))
        for side, path in found.items()
        if path.exists()
    }


def read_source(folder: Path, study: str) -> Source:
    """Return the fits of another study, to begin with.

    Args:
        folder: of all studies.
        study: its name.

    Raises:
        FileNotFoundError: it has no fits there.
        ValueError: a file is damaged.
    """
    users, items = (tables.read(folder / study / f"{side}.parquet")["id"] for side in SIDES)
    return Source(
        study, users.to_numpy(), items.to_numpy(), read_encoders(folder / study),
        read(folder / study),
    )  # fmt: skip
