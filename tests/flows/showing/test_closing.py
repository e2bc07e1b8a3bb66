"""What is said when a run is over."""

import io
from pathlib import Path

from flows.running.plan import State
from flows.showing import closing, progress
from tests.flows.showing import workspace
from tests.flows.showing.workspace import Clock, Steps


def test_failures_metrics_logs_and_report_are_told(
    tmp_path: Path, clock: Clock, steps: Steps
) -> None:
    """Each failure in full, with its log if it ran."""
    told, (first, second, third) = progress.Progress(clock), steps("ingest", "train", "report")
    told.planned([first, second, third])
    told.entered(first, State.FAILED, "the source is gone")
    told.entered(second, State.RUNNING)
    told.entered(second, State.FAILED, "exit code 1\nno space left\n")
    told.entered(third, State.SKIPPED)
    told.finished()
    workspace.report(tmp_path)
    assert closing.lines(tmp_path, Path("logs"), told, [workspace.CHANGE]) == [
        "ingest failed: the source is gone",
        "train failed: exit code 1\n  no space left",
        "  log: logs/train.log",
        "Metrics: 1, as in the last commit",
        "Logs: logs",
        f"Report: {tmp_path}/reports/index.html",
    ]


def test_nothing_is_said_where_nothing_was_done(tmp_path: Path, clock: Clock, steps: Steps) -> None:
    """Unchanged stages leave no logs."""
    told, (step,) = progress.Progress(clock), steps("train")
    told.planned([step])
    told.entered(step, State.CACHED)
    assert closing.lines(tmp_path, Path("logs"), told) == []


def test_last_words_are_written_at_once() -> None:
    """And steer no terminal."""
    out = io.StringIO()
    closing.show(out, ["first\n  line\x1b[2J", "second"])
    assert out.getvalue() == "first\n  line\nsecond\n"
