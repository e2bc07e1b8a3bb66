"""Pictures that are turned and mirrored are classes of their own."""

import numpy as np
import pytest

from tests.tasks import small_tasks
from trunkline.tasks import expanding


def test_turns_and_mirror_images_by_hand() -> None:
    """A quarter turn to the left brings the right column to the top; a mirror swaps columns."""
    found = expanding.pictures(small_tasks.pictures(1), ("rotate", "reflect"))[:, :, :, 0]
    assert found.dtype == np.float32
    assert [picture.tolist() for picture in found] == [
        [[0, 1], [2, 3]],
        [[1, 3], [0, 2]],
        [[3, 2], [1, 0]],
        [[2, 0], [3, 1]],
        [[1, 0], [3, 2]],
        [[0, 2], [1, 3]],
        [[2, 3], [0, 1]],
        [[3, 1], [2, 0]],
    ]


@pytest.mark.parametrize(
    ("expand", "count"), [((), 1), (("reflect",), 2), (("rotate",), 4), (("reflect", "rotate"), 8)]
)
def test_all_variants_differ_and_follow_each_other(expand: tuple[str, ...], count: int) -> None:
    """Rows come variant after variant, themselves first; no two of a row are the same."""
    x = small_tasks.pictures(3)
    found = expanding.pictures(x, expand)
    assert found.shape == (3 * count, 2, 2, 1)
    np.testing.assert_array_equal(found[:3], x)
    assert len({picture.tobytes() for picture in found}) == 3 * count
    assert len(expanding.variants(expand)) == count


def test_variants_are_named() -> None:
    """By the angle and whether they are mirrored."""
    names = [variant.name("3") for variant in expanding.variants(("rotate", "reflect"))]
    assert names[0] == "3"
    assert names[1] == "3 turned 90"
    assert names[4:6] == ["3 mirrored", "3 turned 90, mirrored"]
    assert len(set(names)) == 8


def test_pictures_that_are_no_squares_can_be_mirrored() -> None:
    """Only a quarter turn changes their shape."""
    assert expanding.pictures(small_tasks.pictures(1, 2, 3), ("reflect",)).shape == (2, 2, 3, 1)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((4,), r"episodes\.expand: only pictures, \[height, width, channels\], .* received \[4\]"),
        ((2, 3, 1), r"a quarter turn needs pictures as high as wide, received \[2, 3, 1\]: leave"),
    ],
)
def test_what_is_no_square_picture_is_refused(shape: tuple[int, ...], message: str) -> None:
    """With the shape that was received, and what to do."""
    with pytest.raises(ValueError, match=message):
        expanding.pictures(np.zeros((2, *shape), np.float32), ("rotate",))
