"""What needs no training: pixels side by side, and the modified Hausdorff distance."""

import numpy as np

SIDE = 28  # pixels of the pictures that nearest neighbour compares


def pixels(items: np.ndarray, learned: np.ndarray) -> np.ndarray:
    """Return minus the squared distance between scaled pictures, [items, learned].

    Args:
        items: bool [items, height, width].
        learned: bool [learned, height, width].
    """
    one, other = _scaled(items), _scaled(learned)
    lengths = np.square(one).sum(1)[:, None] + np.square(other).sum(1)
    return 2 * one @ other.T - lengths


def _scaled(ink: np.ndarray) -> np.ndarray:
    """Return the shares of ink in `SIDE` by `SIDE` fields, [pictures, fields]."""
    rows, columns = (_fields(size) for size in ink.shape[1:])
    return (rows @ ink.astype(np.float64) @ columns.T).reshape(len(ink), -1)


def _fields(size: int) -> np.ndarray:
    """Return what share of each pixel's line falls into each field, [SIDE, size]."""
    low = np.arange(SIDE)[:, None] * size / SIDE
    pixel = np.arange(size)[None]
    shared = np.minimum(low + size / SIDE, pixel + 1) - np.maximum(low, pixel)
    return np.clip(shared, 0, None) * SIDE / size


def hausdorff(items: np.ndarray, learned: np.ndarray) -> np.ndarray:
    """Return minus the modified Hausdorff distance between inked pixels, [items, learned].

    max(mean over a of min over b |a - b|, mean over b of min over a |a - b|), of pixels whose
    mean is taken to the origin.

    References:
        Dubuisson and Jain, "A modified Hausdorff distance for object matching", 1994; as in
        Lake's demonstration of one-shot classification.
    """
    one, other = [_centred(ink) for ink in items], [_centred(ink) for ink in learned]
    return np.array([[-_modified(a, b) for b in other] for a in one])


def _centred(ink: np.ndarray) -> np.ndarray:
    places = np.argwhere(ink).astype(np.float64)
    return places - places.mean(axis=0)


def _modified(one: np.ndarray, other: np.ndarray) -> float:
    lengths = np.square(one).sum(1)[:, None] + np.square(other).sum(1)
    squares = np.maximum(lengths - 2 * one @ other.T, 0)
    there, back = np.sqrt(squares.min(axis=1)).mean(), np.sqrt(squares.min(axis=0)).mean()
    return float(max(there, back))
