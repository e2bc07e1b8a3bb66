"""Where the content of an output is: as committed, and as a run made it."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.proving import comparison, repository


@dataclass(frozen=True)
class File:
    """A file of one version of an output.

    Args:
        hash: MD5 of its content.
        path: Where its content is; None if it is nowhere on this machine.
    """

    hash: str
    path: Path | None

    @property
    def size(self) -> int | None:
        """Bytes; None if its content is nowhere."""
        return None if self.path is None else self.path.stat().st_size


# By the path below the output; an output that is one file is at "".
Version = Mapping[str, File]


def committed(owner: Any, change: comparison.Change, aside: Path) -> Version | None:
    """Return an output as it was committed: from git, or else from the cache.

    Args:
        owner: DVC's view of the user's repository.
        change: The output.
        aside: The folder with the outputs that git tracks.

    Returns:
        Its files; None if not even their names are known here.
    """
    kept = aside / change.output.path
    found = made(kept) if kept.exists() else {}
    if found and (kept.is_dir() or found[""].hash == change.before):
        return found
    if not change.before:
        return None
    if not change.before.endswith(".dir"):
        return {"": File(change.before, repository.cached(owner, change.before))}
    listed = repository.listing(owner, change.before)
    if listed is None:
        return None
    return {name: File(md5, repository.cached(owner, md5)) for name, md5 in listed.items()}


def made(path: Path) -> Version:
    """Return the files of an output that is there.

    Args:
        path: A file, a folder, or nothing.
    """
    return {name: File(_md5(file), file) for name, file in _files(path)}


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_file():
        yield "", path
    for file in sorted(path.rglob("*")):
        if file.is_file():
            yield file.relative_to(path).as_posix(), file


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
