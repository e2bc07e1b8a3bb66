"""How a check goes, for a person: a bar on a terminal, lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.progress import TimeElapsedColumn as Elapsed

PAUSE = 10.0  # seconds between two lines about a run


class Lines:
    """Progress as lines, each run's not more often than every some seconds.

    Args:
        write: Takes a line.
        pause: Seconds between two lines about a run.
    """

    def __init__(self, write: Callable[[str], object], pause: float = PAUSE) -> None:
        self._write, self._pause = write, pause
        self._begun: dict[str, float] = {}
        self._told = -pause

    def say(self, text: str) -> None:
        """Write a line."""
        self._write(text)

    def advance(self, run: str, done: int, total: int) -> None:
        """Write how many stages of a run are recorded, unless it was just written."""
        now = time.monotonic()
        begun = self._begun.setdefault(run, now)
        if done == total or now - self._told >= self._pause:
            self._told = now
            self._write(f"{run} run: {done} of {total} stages, {now - begun:.0f} s")


class Bars:
    """Progress as a bar for each run, with the time so far."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Elapsed())
        self.bars = Progress(*columns, console=console)
        self._runs: dict[str, TaskID] = {}

    def say(self, text: str) -> None:
        """Write a line above the bars."""
        self.bars.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def advance(self, run: str, done: int, total: int) -> None:
        """Move the bar of a run."""
        if run not in self._runs:
            self._runs[run] = self.bars.add_task(f"{run} run", total=total)
        self.bars.update(self._runs[run], completed=done)


@contextmanager
def shown(console: Console) -> Iterator[Lines | Bars]:
    """Yield what shows progress on a console.

    Args:
        console: A terminal, or a file.
    """
    if console.is_terminal:
        live = Bars(console)
        with live.bars:
            yield live
    else:
        yield Lines(lambda text: console.print(text, markup=False, highlight=False, soft_wrap=True))
