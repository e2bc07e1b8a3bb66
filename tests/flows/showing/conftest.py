"""Fixtures of the views."""

import io
from collections.abc import Callable

import pytest
from rich import console

from tests.flows.showing import workspace


@pytest.fixture
def clock() -> workspace.Clock:
    """Return a clock that the test moves."""
    return workspace.Clock()


@pytest.fixture
def screen() -> workspace.Terminal:
    """Return a terminal that keeps what is written to it."""
    return workspace.Terminal()


@pytest.fixture
def steps() -> workspace.Steps:
    """Return a maker of plans."""
    return workspace.make


@pytest.fixture
def drawn() -> Callable[..., list[str]]:
    """Return what draws something as the lines of a terminal of some width."""

    def draw(what: console.RenderableType, width: int = 100) -> list[str]:
        out = io.StringIO()
        console.Console(file=out, width=width, markup=False, highlight=False).print(what)
        return [line.rstrip() for line in out.getvalue().splitlines()]

    return draw
