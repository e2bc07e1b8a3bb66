"""Parquet and Arrow files: columns that know their types, streamed in batches."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq

from trunkline.data import choosing, streams
from trunkline.data.streams import Stream
from trunkline.settings.files import Arrow, Parquet
from trunkline.sources import places, remote


def parquet(settings: Parquet, root: Path) -> Stream:
    """Return the rows of a Parquet file, or of all in a folder in the order of their paths.

    Folders named `column=value` are columns: whole numbers where all values are, else text.

    Raises:
        ValueError: there is no such file, one is damaged, or their columns differ.
        OSError: the place does not exist or may not be read.
    """
    place = remote.at(root, settings.path, settings.sha256)
    if place.is_dir():
        paths = within(place)
        if not paths:
            raise ValueError(f"{settings.path}: expected files `*.parquet` in it, found none")
        local = [places.file(path) for path in paths]
        told = places.together(local, place)
        _same(settings, told["sha256"])
    else:
        found = places.file(place, settings.sha256)
        paths, told = [place], found.told()
    data = _dataset(paths, place, settings.path)

    def batches() -> Iterator[pa.RecordBatch]:
        with _sound(settings.path, "Parquet"):
            for batch in data.to_batches(
                batch_size=streams.BATCH, batch_readahead=2, fragment_readahead=1
            ):
                batch.validate(full=True)  # text that is none would be met much later
                yield batch

    facts = {"kind": "parquet", "file": {**told, "path": settings.path}}
    return choosing.typed(Stream(data.schema, batches, facts), settings.columns, settings.path)


def within(folder: Path) -> list[Path]:
    """Return the files of a folder that are read, in the order of their paths."""
    return [path for path in places.below(folder) if _parquet(path.relative_to(folder))]


def arrow(settings: Arrow, root: Path) -> Stream:
    """Return the rows of an Arrow IPC file or stream; Feather of version 2 is such a file.

    Raises:
        ValueError: it is none, or damaged.
        OSError: it does not exist or may not be read.
    """
    path = remote.at(root, settings.path, settings.sha256)
    local = places.file(path, settings.sha256)
    with path.open("rb") as content:
        start = content.read(6)
    if start.startswith(b"FEA1"):
        raise ValueError(
            f"{settings.path}: it is Feather of version 1: write it again with "
            "`pyarrow.feather.write_feather`"
        )
    whole = start == b"ARROW1"

    def batches() -> Iterator[pa.RecordBatch]:
        with _sound(settings.path, "Arrow"), pa.OSFile(str(path)) as file:
            for batch in _batches(file, whole):
                batch.validate(full=True)  # else offsets of a damaged file lead anywhere
                yield batch

    with _sound(settings.path, "Arrow"), pa.OSFile(str(path)) as file:
        schema = _named((pa.ipc.open_file(file) if whole else pa.ipc.open_stream(file)).schema)
    told = {"kind": "arrow", "file": {**local.told(), "path": settings.path}}
    return choosing.typed(Stream(schema, batches, told), settings.columns, settings.path)


def _batches(file: pa.OSFile, whole: bool) -> Iterator[pa.RecordBatch]:
    if not whole:
        yield from pa.ipc.open_stream(file)
        return
    reader = pa.ipc.open_file(file)
    for number in range(reader.num_record_batches):
        yield reader.get_batch(number)


def _dataset(paths: list[Path], place: Path, name: str) -> pyarrow.dataset.Dataset:
    """Return the files as one dataset, after a look at the columns of each."""
    with _sound(name, "Parquet"):
        first = _named(pq.read_schema(paths[0]))
    choosing.distinct(first.names, name)
    for path in paths[1:]:
        with _sound(str(path), "Parquet"):
            other = _named(pq.read_schema(path))
        if not other.equals(first):
            lacks = [n for n in first.names if n not in other.names]
            more = [n for n in other.names if n not in first.names]
            types = [
                f"'{n}' is {other.field(n).type}, not {first.field(n).type}"
                for n in first.names
                if n in other.names and other.field(n).type != first.field(n).type
            ]
            raise ValueError(
                f"{path}: expected the columns of {paths[0]}: it lacks {lacks}, has {more} "
                f"besides, {', '.join(types) or 'or they stand in another order'}"
            )
    with _sound(name, "Parquet"):
        hive = pyarrow.dataset.HivePartitioning.discover(infer_dictionary=False)
        return pyarrow.dataset.dataset(
            [str(path) for path in paths],
            format="parquet",
            partitioning=hive,
            partition_base_dir=str(place),
        )


def _named(schema: pa.Schema) -> pa.Schema:
    """Return a schema whose names are text; those of a damaged file may be any bytes."""
    _ = schema.names  # which decodes them
    return schema


@contextlib.contextmanager
def _sound(place: str, what: str) -> Iterator[None]:
    try:
        yield
    except places.BROKEN as error:
        raise places.damaged(place, f"{what} of rows", error) from error


def _same(settings: Parquet, found: str) -> None:
    if settings.sha256 is not None and found != settings.sha256.lower():
        raise ValueError(
            f"{settings.path}: expected the SHA-256 {settings.sha256} of all files, it is {found}: "
            "files were changed, added or removed"
        )


def _parquet(path: Path) -> bool:
    hidden = any(part.startswith((".", "_")) for part in path.parts)
    return path.suffix in (".parquet", ".pq") and not hidden
