"""What differs in an output: which of its files, and what in tables and results."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.proving import contents, frames, nested
from flows.proving.details import Detail
from trunkline.artifacts import files, tables

LARGEST = 512 * 1024 * 1024  # bytes of a file that is looked into
BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Difference:
    """A file that is not as committed.

    Args:
        path: From the root of the repository.
        summary: What differs, in a few words.
        details: The columns or keys that differ.
        judged: Whether it holds results, whose numbers a tolerance may judge.
        before: The committed hash; None if the file is new.
        after: The hash of the run; None if the file is gone.
    """

    path: str
    summary: str
    details: tuple[Detail, ...] = ()
    judged: bool = False
    before: str | None = None
    after: str | None = None

    def within(self, tolerance: float) -> bool:
        """Say whether it holds the same results but for numbers within a tolerance."""
        return self.judged and all(detail.within(tolerance) for detail in self.details)


def compare(
    path: str, before: contents.Version | None, after: contents.Version
) -> tuple[Difference, ...]:
    """Return the files of an output that differ.

    Args:
        path: Of the output, from the root of the repository.
        before: As committed; None if that is unknown.
        after: As produced.
    """
    if before is None:
        summary = (
            "which of its files differ is unknown: as committed it is neither in git nor in DVC's "
            "cache here; `dvc pull` may bring it"
        )
        return (Difference(path, summary),)
    names = [*before, *(name for name in after if name not in before)]
    return tuple(
        _file(f"{path}/{name}" if name else path, before.get(name), after.get(name))
        for name in names
        if _hash(before.get(name)) != _hash(after.get(name))
    )


def _hash(file: contents.File | None) -> str | None:
    return file.hash if file else None


def _file(path: str, before: contents.File | None, after: contents.File | None) -> Difference:
    summary, found, judged = _looked_into(path, before, after)
    return Difference(path, summary, found, judged, _hash(before), _hash(after))


def _looked_into(
    path: str, before: contents.File | None, after: contents.File | None
) -> tuple[str, tuple[Detail, ...], bool]:
    if before is None or after is None:
        return "the file is new" if before is None else "the file is gone", (), False
    if before.path is None or after.path is None:
        return "its committed content is neither in git nor in DVC's cache here", (), False
    try:
        if max(before.size or 0, after.size or 0) <= LARGEST:
            found = _parsed(Path(path).suffix.lower(), before.path, after.path)
            if found:
                return found
    except ValueError:
        return f"{_bytes(before.path, after.path)}; one of them is damaged", (), False
    return _bytes(before.path, after.path), (), False


def _parsed(suffix: str, before: Path, after: Path) -> tuple[str, tuple[Detail, ...], bool] | None:
    """Return what differs in a table or a result; None for a file of another kind."""
    if suffix in nested.SUFFIXES:
        one, other = (nested.parse(files.read(path), suffix) for path in (before, after))
        return *nested.compare(one, other), True
    readers = {".parquet": tables.read, ".csv": tables.read_csv}
    if suffix in readers:
        read = readers[suffix]
        return *frames.compare(read(before), read(after)), False
    return None


def _bytes(before: Path, after: Path) -> str:
    one, other = before.stat().st_size, after.stat().st_size
    sizes = f"{one:,} bytes" if one == other else f"{one:,} bytes became {other:,}"
    return f"{sizes}, the first difference is at byte {_first(before, after):,}"


def _first(before: Path, after: Path) -> int:
    """Return how many bytes two files begin with in common."""
    position = 0
    for one, other in zip(_blocks(before), _blocks(after), strict=False):
        if one != other:
            pairs = enumerate(zip(one, other, strict=False))
            return position + next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
        position += len(one)
    return position


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block
