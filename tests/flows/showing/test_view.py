"""The picture of a run fits its terminal."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich import cells, console

from flows.running.plan import State
from flows.showing import view
from flows.showing.progress import Row

Drawn = Callable[..., list[str]]


def size(width: int, height: int) -> console.ConsoleDimensions:
    """Return the size of a terminal."""
    return console.ConsoleDimensions(width, height)


def test_every_stage_has_a_line_with_state_time_and_message(drawn: Drawn) -> None:
    """State is a word, so colour carries no meaning of its own."""
    rows = [
        Row("ingest", State.CACHED),
        Row("train@digits", State.RUNNING, began=4.0),
        Row("train@latent", State.FAILED, "exit code 1\nno space left", 2.0, 5.5),
        Row("report", State.WAITING),
    ]
    assert drawn(view.picture(rows, 10.0, 9.0, size(80, 24), over=False), 80) == [
        "Stage         State         Time",
        "ingest        cached",
        "train@digits  running      6.0 s",
        "train@latent  failed       3.5 s  exit code 1 no space left",
        "report        waiting",
        "4 stages, 9.0 s: 1 failed, 1 running, 1 waiting, 1 cached",
    ]


def test_the_time_of_a_running_stage_goes_on_at_every_drawing(drawn: Drawn) -> None:
    """The same rows drawn later show a longer time."""
    rows = [Row("train", State.RUNNING, began=4.0)]
    first, later = (
        drawn(view.picture(rows, now, now, size(80, 24), over=False), 80)[1] for now in (5.0, 70.0)
    )
    assert first.endswith("1.0 s")
    assert later.endswith("1 min 06 s")


def test_too_many_stages_show_what_happens_and_count_the_rest(drawn: Drawn) -> None:
    """What runs, what failed and what finished last stay on the screen, in serial order."""
    rows = [Row(f"early@{i}", State.RAN, began=0.0, ended=1.0, turn=i) for i in range(20)]
    rows += [Row("broken", State.FAILED, began=0.0, ended=1.0, turn=2)]
    rows += [Row(f"same@{i}", State.CACHED, turn=50) for i in range(30)]
    rows += [Row("busy", State.RUNNING, began=0.0, turn=60)]
    rows += [Row(f"later@{i}") for i in range(40)]
    lines = drawn(view.picture(rows, 2.0, 2.0, size(80, 10), over=False), 80)
    assert [line.split()[0] for line in lines[1:7]] == [
        "early@16", "early@17", "early@18", "early@19", "broken", "busy",
    ]  # fmt: skip
    assert lines[7] == "16 more ran, 40 more waiting, 30 more cached"
    assert len(lines) == 9


def test_what_is_to_come_fills_the_room_that_is_left(drawn: Drawn) -> None:
    """Waiting stages come before unchanged ones."""
    rows = [Row(f"same@{i}", State.CACHED) for i in range(9)] + [Row("next@0"), Row("next@1")]
    shown = view.selected(rows, 3)
    assert [row.name for row in shown] == ["same@0", "next@0", "next@1"]


def test_the_last_picture_leaves_out_nothing_that_ran() -> None:
    """It may scroll; only unchanged and waiting stages are counted instead."""
    rows = [Row(f"r{i}", State.RAN) for i in range(8)] + [Row("c", State.CACHED)]
    assert len(view.selected(rows, 5, over=True)) == 8
    assert len(view.selected(rows, 5)) == 5
    assert len(view.selected(rows, 9, over=True)) == 9


def test_sixty_columns_hold_long_names_and_messages(drawn: Drawn) -> None:
    """Both ends of a name stay readable and no line is wider than the terminal."""
    long = "finetune@a-study-with-a-rather-long-name-and-an-item"
    rows = [Row(long, State.FAILED, "the disk is full, and more words", 0.0, 3700.0)]
    lines = drawn(view.picture(rows, 0.0, 3700.0, size(60, 24), over=True), 60)
    assert max(map(len, lines)) <= 60
    assert lines[1].startswith("finetune")
    assert "d-an-item  failed     1 h 01 min  the disk i" in lines[1]


def test_narrow_terminals_do_without_messages(drawn: Drawn) -> None:
    """The state is more important."""
    rows = [Row("train@digits", State.FAILED, "no space left on device", 0.0, 3.0)]
    assert drawn(view.picture(rows, 3.0, 3.0, size(40, 24), over=True), 40)[1] == (
        "train@digits  failed       3.0 s"
    )


def test_messages_cannot_steer_the_terminal(drawn: Drawn) -> None:
    """Escape sequences and markup are plain text at most."""
    rows = [Row("a", State.FAILED, "\x1b[2J[red]gone[/red]", 0.0, 1.0)]
    lines = drawn(view.picture(rows, 1.0, 1.0, size(80, 24), over=True), 80)
    assert "\x1b" not in "".join(lines)
    assert "[red]gone[/red]" in lines[1]


def test_a_run_without_stages_is_said_so(drawn: Drawn) -> None:
    """There is no empty table."""
    assert drawn(view.picture([], 0.0, 1.0, size(80, 24), over=True), 80) == ["0 stages, 1.0 s"]


STAGES = st.lists(
    st.builds(
        Row,
        name=st.text(max_size=80),
        state=st.sampled_from(State),
        message=st.text(max_size=120),
        began=st.none() | st.floats(0, 1e6),
        turn=st.integers(0, 99),
    ),
    max_size=40,
)


@given(STAGES, st.integers(1, 200), st.integers(1, 60), st.booleans())
def test_no_picture_is_too_large(rows: list[Row], width: int, height: int, over: bool) -> None:
    """Every line fits the width, and while the run goes on all lines fit the height."""
    canvas = console.Console(width=width, height=height, record=True, quiet=True)
    picture = view.picture(rows, 1e6, 1e6, canvas.size, over)
    lines = canvas.render_lines(picture, canvas.options.update(width=width), pad=False)
    assert all(sum(cells.cell_len(part.text) for part in line) <= width for line in lines)
    assert over or width < 30 or len(lines) <= max(height, 4)


@pytest.mark.parametrize("width", range(30))
def test_a_shortened_name_fits(width: int) -> None:
    """Also where letters are two cells wide."""
    for name in ("train", "finetune@digits", "漢字漢字漢字漢字", "a漢b漢c漢d"):
        short = view.shortened(name, width)
        assert cells.cell_len(short) <= width
        assert short == name or width < cells.cell_len(name)
