import io

from rich.console import Console

from flows.proving import progress


def test_lines_about_a_run_are_not_too_many() -> None:
    """The first and the last are written at once, those between only after a while."""
    lines: list[str] = []
    shown = progress.Lines(lines.append, pause=1e9)
    for done in range(5):
        shown.advance("serial", done, 4)
    shown.say("done")
    assert lines == ["serial run: 0 of 4 stages, 0 s", "serial run: 4 of 4 stages, 0 s", "done"]


def test_a_file_gets_plain_lines() -> None:
    """Square brackets are no markup."""
    file = io.StringIO()
    with progress.shown(Console(file=file)) as teller:
        teller.say("[bold]as it is[/bold]")
    assert file.getvalue() == "[bold]as it is[/bold]\n"


def test_a_terminal_gets_a_bar_for_each_run() -> None:
    """With how many stages are done."""
    file = io.StringIO()
    with progress.shown(Console(file=file, force_terminal=True, width=80)) as teller:
        teller.advance("serial", 0, 4)
        teller.advance("serial", 3, 4)
        teller.say("a line")
    text = file.getvalue()
    assert "serial run" in text
    assert "3/4" in text
    assert "a line" in text
