"""What is said on the terminal when a run is over: what failed, where to look."""

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from flows.running.plan import State
from flows.showing import logs, metrics, places, progress, words

LINES = 20  # of a failed stage's log


def lines(
    root: Path, folder: Path, told: progress.Progress, found: Sequence[metrics.Change] = ()
) -> list[str]:
    """Return the last words of a run.

    Args:
        root: The folder of `dvc.yaml`.
        folder: Where the log files are.
        told: How the run went.
        found: The metrics beside those of the last commit, from `metrics.changes`.
    """
    rows = told.rows()
    said = [line for row in rows if row.state is State.FAILED for line in _failure(row, folder)]
    said += metrics.lines(found)
    if any(row.began is not None for row in rows):
        said.append(f"Logs: {folder}")
    if (root / places.REPORT).is_file():
        said.append(f"Report: {(root / places.REPORT).resolve()}")
    return said


def show(stream: TextIO, said: Sequence[str]) -> None:
    """Write lines, at once.

    Args:
        stream: Where to.
        said: The lines.
    """
    stream.write("".join(f"{words.printable(line)}\n" for line in said))
    stream.flush()


def _failure(row: progress.Row, folder: Path) -> list[str]:
    message = words.printable(row.message).strip().replace("\n", "\n  ")
    said = [f"{words.one_line(row.name)} failed{': ' if message else ''}{message}"]
    if row.began is not None:
        log = logs.path(folder, row.name)
        said += [f"  | {line}" for line in _last(log)]
        said.append(f"  log: {log}")
    return said


def _last(log: Path) -> list[str]:
    """Return the last lines of a log file; none if it is gone."""
    if not log.is_file():
        return []
    return log.read_text(encoding="utf-8", errors="replace").rstrip().splitlines()[-LINES:]
