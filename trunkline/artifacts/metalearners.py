"""Fitted meta-learners in a folder: arrays by method and repeat, and what encodes their rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from trunkline.artifacts import files, fitted, results
from trunkline.data import encoders
from trunkline.data.encoders import Encoder

Arrays = Mapping[str, np.ndarray]


def write(
    fits: Mapping[str, Sequence[Arrays]],
    folder: Path,
    *,
    encoder: Encoder,
    told: Mapping[str, Any],
) -> None:
    """Write the folder whole.

    That is `<method>/<repeat>.weights.h5` for each fit, `inputs.json` with the encoder, and
    `target.json` with what training rows tell of the target.

    Args:
        fits: float32 arrays of each fit, by method.
        folder: replaced if it exists.
        encoder: of the inputs.
        told: the classes of groups, or the scale of a regression.

    Raises:
        TypeError: an array has another type.
        OSError: it could not be written; the old folder is kept.
    """
    with files.replacing_folder(folder) as new:
        results.write(encoders.to_json(encoder), new / "inputs.json")
        results.write(told, new / "target.json")
        fitted.write(fits, new)


def read(folder: Path) -> dict[str, list[dict[str, np.ndarray]]]:
    """Return the arrays of each method, by repeat.

    Raises:
        ValueError: a file is damaged.
    """
    return fitted.read(folder)


def read_encoder(folder: Path) -> tuple[Encoder, Mapping[str, Any]]:
    """Return the encoder of the inputs, and what training rows tell of the target.

    Raises:
        FileNotFoundError: nothing was written there.
        ValueError: a file is damaged.
    """
    encoder = encoders.from_json(results.read(folder / "inputs.json"))
    return encoder, results.read(folder / "target.json")
