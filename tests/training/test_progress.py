"""Progress: a bar on a terminal, a line at each tenth elsewhere."""

import io
import logging

import pytest

from trunkline.training import progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


def test_lines_at_every_tenth(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 40 runs, ten lines and the last one are logged, the same ones each time."""
    monkeypatch.setattr("sys.stderr", io.StringIO())
    caplog.set_level(logging.INFO)
    with progress.watch("finetune s", 40) as started:
        for number in range(40):
            started(f"run {number}")
    assert caplog.messages[0] == "finetune s: run 1 of 40, run 0"
    assert caplog.messages[1] == "finetune s: run 5 of 40, run 4"
    assert caplog.messages[-1] == "finetune s: 40 of 40 runs done"
    assert len(caplog.messages) == 11


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal a bar counts the runs and names the present one."""
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    with progress.watch("finetune s", 3) as started:
        for number in range(3):
            started(f"task {number}")
    assert "finetune s" in screen.getvalue()
    assert "2/3" in screen.getvalue()
    assert "task 2" in screen.getvalue()


def test_a_failure_is_not_told_as_done(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a run fails, nobody is told that all are done."""
    monkeypatch.setattr("sys.stderr", io.StringIO())
    caplog.set_level(logging.INFO)

    def fail() -> None:
        with progress.watch("finetune s", 3) as started:
            started("first")
            raise ValueError("diverged")

    with pytest.raises(ValueError, match="diverged"):
        fail()
    assert not any("done" in message for message in caplog.messages)
