"""The data and sizes of the benchmarks, the same for every side."""

from dataclasses import fields
from typing import NamedTuple

import numpy as np

from trunkline.settings.balancers import Balancers

EPOCHS, BATCH = 10, 32
CONV_EPOCHS = 3
BALANCERS = [field.name for field in fields(Balancers) if field.name != "equal"]


class Tables(NamedTuple):
    """Rows and labels of two binary tasks."""

    x: np.ndarray  # float32 [8192, 100]
    y: np.ndarray  # float32 [2, 8192]


class Pictures(NamedTuple):
    """Pictures and their classes."""

    x: np.ndarray  # float32 [1024, 28, 28, 1]
    y: np.ndarray  # int64 [1024]


def tables() -> Tables:
    """Return 8,192 rows of 100 inputs, and two labels that share five of them."""
    x = np.random.default_rng(0).standard_normal((8192, 100), np.float32)
    return Tables(x, np.stack([x[:, :10].sum(1) > 0, x[:, 5:20].sum(1) > 0]).astype(np.float32))


def three() -> np.ndarray:
    """Return three labels of the same rows, bool [3, 8192]; neighbours share five inputs."""
    x = tables().x
    return np.stack([x[:, 5 * task : 5 * task + 10].sum(1) > 0 for task in range(3)])


def pictures() -> Pictures:
    """Return 1,024 pictures of noise in ten classes."""
    rng = np.random.default_rng(0)
    return Pictures(rng.standard_normal((1024, 28, 28, 1), np.float32), rng.integers(0, 10, 1024))
