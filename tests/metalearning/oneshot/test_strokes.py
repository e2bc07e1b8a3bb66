"""Ink becomes thin lines, and lines become points with directions."""

import numpy as np
import pytest

from tests.metalearning.oneshot import examples
from trunkline.metalearning.oneshot import strokes


def test_a_thick_bar_becomes_a_line_of_one_pixel() -> None:
    """No row of a bar of three columns keeps more than one pixel, and most keep one."""
    ink = np.zeros((1, 30, 30), bool)
    ink[0, 5:25, 10:13] = True
    rows = strokes.thinned(ink)[0].sum(axis=1)
    assert rows.max() == 1
    assert rows.sum() >= 15


def test_a_thin_line_stays_as_it_is() -> None:
    """A line of one pixel loses none."""
    ink = np.zeros((1, 20, 20), bool)
    ink[0, 9, 3:17] = True
    np.testing.assert_array_equal(strokes.thinned(ink), ink)


@pytest.mark.parametrize(
    ("corners", "expected"),
    [
        ([(5, 20), (35, 20)], (1, 0)),
        ([(20, 5), (20, 35)], (-1, 0)),
        ([(5, 5), (35, 35)], (0, 1)),
        ([(5, 35), (35, 5)], (0, -1)),
    ],
)
def test_directions_are_doubled_angles(
    corners: list[tuple[int, int]], expected: tuple[int, int]
) -> None:
    """Across (1, 0), down (-1, 0), and the diagonals (0, 1) and (0, -1), whoever starts where."""
    found = strokes.traced(examples.drawing(np.array(corners))[None], 16)
    np.testing.assert_allclose(found.points[0, 2, 2:], expected, atol=0.05)


def test_the_box_of_a_drawing_reaches_from_minus_one_to_one() -> None:
    """The longer side does, and the shorter one keeps its proportion."""
    ink = np.zeros((1, 40, 40), bool)
    ink[0, 10, 5:36] = ink[0, 10:26, 5] = True
    place = strokes.traced(ink, 64).points[0, :45, :2]
    np.testing.assert_allclose([place[:, 0].min(), place[:, 0].max()], [-1, 1], atol=0.08)
    np.testing.assert_allclose(np.ptp(place[:, 1]), 1.0, atol=0.1)


def test_where_a_drawing_lies_does_not_matter() -> None:
    """A drawing that is shifted by whole pixels has the same strokes."""
    ink = examples.characters(each=1, drawers=1).ink[:, 0]
    moved = np.pad(ink, ((0, 0), (12, 3), (8, 7)))
    still = np.pad(ink, ((0, 0), (5, 10), (6, 9)))
    for one, other in zip(strokes.traced(moved, 32), strokes.traced(still, 32), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


def test_the_first_points_are_spread_most_evenly() -> None:
    """Of a long line the first two points are its ends, the third its middle."""
    ink = np.zeros((1, 40, 40), bool)
    ink[0, 20, 4:37] = True
    np.testing.assert_allclose(strokes.traced(ink, 3).points[0, :, 0], [-1, 1, 0], atol=0.08)


def test_points_that_are_not_there_weigh_nothing() -> None:
    """The weights of a drawing sum to its pixels, however many points there are."""
    ink = np.zeros((2, 40, 40), bool)
    ink[0, 20, 5:15] = ink[1, 20, 5:35] = True
    found = strokes.traced(ink, 20)
    np.testing.assert_allclose(found.weight.sum(axis=1), [10, 30])
    assert (found.weight[0] > 0).sum() == 10


def test_an_empty_drawing_is_refused() -> None:
    """Its number is named."""
    with pytest.raises(ValueError, match="drawing 1: expected ink, received an empty picture"):
        strokes.traced(np.stack([np.eye(20, dtype=bool), np.zeros((20, 20), bool)]), 8)
