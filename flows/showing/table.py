"""The live table of stages on a terminal."""

import contextlib
import sys
import time
from collections.abc import Sequence
from typing import TextIO

from rich import console, live

from flows.running import plan
from flows.running.plan import State
from flows.showing import progress, terminal, view


class Table:
    """Draws all stages and redraws them four times a second while the run goes on.

    Args:
        stream: A terminal.
        clock: Seconds from any start.
        drawn_on: A console to draw on instead of one of its own.

    Attributes:
        progress: What has been told so far.
    """

    def __init__(
        self,
        stream: TextIO,
        clock: progress.Clock = time.monotonic,
        drawn_on: console.Console | None = None,
    ) -> None:
        self.progress = progress.Progress(clock)
        self._stream = stream
        self._console = drawn_on or console.Console(
            file=stream, markup=False, highlight=False, emoji=False
        )
        self._until_finished = contextlib.ExitStack()

    def planned(self, steps: Sequence[plan.Step]) -> None:
        """Take the whole plan and begin to draw."""
        self.progress.planned(steps)
        drawn = live.Live(
            console=self._console,
            get_renderable=self._picture,
            redirect_stdout=sys.stdout.isatty(),  # else it goes to a file of its own
        )
        self._until_finished.enter_context(terminal.shared(self._console, self._stream))
        self._until_finished.callback(drawn.stop)
        drawn.start(refresh=True)

    def entered(self, step: plan.Step, state: State, message: str = "") -> None:
        """Take a stage's new state; the next drawing shows it."""
        self.progress.entered(step, state, message)

    def finished(self) -> None:
        """Draw for the last time and leave that on the screen."""
        self.progress.finished()
        self._until_finished.close()

    def _picture(self) -> console.RenderableType:
        told = self.progress
        return view.picture(
            told.rows(), told.now(), told.elapsed(), self._console.size, over=told.over
        )
