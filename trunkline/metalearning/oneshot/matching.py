"""Two drawings laid over each other: how far strokes stay apart when one is bent to the other.

Each point of one drawing pulls towards those of the other that are near in place and direction;
an affine map, then a smooth field, follow the pull, and the pull narrows step by step. Nothing is
learned. A point counts by the square of its distance from the nearest one, up to a limit, and both
drawings are bent in turn.

References:
    Chui and Rangarajan, "A new point matching algorithm for non-rigid registration", 2003, whose
    annealed soft correspondence this is, with directions, and a field averaged over neighbours in
    the place of a thin-plate spline.
"""

from collections.abc import Iterator

import numpy as np

from trunkline.metalearning.oneshot import shapes
from trunkline.metalearning.oneshot.strokes import Strokes

DIRECTION = 0.2  # what a direction counts beside a place
WIDTHS = tuple(float(width) for width in np.geomspace(0.3, 0.08, 5))  # of the pull, step by step
STIFF = 0.05  # how strongly the affine map is held to the identity, as a share of the points
NEIGHBOURS = 0.25  # width of the field's averages
HELD = 1.0  # points' worth of staying where one is, in these averages
LIMIT = 0.72  # of a squared distance
ROWS = 4  # drawings bent at a time


def costs(one: Strokes, other: Strokes, matched: int) -> np.ndarray:
    """Return how ill each drawing matches each other one, bent both ways, [one, other].

    Args:
        one: drawings.
        other: drawings.
        matched: points of each that are matched, at most.
    """
    there = np.concatenate(list(_bent(one, other, matched)))
    back = np.concatenate(list(_bent(other, one, matched)))
    return (there + back.T) / 2


def _bent(moving: Strokes, still: Strokes, matched: int) -> Iterator[np.ndarray]:
    """Yield costs [.., still] of some of `moving` at a time."""
    target = still.points[:, :matched]
    there = still.weight[:, :matched] > 0
    for first in range(0, len(moving.points), ROWS):
        points = moving.points[first : first + ROWS, :matched]
        weight = moving.weight[first : first + ROWS, :matched] > 0
        count = len(points)
        pairs = (
            np.repeat(points, len(target), axis=0), np.repeat(weight, len(target), axis=0),
            np.tile(target, (count, 1, 1)), np.tile(there, (count, 1)),
        )  # fmt: skip
        yield _cost(*pairs).reshape(count, len(target))


def _cost(
    points: np.ndarray, real: np.ndarray, target: np.ndarray, there: np.ndarray
) -> np.ndarray:
    """Return the cost of each pair [pairs] of drawings [pairs, matched, 4]."""
    moved, field = points, _field(points, real)
    for width in WIDTHS:
        apart = _apart(moved, target, real, there)
        moved = _mapped(points, real, target, there, apart, width)
        apart = _apart(moved, target, real, there)
        pull = np.where(real[..., None], _pull(apart, width, 2) @ target[..., :2], 0.0)
        away = np.where(real[..., None], pull - moved[..., :2], 0.0)
        moved = np.concatenate([moved[..., :2] + field @ away, moved[..., 2:]], axis=-1)
    apart = np.minimum(_apart(moved, target, real, there), LIMIT)
    left = _mean(apart.min(axis=2), real)
    return (left + _mean(apart.min(axis=1), there)) / 2


def _mean(values: np.ndarray, real: np.ndarray) -> np.ndarray:
    return np.where(real, values, 0.0).sum(axis=1) / real.sum(axis=1)


def _field(points: np.ndarray, real: np.ndarray) -> np.ndarray:
    """Return the averages over neighbours of each point, [pairs, matched, matched]."""
    place = points[..., :2]
    near = np.exp(-_squares(place, place) / (2 * NEIGHBOURS**2)) * real[:, None]
    return near / (near.sum(axis=2, keepdims=True) + HELD)


def _apart(
    moved: np.ndarray, target: np.ndarray, real: np.ndarray, there: np.ndarray
) -> np.ndarray:
    """Return squared distances in place and direction, [pairs, matched, matched]."""
    scale = np.array([1.0, 1.0, DIRECTION, DIRECTION], np.float32)
    squares = _squares((moved * scale).astype(np.float32), target * scale)
    return np.where(real[:, :, None] & there[:, None], squares, np.float32(1e3))


def _squares(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    products = one @ other.transpose(0, 2, 1)
    lengths = np.square(one).sum(-1)[:, :, None] + np.square(other).sum(-1)[:, None]
    return np.maximum(lengths - 2 * products, 0)


def _pull(apart: np.ndarray, width: float, axis: int) -> np.ndarray:
    """Return shares of each point that are 1 together along the axis."""
    near = np.exp((apart.min(axis=axis, keepdims=True) - apart) / np.float32(2 * width**2))
    return near / near.sum(axis=axis, keepdims=True)


def _mapped(
    points: np.ndarray, real: np.ndarray, target: np.ndarray, there: np.ndarray,
    apart: np.ndarray, width: float,
) -> np.ndarray:  # fmt: skip
    """Return the points under the affine map that fits the pull both ways best, and stiffly."""
    ones = np.concatenate([points[..., :2], np.ones_like(points[..., :1])], axis=-1)
    origins = _pull(apart, width, 1).transpose(0, 2, 1) @ ones
    kept = np.concatenate([real, there], axis=1)[..., None]
    left = np.where(kept, np.concatenate([ones, origins], axis=1), 0.0)
    right = np.concatenate([_pull(apart, width, 2) @ target[..., :2], target[..., :2]], axis=1)
    count = real.sum(axis=1)[:, None, None]
    held = STIFF * count * np.diag([2.0, 2.0, 0.5])
    normal = left.transpose(0, 2, 1) @ left + held
    found = np.linalg.solve(normal, left.transpose(0, 2, 1) @ right + held @ np.eye(3, 2))
    place = ones @ found
    turned = shapes.redirected(points[..., 2:], found[:, :2].transpose(0, 2, 1))
    return np.concatenate([place, turned], axis=-1).astype(np.float32)
