"""A line for each change of a stage, where there is no terminal."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from flows.running import plan
from flows.running.plan import State
from flows.showing import logs, progress, view, words

_WIDEST = 40  # cells that a name is filled up to


class Lines:
    """Writes plain lines as the run goes on.

    Args:
        stream: Where to.
        folder: Where the log files are.
        clock: Seconds from any start.

    Attributes:
        progress: What has been told so far.

    Example:
           12.3 s  finetune@digits  ran (9.8 s)
    """

    def __init__(
        self, stream: TextIO, folder: Path, clock: progress.Clock = time.monotonic
    ) -> None:
        self.progress = progress.Progress(clock)
        self._stream = stream
        self._folder = folder
        self._width = 0

    def planned(self, steps: Sequence[plan.Step]) -> None:
        """Take the whole plan."""
        self.progress.planned(steps)
        names = [words.one_line(step.name) for step in steps]
        self._width = min(max(map(len, names), default=0), _WIDEST)

    def entered(self, step: plan.Step, state: State, message: str = "") -> None:
        """Write down a stage's new state."""
        self.progress.entered(step, state, message)
        if state is not State.WAITING:
            self._write(f"{words.one_line(step.name):{self._width}}  {self._told(step.name)}")

    def finished(self) -> None:
        """Write down how many stages ended how."""
        self.progress.finished()
        self._write(view.summary(self.progress.rows(), self.progress.elapsed()))

    def _told(self, name: str) -> str:
        row = self.progress.row(name)
        seconds = row.seconds(self.progress.now())
        parts = [row.state.value]
        if seconds is not None and row.state is not State.RUNNING:
            parts.append(f"({words.duration(seconds)})")
        if row.message:
            parts.append(f" {words.one_line(row.message)}")
        if row.state is State.FAILED and row.began is not None:
            parts.append(f" (log: {logs.path(self._folder, name)})")
        return " ".join(parts)

    def _write(self, line: str) -> None:
        elapsed = words.duration(self.progress.elapsed())
        self._stream.write(f"{elapsed:>11}  {line}\n")
        self._stream.flush()
