"""The live table on a terminal."""

import io
import sys

import pytest
from rich import console

from flows.running.plan import State
from flows.showing import table
from tests.flows.showing.workspace import Clock, Steps, Terminal

SHOW, HIDE = "\x1b[?25h", "\x1b[?25l"  # the cursor


def made(screen: Terminal, clock: Clock, width: int = 80, height: int = 24) -> table.Table:
    """Return a table on a terminal that keeps what is drawn."""
    canvas = console.Console(
        file=screen, force_terminal=True, width=width, height=height, markup=False, highlight=False,
        color_system="standard", _environ={},
    )  # fmt: skip
    return table.Table(screen, clock, canvas)


def test_the_last_picture_stays_on_the_screen(screen: Terminal, clock: Clock, steps: Steps) -> None:
    """After the end the table, its summary and the cursor are there."""
    live, (first, second) = made(screen, clock), steps("ingest", "train")
    live.planned([first, second])
    live.entered(first, State.CACHED)
    live.entered(second, State.RUNNING)
    clock.time += 2.5
    live.entered(second, State.RAN)
    live.finished()
    last = screen.getvalue().rpartition("Stage")[2]
    assert "cached" in last
    assert "2.5 s" in last
    assert "2 stages, 2.5 s: 1 ran, 1 cached" in last
    assert screen.getvalue().rstrip().endswith(SHOW)
    assert screen.getvalue().count(HIDE) == screen.getvalue().count(SHOW) == 1


def test_states_have_colour_and_word(screen: Terminal, clock: Clock, steps: Steps) -> None:
    """Green and red come with a word each."""
    live, (first, second) = made(screen, clock), steps("good", "bad")
    live.planned([first, second])
    live.entered(first, State.RAN)
    live.entered(second, State.FAILED)
    live.finished()
    assert "\x1b[32mran" in screen.getvalue()
    assert "\x1b[1;31mfailed" in screen.getvalue()


def test_the_streams_are_given_back(
    screen: Terminal, clock: Clock, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is drawn, errors appear above it; afterwards they go where they went before."""
    monkeypatch.setattr(sys, "stderr", screen)
    live = made(screen, clock)
    live.planned(steps("a"))
    assert sys.stderr is not screen
    sys.stderr.write("a word of warning\n")
    live.finished()
    assert sys.stderr is screen
    assert screen.getvalue().index("a word of warning") < screen.getvalue().rindex("Stage")


def test_output_to_a_file_is_left_alone(
    screen: Terminal, clock: Clock, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a standard output that is a terminal too is drawn above the table."""
    elsewhere = io.StringIO()
    monkeypatch.setattr(sys, "stdout", elsewhere)
    live = made(screen, clock)
    live.planned(steps("a"))
    sys.stdout.write("for the file\n")
    live.finished()
    assert elsewhere.getvalue() == "for the file\n"
    assert "for the file" not in screen.getvalue()


def test_an_end_before_the_beginning_draws_nothing(screen: Terminal, clock: Clock) -> None:
    """A run that fails before it has a plan leaves the terminal as it was."""
    live = made(screen, clock)
    live.finished()
    assert screen.getvalue() == ""


def test_more_stages_than_lines_stay_within_the_terminal(
    screen: Terminal, clock: Clock, steps: Steps
) -> None:
    """A picture never scrolls away what it has to redraw."""
    live = made(screen, clock, height=12)
    live.planned(steps(*(f"stage@{i}" for i in range(500))))
    drawn = screen.getvalue()
    live.finished()
    assert drawn.count("\n") < 12
    assert "492 more waiting" in drawn
