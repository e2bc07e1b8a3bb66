"""Pictures hold what is seen and nothing else."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib.figure import Figure
from PIL import Image

from trunkline.artifacts import pictures

sides = st.integers(1, 12)
shapes = st.tuples(sides, sides) | st.tuples(sides, sides, st.just(3))


def figure() -> Figure:
    """Return a small line chart with a legend and a clipped band."""
    drawn = Figure(figsize=(3, 2))
    axes = drawn.subplots()
    axes.plot([1, 2, 3], [1, 4, 2], label="scratch")
    axes.fill_between([1, 2, 3], [0, 3, 1], [2, 5, 3], alpha=0.3)
    axes.legend()
    return drawn


@given(hnp.arrays(np.uint8, shapes))
def test_png_holds_its_pixels(pixels: np.ndarray) -> None:
    """Another reader of PNG finds the same pixels."""
    with Image.open(io.BytesIO(pictures.png_bytes(pixels))) as image:
        assert np.array_equal(np.asarray(image), pixels)
        assert not image.info


def test_png_of_several_blocks() -> None:
    """A picture longer than one stored block holds its pixels too."""
    pixels = np.arange(300 * 500, dtype=np.uint32).astype(np.uint8).reshape(300, 500)
    with Image.open(io.BytesIO(pictures.png_bytes(pixels))) as image:
        assert np.array_equal(np.asarray(image), pixels)


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((2, 2)), np.zeros((2, 2, 4), np.uint8), np.zeros(4, np.uint8), np.zeros((0, 2), "B")],
)
def test_png_refuses_what_is_no_picture(pixels: np.ndarray) -> None:
    """Another type or shape is refused with what was received."""
    with pytest.raises(ValueError, match=r"uint8 of shape .* received \w+ of shape \["):
        pictures.png_bytes(pixels)


def test_svg_is_the_same_twice_and_undated(tmp_path: Path) -> None:
    """Two drawings of one chart are equal, and name no date and no program."""
    pictures.write_svg(figure(), tmp_path / "chart.svg")
    text = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert text == pictures.svg_text(figure())
    assert "<dc:date>" not in text
    assert "Matplotlib v" not in text
