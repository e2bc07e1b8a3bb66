"""The first and the last of many lines."""

import collections
from collections.abc import Callable

FIRST = 1000  # lines that are passed on as they come
LAST = 50  # lines behind them that are passed on in the end


class Excerpt:
    """Passes on what a stage prints, but not a million lines of it.

    Each line in Prefect's log is a message to its server, and a stage that prints must wait for
    them; the log file has every line.

    Args:
        passed_on: Takes each line.
    """

    def __init__(self, passed_on: Callable[[str], None]) -> None:
        self._passed_on = passed_on
        self._count = 0
        self._last: collections.deque[str] = collections.deque(maxlen=LAST)

    def say(self, line: str) -> None:
        """Take a line."""
        self._count += 1
        if self._count <= FIRST:
            self._passed_on(line)
        else:
            self._last.append(line)

    def close(self) -> None:
        """Pass on the last lines, and how many there are between."""
        left_out = self._count - FIRST - len(self._last)
        if left_out > 0:
            self._passed_on(f"... {left_out} lines are in the log file alone ...")
        for line in self._last:
            self._passed_on(line)
        self._last.clear()
