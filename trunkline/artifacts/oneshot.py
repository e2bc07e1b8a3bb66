"""A fitted one-shot recogniser in a folder: its settings, and the weights of each member."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from trunkline.artifacts import files, results, weights
from trunkline.settings.metalearning.oneshot import OneShot

SETTINGS = "settings.json"


def write(settings: OneShot, members: Sequence[Mapping[str, np.ndarray]], folder: Path) -> None:
    """Write the folder whole: `settings.json`, and `<member>.weights.h5` of each.

    Raises:
        OSError: it could not be written; the old folder is kept.
    """
    with files.replacing_folder(folder) as new:
        results.write(settings, new / SETTINGS)
        for number, arrays in enumerate(members):
            weights.write(arrays, new / f"{number}.weights.h5")


def read(folder: Path) -> tuple[OneShot, list[dict[str, np.ndarray]]]:
    """Return settings and weights of a recogniser.

    Raises:
        FileNotFoundError: it is not there, or not whole.
        ValueError: a file is damaged, or of another version.
    """
    path = folder / SETTINGS
    if not path.is_file():
        raise FileNotFoundError(
            f"{folder}: expected a fitted recogniser, with a {SETTINGS}; there is none: fit one by "
            "`python -m stages learn_oneshot`"
        )
    found = results.read(path)
    names = {field.name for field in dataclasses.fields(OneShot)}
    if not isinstance(found, dict) or set(found) != names:
        raise ValueError(
            f"{path}: expected the entries {', '.join(sorted(names))}: fit the recogniser anew"
        )
    settings = OneShot(**found | {"channels": tuple(found["channels"])})
    return settings, [weights.read(folder / f"{k}.weights.h5") for k in range(settings.members)]
