"""SHA-256 of files that were read before: not read again while nobody has touched them.

As git's index does it: a file whose size, place and times are those that were noted is taken for
the same, unless it was touched in the moment in which the note was written.
"""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trunkline.sources import places


class Memory:
    """What was noted of files, and what is noted now.

    Attributes:
        read: the files that had to be read.
    """

    def __init__(self, noted: dict[str, Any], written: int) -> None:
        self.read: list[Path] = []
        self._noted, self._written = noted, written
        self.kept: dict[str, Any] = {}

    def look(self, path: Path) -> places.Local:
        """Return size and SHA-256 of a file, from the note where it still holds.

        Raises:
            ValueError: it is a folder, no plain file, or empty.
            OSError: it does not exist or may not be read.
        """
        place, before = path.as_posix(), _touched(path)
        note = self._noted.get(place)
        fresh = before is not None and max(before[1:3]) < self._written
        if isinstance(note, dict) and note.get("touched") == before and fresh:
            found = places.Local(path, int(note["size"]), str(note["sha256"]))
        else:
            self.read.append(path)
            found = places.file(path)
        self.kept[place] = {"size": found.size, "sha256": found.sha256, "touched": before}
        return found


@contextlib.contextmanager
def opened(note: Path) -> Iterator[Memory]:
    """Yield what a file of notes holds; write it anew when the context ends.

    Args:
        note: outside git: it is of this machine.
    """
    noted, written = {}, 0
    with contextlib.suppress(OSError, ValueError):  # no notes: everything is read
        noted, written = json.loads(note.read_text(encoding="utf-8")), note.stat().st_mtime_ns
    memory = Memory(noted if isinstance(noted, dict) else {}, written)
    yield memory
    note.parent.mkdir(parents=True, exist_ok=True)
    aside = note.with_suffix(".tmp")
    aside.write_text(json.dumps(memory.kept, sort_keys=True), encoding="utf-8")
    aside.replace(note)


def _touched(path: Path) -> list[int] | None:
    """Return what changes when a file is written, replaced or moved; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev]
