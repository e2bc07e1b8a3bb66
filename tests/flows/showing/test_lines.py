"""Plain lines where there is no terminal."""

import io
from pathlib import Path

from flows.running.plan import State
from flows.showing import lines
from tests.flows.showing.workspace import Clock, Steps


class Flushed(io.StringIO):
    """Keeps what had been written when it was last flushed."""

    seen = ""

    def flush(self) -> None:
        """Keep what is there."""
        self.seen = self.getvalue()


def test_each_change_is_a_line_at_once(clock: Clock, steps: Steps) -> None:
    """Time of the run, stage, state, time of the stage, message."""
    out, (first, second, third) = Flushed(), steps("ingest@digits", "train", "report")
    shown = lines.Lines(out, Path("logs"), clock)
    shown.planned([first, second, third])
    shown.entered(first, State.CACHED)
    clock.time += 2.5
    shown.entered(second, State.RUNNING)
    assert out.seen.endswith("      2.5 s  train          running\n")
    clock.time += 9.8
    shown.entered(second, State.RAN, "after 2\nattempts")
    shown.entered(third, State.WAITING)
    shown.finished()
    assert out.seen.splitlines() == [
        "      0.0 s  ingest@digits  cached",
        "      2.5 s  train          running",
        "     12.3 s  train          ran (9.8 s)  after 2 attempts",
        "     12.3 s  3 stages, 12.3 s: 1 ran, 1 waiting, 1 cached",
    ]


def test_a_failure_names_its_log(clock: Clock, steps: Steps) -> None:
    """A stage that never ran has none."""
    out, (first, second) = Flushed(), steps("train", "sub/dvc.yaml:train")
    shown = lines.Lines(out, Path("logs"), clock)
    shown.planned([first, second])
    shown.entered(first, State.FAILED, "a source is missing")
    shown.entered(second, State.RUNNING)
    shown.entered(second, State.FAILED, "exit code 1")
    assert out.seen.splitlines()[0].endswith("failed  a source is missing")
    assert "failed (0.0 s)  exit code 1  (log: logs/sub_dvc.yaml_train~" in out.seen


def test_nothing_steers_a_terminal_or_breaks_a_line(clock: Clock, steps: Steps) -> None:
    """Names and messages are one printable line."""
    out, (step,) = Flushed(), steps("a\x1b[2Jb\nc")
    shown = lines.Lines(out, Path("logs"), clock)
    shown.planned([step])
    shown.entered(step, State.SKIPPED, "x\x1b]0;y\x07\r\nz")
    assert out.seen == "      0.0 s  ab c  skipped  x z\n"
