"""What needs no training, by hand."""

import numpy as np

from tests.metalearning.oneshot import examples
from trunkline.metalearning.oneshot import baselines


def test_modified_hausdorff_by_hand() -> None:
    """Two pixels, one apart, and four, each two apart: the larger mean of nearest distances.

    Centred they lie at -1/2, 1/2 and at -3, -1, 1, 3. From the first to the second 1/2 each; back
    5/2, 1/2, 1/2, 5/2: a mean of 3/2, which is the larger.
    """
    one, other = np.zeros((2, 5, 9), bool)
    one[1, 3:5] = True
    other[3, 1:9:2] = True
    np.testing.assert_allclose(baselines.hausdorff(one[None], other[None]), [[-1.5]])
    np.testing.assert_allclose(baselines.hausdorff(other[None], one[None]), [[-1.5]])


def test_hausdorff_does_not_ask_where_a_drawing_lies() -> None:
    """Both are centred: shifted ink has a distance of 0."""
    ink = examples.characters(each=1, drawers=1).ink[:1, 0]
    moved = np.pad(ink, ((0, 0), (9, 0), (0, 4)))
    np.testing.assert_allclose(baselines.hausdorff(moved, ink), [[0]], atol=1e-6)


def test_pixels_are_compared_as_shares_of_ink() -> None:
    """Of 56 by 56 pixels four make one: a full block against none differs by 1."""
    ink = np.zeros((2, 56, 56), bool)
    ink[0, :2, :2] = True
    np.testing.assert_allclose(baselines.pixels(ink, ink), [[0, -1], [-1, 0]], atol=1e-12)


def test_shares_of_ink_add_up_for_any_size() -> None:
    """A picture of 105 by 105 full of ink is full of ink in 28 by 28."""
    ink = np.stack([np.ones((105, 105), bool), np.zeros((105, 105), bool)])
    np.testing.assert_allclose(baselines.pixels(ink, ink)[0, 1], -28 * 28)
