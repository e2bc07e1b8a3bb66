"""Which view of a run suits where it is shown."""

import io
from pathlib import Path

import pytest

from flows.showing import lines, screens, table
from tests.flows.showing.workspace import Terminal


@pytest.fixture(autouse=True)
def _no_words_about_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def test_a_terminal_gets_a_table(screen: Terminal) -> None:
    """Where it can be redrawn."""
    assert isinstance(screens.observer(screen, Path("logs")), table.Table)


def test_anything_else_gets_lines() -> None:
    """A file or a pipe."""
    assert isinstance(screens.observer(io.StringIO(), Path("logs")), lines.Lines)


@pytest.mark.parametrize(
    ("name", "value"), [("TERM", "dumb"), ("TTY_INTERACTIVE", "0"), ("TTY_COMPATIBLE", "0")]
)
def test_a_terminal_that_cannot_be_redrawn_gets_lines(
    screen: Terminal, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """As its settings say."""
    monkeypatch.setenv(name, value)
    assert isinstance(screens.observer(screen, Path("logs")), lines.Lines)


def test_a_file_gets_lines_whatever_is_said_of_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours may be forced; a file cannot be redrawn."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert isinstance(screens.observer(io.StringIO(), Path("logs")), lines.Lines)
