"""Drawings changed as hands change them: moved points, whose directions turn with them."""

import numpy as np

from trunkline.metalearning.oneshot.strokes import Strokes


def turned(points: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """Return points and directions under linear maps.

    Args:
        points: [drawings, points, 4].
        matrices: [drawings, 2, 2], or [drawings, points, 2, 2] for directions that differ.
    """
    place = _mapped(matrices, points[..., :2])
    return np.concatenate([place, redirected(points[..., 2:], matrices)], axis=-1)


def redirected(double: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """Return (cos 2a, sin 2a), each of the length it had, of directions under linear maps."""
    angle = np.arctan2(double[..., 1], double[..., 0]) / 2
    length = np.hypot(double[..., 0], double[..., 1])
    moved = _mapped(matrices, np.stack([np.cos(angle), np.sin(angle)], axis=-1))
    angle = 2 * np.arctan2(moved[..., 1], moved[..., 0])
    return np.stack([np.cos(angle) * length, np.sin(angle) * length], axis=-1)


def _mapped(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    if matrices.ndim == 3:
        return vectors @ matrices.transpose(0, 2, 1)
    return (matrices @ vectors[..., None])[..., 0]


def affine(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return drawings turned by some 10 degrees, slanted, and stretched by some 15 %."""
    angle, slant = rng.normal(size=(2, len(points))) * [[0.17], [0.2]]
    stretch = np.exp(rng.normal(size=(len(points), 2)) * 0.15)
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
    shear = stretch[:, :, None] * np.eye(2)
    shear[:, 0, 1] = slant
    return turned(points, (turn @ shear).astype(np.float32))


def elastic(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return drawings whose places move by three slow waves, some 6 % of their size together."""
    moved = points[..., :2].copy()
    slopes = np.broadcast_to(np.eye(2), (*points.shape[:2], 2, 2)).copy()
    for _ in range(3):
        wave = rng.normal(size=(len(points), 1, 2)) * 1.8
        phase = rng.uniform(0, 2 * np.pi, (len(points), 1))
        size = rng.normal(size=(len(points), 1, 2)) * 0.05
        at = (points[..., :2] * wave).sum(axis=-1) + phase
        moved += size * np.sin(at)[..., None]
        slopes += size[..., :, None] * wave[..., None, :] * np.cos(at)[..., None, None]
    return np.concatenate([moved, redirected(points[..., 2:], slopes)], axis=-1)


def fitted(strokes: Strokes) -> Strokes:
    """Return drawings whose boxes reach from -1 to 1 along their longer sides."""
    far = np.where(strokes.weight[..., None] > 0, 0.0, np.inf).astype(np.float32)
    place = strokes.points[..., :2]
    low, high = (place + far).min(axis=1), (place - far).max(axis=1)
    half = np.maximum((high - low).max(axis=1) / 2, 1e-3)[:, None, None]
    place = (place - (low + high)[:, None] / 2) / half
    return strokes._replace(points=np.concatenate([place, strokes.points[..., 2:]], axis=-1))


def redrawn(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Return drawings as another hand could have made them, with another pen."""
    points = elastic(affine(strokes.points, rng), rng).astype(np.float32)
    whole = fitted(Strokes(points, strokes.weight))
    count = len(points)
    size = np.exp(rng.normal(size=(count, 1, 1)) * 0.06)
    place = whole.points[..., :2] * size + rng.normal(size=(count, 1, 2)) * 0.05
    pen = np.exp(rng.normal(size=(count, 1)) * 0.2)
    return Strokes(
        np.concatenate([place, whole.points[..., 2:]], axis=-1).astype(np.float32),
        (whole.weight * pen).astype(np.float32),
    )
