"""Trained networks in a folder: weights by arm, and the encoder of their inputs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from trunkline.artifacts import files, results, weights
from trunkline.data import encoders
from trunkline.data.encoders import Encoder

Arrays = dict[str, np.ndarray]
Arm = tuple[str, str, int]  # task, arm, budget
Named = TypeVar("Named", bound=Arm)  # with names for its places

ENCODER = "encoder.json"
ARCHITECTURE = "architecture.json"


def write(
    models: Mapping[Named, Arrays], encoder: Encoder, architecture: Mapping[str, Any], folder: Path
) -> None:
    """Write the folder whole: `<task>/<arm>/<budget>.weights.h5`, repeats along the first axis.

    Args:
        models: weights [repeats, ...] by name, by arm.
        encoder: of the inputs.
        architecture: what rebuilds the networks, as JSON.
        folder: replaced if it exists.
    """
    with files.replacing_folder(folder) as new:
        results.write(encoders.to_json(encoder), new / ENCODER)
        results.write(dict(architecture), new / ARCHITECTURE)
        for (task, arm, budget), arrays in models.items():
            weights.write(arrays, new / task / arm / f"{budget}.weights.h5")


def read_encoder(folder: Path) -> Encoder:
    """Return the encoder with which a folder's networks were trained."""
    return encoders.from_json(results.read(folder / ENCODER))


def read_all(folder: Path) -> dict[Arm, Arrays]:
    """Return the weights of every arm of a folder, [repeats, ...] by name, in order.

    Raises:
        ValueError: a file is damaged.
    """
    found = {_arm(path): path for path in folder.glob("*/*/*.weights.h5")}
    return {arm: weights.read(found[arm]) for arm in sorted(found)}


def read_only(folder: Path) -> Arrays:
    """Return the weights of a folder's one arm; of a folder without any, no weights.

    Raises:
        ValueError: a file is damaged, or there are several arms.
    """
    arms = read_all(folder)
    if len(arms) > 1:
        raise ValueError(
            f"{folder} is to hold one trained network, it holds {len(arms)}: run "
            "`dvc repro --force` for the stage that writes it"
        )
    return next(iter(arms.values()), {})


def _arm(path: Path) -> Arm:
    budget = int(path.name.removesuffix(".weights.h5"))
    return path.parent.parent.name, path.parent.name, budget
