"""Files that came from an address, kept by their SHA-256 beside all projects of a user.

The folder is outside the project, so that worktrees and clones share what was fetched once. What
is in it is never trusted: its SHA-256 is taken anew at each use.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VARIABLE = "TRUNKLINE_CACHE"


@dataclass(frozen=True)
class Partial:
    """What of a file has arrived, and what the server said of the version it belongs to.

    Attributes:
        path: the bytes so far.
    """

    path: Path

    def size(self) -> int:
        """Return how many bytes there are."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def mark(self) -> str | None:
        """Return the version as it was noted, None where nothing was."""
        try:
            noted: Any = json.loads(self._note.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # a run was killed while it wrote
            return None
        return noted["mark"] if isinstance(noted, dict) and "mark" in noted else None

    def begin(self, mark: str | None) -> None:
        """Empty it, for this version."""
        self.path.write_bytes(b"")
        self._note.write_text(json.dumps({"mark": mark}), encoding="utf-8")

    def discard(self) -> None:
        """Forget what has arrived."""
        for path in (self.path, self._note):
            path.unlink(missing_ok=True)

    @property
    def _note(self) -> Path:
        return self.path.with_suffix(".json")


def folder() -> Path:
    """Return the folder: what TRUNKLINE_CACHE names, else the user's folder for such files."""
    if stated := os.environ.get(VARIABLE):
        return Path(stated).absolute()
    beside = os.environ.get("XDG_CACHE_HOME")
    home = os.environ.get("HOME")
    if beside and Path(beside).is_absolute():
        return Path(beside, "trunkline")
    return Path(home, ".cache", "trunkline") if home else Path(".trunkline", "cache").absolute()


def held(sha256: str, name: str) -> Path | None:
    """Return a file of this SHA-256 under this name, None where there is none or it is damaged."""
    place = folder() / sha256.lower()
    path = place / _plain(name)
    beside = sorted(place.iterdir()) if place.is_dir() else []
    if not path.is_file() and beside:
        with contextlib.suppress(OSError):  # no links here: it is fetched once more
            os.link(beside[0], path)
    if not path.is_file():
        return None
    if digest(path) != sha256.lower():
        path.unlink(missing_ok=True)  # another process may have seen it, too
        return None
    return path


@contextlib.contextmanager
def reserved(address: str) -> Iterator[Partial]:
    """Yield the place for what arrives from an address, which is nobody else's meanwhile.

    Raises:
        OSError: the folder cannot be written.
    """
    name = hashlib.sha256(address.encode()).hexdigest()
    place = folder() / "partial"
    place.mkdir(parents=True, exist_ok=True)
    with (place / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Partial(place / f"{name}.bytes")


def keep(partial: Partial, sha256: str, name: str) -> Path:
    """Put what has arrived in its place, in one step, and return that."""
    path = folder() / sha256 / _plain(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial.path.replace(path)
    partial.discard()
    return path


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _plain(name: str) -> str:
    """Return a name that is one everywhere and keeps its endings."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)[-100:].lstrip(".") or "file"
