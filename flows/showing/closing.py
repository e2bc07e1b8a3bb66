"""What is said on the terminal when a run is over: what failed, where to look."""

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from flows.running.plan import State
from flows.showing import logs, metrics, places, progress, words


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
        said.append(f"  log: {logs.path(folder, row.name)}")
    return said
