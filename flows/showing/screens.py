"""Which view of a run suits where it is shown."""

import time
from pathlib import Path
from typing import Protocol, TextIO

from flows.running import plan
from flows.showing import lines, progress, table, terminal


class Screen(plan.Observer, Protocol):
    """An observer that shows a run, and keeps what it was told."""

    progress: progress.Progress


def observer(stream: TextIO, folder: Path, clock: progress.Clock = time.monotonic) -> Screen:
    """Return a live table for a terminal, and plain lines for anything else.

    Args:
        stream: Where the run is shown.
        folder: Where the log files are.
        clock: Seconds from any start.
    """
    if terminal.is_live(stream):
        return table.Table(stream, clock)
    return lines.Lines(stream, folder, clock)
