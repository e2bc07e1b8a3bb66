"""Figures side by side in one page do not disturb each other, nor the page."""

import re

import pytest
from matplotlib.figure import Figure

from trunkline.artifacts import pictures
from trunkline.reports import inline


def _svg() -> str:
    figure = Figure(figsize=(2, 1))
    figure.add_subplot().plot([0, 1], [0, 1], marker="o")
    return pictures.svg_text(figure)


def test_ids_of_two_figures_never_clash() -> None:
    """Every id starts with the figure's name, and every reference follows it."""
    first, second = (inline.embed(_svg(), name, "x") for name in ("a", "b"))
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (first, second)]
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', first))
    assert ids[0]
    assert not ids[0] & ids[1]
    assert used == ids[0]


def test_a_figure_brings_nothing_but_itself() -> None:
    """No prologue, no style for the whole page, no address."""
    svg = inline.embed(_svg(), "a", "x")
    assert not re.search(
        r"<\?xml|<!DOCTYPE|<style|<metadata|https?://(?!www\.w3\.org/2000/svg)", svg
    )


def test_descriptions_are_escaped() -> None:
    """A title cannot end the attribute it stands in."""
    assert 'aria-label="&#34;&gt;&lt;script&gt;"' in inline.embed(_svg(), "a", '"><script>')


def test_what_is_no_svg_is_refused() -> None:
    """A figure without a view box is named."""
    with pytest.raises(ValueError, match=r"Expected the figure a to be an SVG file .*'<p>'"):
        inline.embed("<p>", "a", "x")
