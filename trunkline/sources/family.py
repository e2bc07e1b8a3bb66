"""A generated family of small tasks of known truth, to learn from some and judge on others.

`sinusoids` that share their form are those of Finn et al. (2017, "Model-Agnostic Meta-Learning
for Fast Adaptation of Deep Networks", 5.1): amplitude U[0.1, 5], phase U[0, pi], x U[-5, 5].
`sides` are classes on both sides of a plane through normal features.

Only additions, products, quotients and roundings are used, in a fixed order, so that the table has
the same bits on every processor: the sine too is a series of our own.
"""

import math

import numpy as np
import pandas as pd

from trunkline.determinism import seeds
from trunkline.settings.family import Family

DIRECTIONS = 2  # in which planes differ that share something
PLANES = 3  # of a task whose rows tell nothing of each other
WAVES = 8  # of a task whose rows tell nothing of each other
FREQUENCIES = (100.0, 300.0)  # from row to row of 20 they swing tens of times
TERMS = 13  # of the series: below 1e-16 of the sine within half a turn


def table(settings: Family, seed: int) -> pd.DataFrame:
    """Return the rows of each task, task after task.

    Args:
        settings: what the tasks are, how many, and of how many rows.
        seed: the root seed.

    Returns:
        `task` (text), the features (float32), and `y`: float32, of `sides` int64 0 or 1.
    """
    shape = (settings.tasks, settings.rows, settings.features)
    if settings.form == "sinusoids":
        x = _generator(settings, seed, "x").uniform(-5.0, 5.0, shape).astype(np.float32)
        y = _waves(x[:, :, 0].astype(np.float64), settings, seed)  # [tasks, rows]
    else:
        x = _generator(settings, seed, "x").standard_normal(shape).astype(np.float32)
        y = _heights(x.astype(np.float64), settings, seed)
    noise = _generator(settings, seed, "noise").standard_normal(y.shape)
    y = y + settings.noise * noise
    labels = y.astype(np.float32) if settings.form == "sinusoids" else _sides(y)
    digits = len(str(settings.tasks - 1))
    names = [f"task_{number:0{digits}d}" for number in range(settings.tasks)]
    columns = {
        "task": pd.Series(np.repeat(names, settings.rows), dtype="str"),
        **dict(zip(settings.inputs, x.reshape(-1, settings.features).T, strict=True)),
        "y": labels.ravel(),
    }
    return pd.DataFrame(columns)


def sine(angles: np.ndarray) -> np.ndarray:
    """Return the sine of angles in radians: the same bits everywhere, as NumPy's is not.

    Example:
        >>> [round(float(value), 12) for value in sine(np.array([0.0, 1.0, 100.0]))]
        [0.0, 0.841470984808, -0.50636564111]
    """
    rest = angles - 2.0 * math.pi * np.rint(angles / (2.0 * math.pi))  # within half a turn
    square = rest * rest
    total = np.ones_like(rest)
    for term in range(TERMS, 0, -1):
        total = 1.0 - total * square / (2.0 * term * (2.0 * term + 1.0))
    product: np.ndarray = rest * total
    return product


def _waves(x: np.ndarray, settings: Family, seed: int) -> np.ndarray:
    """Return a sinusoid of each task, or a sum of short ones as large, `[tasks, rows]`."""
    rng = _generator(settings, seed, "waves")
    if settings.shared:
        amplitude = rng.uniform(0.1, 5.0, (settings.tasks, 1))
        phase = rng.uniform(0.0, math.pi, (settings.tasks, 1))
        wave: np.ndarray = amplitude * sine(x - phase)
        return wave
    total = np.zeros_like(x)
    for _ in range(WAVES):
        amplitude = rng.uniform(0.1, 5.0, (settings.tasks, 1)) / math.sqrt(WAVES)
        phase = rng.uniform(-math.pi, math.pi, (settings.tasks, 1))
        frequency = rng.uniform(*FREQUENCIES, (settings.tasks, 1))
        total = total + amplitude * sine(frequency * x - phase)
    return total


def _heights(x: np.ndarray, settings: Family, seed: int) -> np.ndarray:
    """Return how far rows lie above the plane of their task, of deviation 1, `[tasks, rows]`.

    Or the product of that over several planes, which share nothing: its sign changes with each of
    them, so that rows tell it of hardly any other in many dimensions.
    """
    rng = _generator(settings, seed, "planes")
    if settings.shared:
        directions = rng.standard_normal((DIRECTIONS, settings.features))
        across = np.zeros((settings.tasks, settings.features))
        for direction in directions:
            across = across + rng.standard_normal((settings.tasks, 1)) * direction
        return _height(x, across)
    total = np.ones(x.shape[:2])
    for _ in range(PLANES):
        total = total * _height(x, rng.standard_normal((settings.tasks, settings.features)))
    return total


def _height(x: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Return the height of rows above a plane of each task, at right angles to `across`."""
    length = np.array([math.sqrt(math.fsum(plane * plane)) for plane in across])
    total = np.zeros(x.shape[:2])
    for place in range(x.shape[2]):  # BLAS would add in an order of its own
        total = total + x[:, :, place] * (across[:, place] / length)[:, None]
    return total


def _sides(heights: np.ndarray) -> np.ndarray:
    """Return 1 for the upper half of each task's rows, else 0."""
    order = np.argsort(heights, axis=1, kind="stable")
    ranks = np.argsort(order, axis=1, kind="stable")
    upper: np.ndarray = ranks >= heights.shape[1] // 2
    return upper.astype(np.int64)


def _generator(settings: Family, seed: int, name: str) -> np.random.Generator:
    return seeds.generator(seed, "family", settings.form, str(settings.shared), name)
