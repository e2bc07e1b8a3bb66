"""The record of a dataset's files: size and SHA-256 of each, kept in git beside the contract.

DVC sees neither a file that a parameter names nor one outside git. The record is what it sees: it
changes when a file does, and `ingest` depends on it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from trunkline.settings import addresses, dataset, files
from trunkline.sources import columnar, images, places

Look = Callable[[Path], places.Local]
Facts = dict[str, dict[str, Any]]  # by path in the project's folder
OF_FILES = (  # those whose streams tell which files were read
    files.Csv, files.JsonLines, files.Parquet, files.Arrow, files.Excel, files.Npz, files.Idx,
    files.Images,
)  # fmt: skip
UPDATE = "`python -m stages look` writes the record anew, `make repro` does that first"


def seen(settings: dataset.Dataset, look: Look = places.file) -> Facts:
    """Return size and SHA-256 of each file and folder of the project that a dataset reads.

    What is at an address has its SHA-256 in params.yaml; what ships or is generated has no file.

    Args:
        settings: of the dataset.
        look: tells size and SHA-256 of a file; one that remembers need not read it.

    Raises:
        ValueError: a file is empty, or none at all.
        OSError: a file does not exist or may not be read.
    """
    one = () if settings.source is None else (settings.source,)
    found: Facts = {}
    for source in settings.sources or one:
        for path in _paths(source):
            found[path] = _facts(source, Path(path), look)
    return found


def strays(datasets: Iterable[str], records: Path, keys: Path) -> list[Path]:
    """Return the records, and the keys that rules refer to, of datasets that are no more.

    `validate` depends on the folder of keys: those that only this machine has would change
    `dvc.lock`.
    """
    known = set(datasets)
    found = sorted([*records.glob("*.json"), *keys.glob("*.parquet")])
    return [path for path in found if path.stem not in known]


def compare(record: Any, told: Mapping[str, Any], name: str) -> None:
    """Pass files that are those of the record.

    Args:
        record: as `seen` made it, under `files`.
        told: what was read, as a `Stream` tells it.
        name: of the record, for messages.

    Raises:
        ValueError: the record is none, or a file is another one.
    """
    known = record.get("files") if isinstance(record, Mapping) else None
    if not isinstance(known, Mapping):
        raise ValueError(f"{name}: expected `files`, it has none: {UPDATE}")
    read = dict(_read(told))
    for path, facts in read.items():
        if path not in known:
            raise ValueError(f"{name}: it knows nothing of {path}, which was read: {UPDATE}")
        if known[path] != facts:
            raise ValueError(
                f"{path}: it is not the file of {name}: expected {_short(known[path])}, it has "
                f"{_short(facts)}. Is the new one right? Then {UPDATE}; else bring the old one back"
            )
    for path in known:
        if path not in read:
            raise ValueError(f"{name}: it names {path}, which is no longer read: {UPDATE}")


def _paths(source: dataset.Source) -> Iterator[str]:
    """Yield the paths in the project that a source of files names."""
    if not isinstance(source, OF_FILES):
        return
    stated = getattr(source, "paths", None)
    listed = list(stated.values()) if stated else [getattr(source, "path", None)]
    yield from (path for path in listed if isinstance(path, str) and not addresses.remote(path))


def _facts(source: dataset.Source, path: Path, look: Look) -> dict[str, Any]:
    if path.is_dir() and isinstance(source, files.Parquet):
        told = places.together([look(file) for file in columnar.within(path)], path)
    elif path.is_dir() and isinstance(source, files.Images):
        told = places.together([look(path / name) for name in images.within(path)], path)
    else:
        told = look(path).told()
    return {name: value for name, value in told.items() if name != "path"}


def _read(told: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield path and facts of each file of the project that a stream tells of."""
    if isinstance(told, list):
        for entry in told:
            yield from _read(entry)
    if not isinstance(told, Mapping):
        return
    if {"path", "bytes", "sha256"} <= told.keys():
        if not addresses.remote(told["path"]):
            yield told["path"], {name: told[name] for name in told if name != "path"}
        return
    for entry in told.values():
        yield from _read(entry)


def _short(facts: Any) -> str:
    if not isinstance(facts, Mapping):
        return repr(facts)
    return f"{facts.get('bytes')} bytes, SHA-256 {facts.get('sha256')}"
