"""Fits in a folder: `<name>/<repeat>.weights.h5`, of models that are fitted several times each."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from trunkline.artifacts import weights

Arrays = Mapping[str, np.ndarray]


def write(fits: Mapping[str, Sequence[Arrays]], folder: Path) -> None:
    """Write the arrays of each fit, by name, into a folder that is being made.

    Raises:
        TypeError: an array has a type that no weight has.
        OSError: it could not be written.
    """
    for name, repeats in fits.items():
        for repeat, arrays in enumerate(repeats):
            weights.write(arrays, folder / name / f"{repeat}.weights.h5")


def read(folder: Path) -> dict[str, list[dict[str, np.ndarray]]]:
    """Return the arrays of each name, by repeat; names in their order.

    Raises:
        ValueError: a file is damaged.
    """
    found: dict[str, list[dict[str, np.ndarray]]] = {}
    for path in sorted(folder.glob("*/*.weights.h5"), key=_repeat):
        found.setdefault(path.parent.name, []).append(weights.read(path))
    return found


def _repeat(path: Path) -> tuple[str, int]:
    return path.parent.name, int(path.name.removesuffix(".weights.h5"))
