"""Strokes drawn into small pictures: how much ink there is, and which way it runs."""

import numpy as np

from trunkline.metalearning.oneshot.strokes import Strokes

MARGIN = 4.0  # pixels between the box of a drawing and the edge
PEN = 1.5  # ink of a point


def drawn(strokes: Strokes, side: int) -> np.ndarray:
    """Return pictures of three channels: ink, and ink times (cos 2a, sin 2a) of its direction.

    Each point is shared among the four pixels around it, then spread by (1, 2, 1) / 4 both ways;
    ink saturates as its hyperbolic tangent, and directions are the mean of a pixel's.

    Returns:
        float32 [drawings, side, side, 3].
    """
    count, middle = len(strokes.points), (side - 1) / 2
    place = np.clip(strokes.points[..., :2] * (middle - MARGIN) + middle, 0, side - 1.001)
    corner = place.astype(np.int32)
    part = place - corner
    first = (np.arange(count)[:, None] * side + corner[..., 1]) * side + corner[..., 0]
    pixels, shares = [], []
    for down in (0, 1):
        for right in (0, 1):
            across = part[..., 0] if right else 1 - part[..., 0]
            shares.append((part[..., 1] if down else 1 - part[..., 1]) * across * strokes.weight)
            pixels.append(first + down * side + right)
    ink, where = np.concatenate(shares, axis=1), np.concatenate(pixels, axis=1).ravel()
    values = [ink] + [ink * np.tile(strokes.points[..., k], 4) for k in (2, 3)]
    shape = (count, side, side)
    sums = [np.bincount(where, v.ravel(), count * side * side).reshape(shape) for v in values]
    return _inked(_softened(np.stack(sums, axis=-1).astype(np.float32)))


def _softened(sums: np.ndarray) -> np.ndarray:
    wide = np.pad(sums, ((0, 0), (1, 1), (1, 1), (0, 0)))
    tall = (wide[:, :-2] + 2 * wide[:, 1:-1] + wide[:, 2:]) / 4
    return (tall[:, :, :-2] + 2 * tall[:, :, 1:-1] + tall[:, :, 2:]) / 4


def _inked(sums: np.ndarray) -> np.ndarray:
    total = sums[..., :1] * PEN
    ink = np.tanh(total)
    return np.concatenate([ink, sums[..., 1:] * PEN / (total + 0.05) * ink], axis=-1)
