"""Drawings change as hands change them."""

import numpy as np

from tests.metalearning.oneshot import examples
from trunkline.metalearning.oneshot import imagining, pictures, shapes, strokes
from trunkline.metalearning.oneshot.strokes import Strokes

KNOWN = examples.characters()
FLAT = strokes.traced(KNOWN.ink.reshape(-1, 40, 40), 32)
SHAPED = Strokes(FLAT.points.reshape(12, 3, 32, 4), FLAT.weight.reshape(12, 3, 32))


def test_a_quarter_turn_turns_directions_with_places() -> None:
    """(1, 0) that runs across comes to (0, 1) and runs down: twice the angle is (-1, 0)."""
    quarter = np.array([[[0.0, -1.0], [1.0, 0.0]]])
    found = shapes.turned(np.array([[[1.0, 0.0, 1.0, 0.0]]]), quarter)
    np.testing.assert_allclose(found, [[[0, 1, -1, 0]]], atol=1e-12)


def test_waves_turn_directions_as_finite_differences_do() -> None:
    """The direction between two near points on a line is that which the wave gives."""
    line = np.stack([np.linspace(-1, 1, 2001), np.zeros(2001)], -1)
    points = np.concatenate([line, np.tile([1.0, 0.0], (2001, 1))], -1)[None]
    bent = shapes.elastic(points, np.random.default_rng(0))[0]
    step = bent[2:, :2] - bent[:-2, :2]
    angle = 2 * np.arctan2(step[:, 1], step[:, 0])
    np.testing.assert_allclose(bent[1:-1, 2], np.cos(angle), atol=1e-5)
    np.testing.assert_allclose(bent[1:-1, 3], np.sin(angle), atol=1e-5)


def test_fitted_drawings_fill_their_boxes() -> None:
    """Whatever was done to them, they reach from -1 to 1; missing points do not count."""
    moved = FLAT.points.copy()
    moved[..., :2] = moved[..., :2] * 3 + 5
    found = shapes.fitted(Strokes(moved, FLAT.weight))
    there = np.where(FLAT.weight[..., None] > 0, np.abs(found.points[..., :2]), 0)
    np.testing.assert_allclose(there.max(axis=(1, 2)), 1, atol=1e-5)


def test_ink_of_a_picture_stands_where_its_points_do() -> None:
    """One point in the middle of 9 by 9 pixels: the tanh of 1.5 / 4 there, symmetric around it."""
    one = Strokes(np.array([[[0, 0, 1, 0]]], np.float32), np.ones((1, 1), np.float32))
    ink = pictures.drawn(one, 9)[0, :, :, 0]
    np.testing.assert_allclose(ink[4, 4], np.tanh(1.5 / 4), rtol=1e-6)
    np.testing.assert_allclose(ink, ink.T)
    assert np.count_nonzero(ink) == 9


def test_channels_of_direction_follow_the_lines() -> None:
    """Of a line across, the first is positive where there is ink; of a line down, negative."""
    for corners, sign in (([(5, 20), (35, 20)], 1), ([(20, 5), (20, 35)], -1)):
        line = strokes.traced(examples.drawing(np.array(corners))[None], 32)
        picture = pictures.drawn(line, 16)[0]
        assert (sign * picture[..., 1][picture[..., 0] > 0.3] > 0.2).all()


def test_a_step_has_each_character_by_two_hands() -> None:
    """Both halves of a batch show the same characters: each is most like its own other half."""
    settings = examples.SMALL
    found = imagining.batch(SHAPED, KNOWN.alphabet, settings, np.random.default_rng(1))
    assert found.shape == (16, 16, 16, 3)
    ink = found[..., 0].reshape(16, -1)
    ink = ink - ink.mean(axis=0)
    ink /= np.linalg.norm(ink, axis=1, keepdims=True)
    own = np.diag(ink[:8] @ ink[8:].T).mean()
    assert own > (ink[:8] @ ink[8:].T).mean() + 0.2


def test_a_step_is_the_same_for_the_same_seed() -> None:
    """All that is drawn comes from the generator."""
    one, other = (
        imagining.batch(SHAPED, KNOWN.alphabet, examples.SMALL, np.random.default_rng(4))
        for _ in range(2)
    )
    np.testing.assert_array_equal(one, other)
