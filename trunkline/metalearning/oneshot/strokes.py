"""Strokes of a drawing: its ink thinned to lines, as points with the line's direction.

A point is (x, y, cos 2a, sin 2a): twice the angle a, for a line has no front and no back. The box
around a drawing reaches from -1 to 1 along its longer side.
"""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

REACH = 3  # pixels to each side that a direction is taken from
CHUNK = 128  # drawings at a time, which fit the cache
_AROUND = ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))  # from north


class Strokes(NamedTuple):
    """Drawings as points, the first of which are spread most evenly."""

    points: np.ndarray  # float32 [drawings, points, 4]
    weight: np.ndarray  # float32 [drawings, points]; 0 where a drawing has fewer points

    def at(self, places: np.ndarray) -> "Strokes":
        """Return some of the drawings."""
        return Strokes(self.points[places], self.weight[places])


def traced(ink: np.ndarray, count: int) -> Strokes:
    """Return the strokes of bitmaps [drawings, height, width], at most `count` points of each.

    Raises:
        ValueError: a drawing has no ink.
    """
    if bare := np.flatnonzero(~ink.any(axis=(1, 2))).tolist():
        raise ValueError(f"drawing {bare[0]}: expected ink, received an empty picture: remove it")
    parts = [_traced(ink[k : k + CHUNK], count) for k in range(0, len(ink), CHUNK)]
    return Strokes(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def thinned(ink: np.ndarray) -> np.ndarray:
    """Return bitmaps whose lines are one pixel wide, [drawings, height, width].

    References:
        Zhang and Suen, "A fast parallel algorithm for thinning digital patterns", 1984.
    """
    found = np.pad(ink, ((0, 0), (1, 1), (1, 1))).astype(bool)
    live = np.arange(len(found))
    while len(live):
        before = found[live]
        after = _peeled(_peeled(before, first=True), first=False)
        found[live] = after
        live = live[(after != before).any(axis=(1, 2))]
    return found[:, 1:-1, 1:-1]


def _peeled(ink: np.ndarray, *, first: bool) -> np.ndarray:
    """Return the bitmaps without the pixels that one of both passes takes away."""
    ring = [np.roll(ink, shift, axis=(1, 2)) for shift in _AROUND]
    north, east, south, west = ring[::2]
    neighbours = np.sum(ring, axis=0, dtype=np.int8)
    edges = np.sum(
        [~here & after for here, after in zip(ring, ring[1:] + ring[:1], strict=True)],
        axis=0,
        dtype=np.int8,
    )
    side = east & south & (north | west) if first else north & west & (east | south)
    return ink & ~((neighbours >= 2) & (neighbours <= 6) & (edges == 1) & ~side)


def directions(lines: np.ndarray) -> np.ndarray:
    """Return (cos 2a, sin 2a) at each pixel, from the moments of the lines around it.

    Args:
        lines: bool [drawings, height, width].

    Returns:
        [drawings, height, width, 2]; shorter than 1 where there is no one direction.
    """
    grid = np.indices(lines.shape[1:], dtype=np.float64)
    rows, columns = grid[0], grid[1]
    size = (1, 2 * REACH + 1, 2 * REACH + 1)

    def around(values: np.ndarray) -> np.ndarray:
        return ndimage.uniform_filter(values * lines, size, mode="constant")

    mass = around(np.ones_like(rows)) + 1e-9
    x, y = around(columns) / mass, around(rows) / mass
    along = around(columns * columns) / mass - x * x - around(rows * rows) / mass + y * y
    across = 2 * (around(columns * rows) / mass - x * y)
    length = np.hypot(along, across) + 1e-3
    return np.stack([along / length, across / length], axis=-1)


def _traced(ink: np.ndarray, count: int) -> Strokes:
    lines = thinned(ink)
    turns = directions(lines)
    pixels = lines.sum(axis=(1, 2))
    every = np.full((len(ink), int(pixels.max()), 4), np.nan, np.float32)
    for k in range(len(ink)):
        y, x = np.nonzero(lines[k])
        every[k, : len(x)] = np.column_stack([x, y, turns[k, y, x]])
    low, high = np.nanmin(every[..., :2], axis=1), np.nanmax(every[..., :2], axis=1)
    half = np.maximum((high - low).max(axis=1) / 2, 4.0)  # a dot stays one
    every[..., :2] = (every[..., :2] - (low + high)[:, None] / 2) / half[:, None, None]
    points = _spread(every, count)
    there = np.minimum(pixels, count)[:, None]
    weight = np.where(np.arange(count) < there, pixels[:, None] / there, 0.0).astype(np.float32)
    points[weight == 0] = 0.0
    return Strokes(points, weight)


def _spread(every: np.ndarray, count: int) -> np.ndarray:
    """Return points one after the other, each the farthest from those before, [.., count, 4]."""
    rows, chosen = np.arange(len(every)), np.zeros(len(every), int)
    away = np.where(np.isnan(every[..., 0]), -1.0, np.inf).astype(np.float32)
    found = np.zeros((len(every), count, 4), np.float32)
    for k in range(count):
        found[:, k] = every[rows, chosen]
        apart = np.square(every[..., :2] - found[:, k, None, :2]).sum(axis=-1)
        away = np.where(away < 0, away, np.minimum(away, apart))
        chosen = away.argmax(axis=1)
    return found
