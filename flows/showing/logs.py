"""A log file for each stage: what its commands printed in the last run."""

import collections
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from flows.showing import words

FOLDER = Path(".trunkline/logs")
_UNSAFE = re.compile(r"[^A-Za-z0-9@._-]")
_LONGEST = 120  # letters of a name; the file system takes 255 bytes
_KEPT = 100  # last lines that stay in memory


def path(folder: Path, stage: str) -> Path:
    """Return the log file of a stage; no two stages have the same.

    A name that no file can have is rewritten, and marked with its hash behind a `~`, which no name
    that is kept as it is has.

    Args:
        folder: Where log files are.
        stage: Its name, as DVC addresses it.

    Example:
        >>> path(FOLDER, "train@digits").as_posix(), path(FOLDER, "a/dvc.yaml:b").as_posix()
        ('.trunkline/logs/train@digits.log', '.trunkline/logs/a_dvc.yaml_b~3b8cc822b4b7.log')
    """
    safe = _UNSAFE.sub("_", stage)[:_LONGEST]
    if safe != stage:
        safe += f"~{hashlib.sha256(stage.encode(errors='surrogatepass')).hexdigest()[:12]}"
    return folder / f"{safe}.log"


class StageLog:
    """The log of one stage, from one run; nothing of the run before is left in it.

    Args:
        folder: Where log files are; made if need be.
        stage: The stage's name.
        passed_on: Takes each line too, as it stands in the file.

    Attributes:
        path: The file.
    """

    def __init__(
        self, folder: Path, stage: str, passed_on: Callable[[str], None] | None = None
    ) -> None:
        self.path = path(folder, stage)
        self._passed_on = passed_on
        self._last: collections.deque[str] = collections.deque(maxlen=_KEPT)
        folder.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)  # who still writes into the old one keeps the old one
        self._file = self.path.open(
            "x", encoding="utf-8", errors="backslashreplace", buffering=1, newline="\n"
        )

    def write(self, line: str) -> None:
        """Add a line, as it looks on a terminal once it is complete.

        Args:
            line: With or without its end. Of a progress bar, which goes back to the start of the
                line with every step, the last step is kept.
        """
        shown = settled(line)
        self._file.write(f"{shown}\n")
        self._last.append(shown)
        if self._passed_on is not None:
            self._passed_on(shown)

    def tail(self, count: int = 20) -> tuple[str, ...]:
        """Return the last lines, at most 100, without blank ones at the end."""
        text = "\n".join(self._last).rstrip()
        return tuple(text.split("\n")[-count:]) if text and count > 0 else ()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def settled(line: str) -> str:
    """Return what a terminal shows of a line in the end.

    Example:
        >>> settled(" 10%|#    |" + chr(13) + "100%|#####|" + chr(10))
        '100%|#####|'
    """
    states = reversed(line.rstrip("\n").split("\r"))
    return next(filter(None, (words.printable(state).rstrip() for state in states)), "")
