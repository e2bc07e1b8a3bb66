"""Rows that are images become pixels; nothing else does."""

import numpy as np
import pytest

from trunkline.reports import images
from trunkline.settings.encoding import Picture, Words
from trunkline.settings.inputs import Inputs


def test_pixels_span_black_to_white() -> None:
    """The smallest number is black, the largest white, in the image's shape."""
    pixels = images.grey(np.array([[0.0, 8.0, 16.0, 4.0]]), (2, 2, 1))
    np.testing.assert_array_equal(pixels, [[[0, 128], [255, 64]]])
    assert pixels.dtype == np.uint8


def test_equal_inputs_are_black() -> None:
    """A blank image is no division by zero."""
    assert not images.grey(np.full((1, 4), 3.0), (2, 2)).any()


def test_inputs_that_do_not_fill_the_shape_are_refused() -> None:
    """The message names both parameters that could be wrong."""
    with pytest.raises(ValueError, match=r"Expected 4 input columns .*Received: 3.*inputs\.shape"):
        images.grey(np.zeros((1, 3)), (2, 2))


def test_pictures_are_shown_as_the_columns_have_them() -> None:
    """A picture that is scaled for the network keeps its own columns and shape in the report."""
    plain = Inputs(columns=("pixel_*",), shape=(8, 8, 1))
    assert images.pictured(plain) == (("pixel_*",), (8, 8, 1))
    scaled = Picture(kind="picture", shape=(8, 8, 3), size=(4, 4), channels=1)
    beside = Inputs(
        columns=("title", "pixel_*"), encode={"title": Words(kind="words"), "pixel_*": scaled}
    )
    assert images.pictured(beside) == (("pixel_*",), (8, 8, 3))
