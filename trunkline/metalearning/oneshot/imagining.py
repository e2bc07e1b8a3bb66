"""Many more characters than were drawn: turned and mirrored ones, and some made of two others.

A step compares characters of a few groups. Those of a group share an alphabet and both drawers, as
in a run, and the change that makes them new; characters made of the same parts differ by one.
"""

import numpy as np

from trunkline.metalearning.oneshot import pictures, shapes
from trunkline.metalearning.oneshot.strokes import Strokes
from trunkline.settings.metalearning.oneshot import OneShot

PARTS = 6  # characters that composites of a group take each of their sides from
LAYOUTS = 3  # how composites of a group can lie beside each other


def batch(
    strokes: Strokes, alphabet: np.ndarray, settings: OneShot, rng: np.random.Generator
) -> np.ndarray:
    """Return pictures of `classes` characters by one hand, then of the same by another.

    Args:
        strokes: of drawings [characters, drawers].
        alphabet: [characters].
        settings: how many there are, and of which kinds.
        rng: where they are drawn from.

    Returns:
        float32 [2 * classes, side, side, 3].
    """
    groups, left = list[Strokes](), settings.classes
    while left:
        group = _group(strokes, alphabet, settings, min(left, settings.together), rng)
        groups.append(group)
        left -= group.points.shape[1]
    both = (np.concatenate(column, axis=1) for column in zip(*groups, strict=True))
    flat = Strokes(*(array.reshape(-1, *array.shape[2:]) for array in both))
    return pictures.drawn(shapes.redrawn(flat, rng), settings.side)


def _group(
    strokes: Strokes, alphabet: np.ndarray, settings: OneShot, most: int, rng: np.random.Generator
) -> Strokes:
    """Return characters of one group by both of its drawers, [2, characters, ...]."""
    there = np.flatnonzero(alphabet == rng.integers(alphabet.max() + 1))
    hands = rng.permutation(strokes.points.shape[1])[:2]
    made = rng.random() < settings.composites
    if made:
        both = _composites(strokes, there, hands, most, rng)
    else:
        chosen = rng.permutation(there)[:most]
        both = Strokes(*(np.stack([a[chosen, hand] for hand in hands]) for a in strokes))
    if made or rng.random() < settings.turned:
        flat = both.points.reshape(-1, *both.points.shape[2:])
        matrices = np.tile(_quarter(int(rng.integers(8))), (len(flat), 1, 1))
        both = both._replace(points=shapes.turned(flat, matrices).reshape(both.points.shape))
    return both


def _quarter(which: int) -> np.ndarray:
    """Return one of the eight symmetries of a square, [2, 2]."""
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    mirror = np.diag([1.0 - 2.0 * (which // 4), 1.0])
    return (np.linalg.matrix_power(turn, which % 4) @ mirror).astype(np.float32)


def _composites(
    strokes: Strokes, there: np.ndarray, hands: np.ndarray, most: int, rng: np.random.Generator
) -> Strokes:
    """Return characters made of two of an alphabet, each in a place of its own."""
    one, other = rng.permutation(there)[:PARTS], rng.permutation(there)[:PARTS]
    pairs = np.stack(np.meshgrid(one, other), axis=-1).reshape(-1, 2)
    pairs = rng.permutation(pairs)[:most]
    layout = rng.uniform(-1, 1, (LAYOUTS, 3))[rng.integers(LAYOUTS, size=len(pairs))]
    angle, apart = layout[:, 0] * np.pi, 0.55 + 0.35 * layout[:, 1]
    offset = apart[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    drawings = []
    for hand in hands:
        sides = []
        for side, sign in ((0, 1.0), (1, -1.0)):
            size = np.exp(sign * 0.4 * layout[:, 2] + rng.normal(size=len(pairs)) * 0.06)
            place = sign * offset + rng.normal(size=(len(pairs), 2)) * 0.06
            sides.append(_placed(strokes, pairs[:, side], hand, size, place))
        drawings.append([np.concatenate(column, axis=1) for column in zip(*sides, strict=True)])
    return Strokes(*(np.stack(column) for column in zip(*drawings, strict=True)))


def _placed(
    strokes: Strokes, chosen: np.ndarray, hand: int, size: np.ndarray, place: np.ndarray
) -> Strokes:
    """Return every other point of drawings at another size and place."""
    half = strokes.points.shape[2] // 2  # the first points are spread most evenly
    points = strokes.points[chosen, hand, :half].copy()
    points[..., :2] = points[..., :2] * size[:, None, None] + place[:, None]
    weight = strokes.weight[chosen, hand]
    kept = weight[:, :half]
    return Strokes(points, kept * weight.sum(1, keepdims=True) / kept.sum(1, keepdims=True))
