"""Rows from wherever a dataset says they are, as a stream of typed columns."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from trunkline.data import constants, streams
from trunkline.data.streams import Stream
from trunkline.settings import addresses, databases, dataset, files
from trunkline.settings.family import Family
from trunkline.settings.market import Market
from trunkline.settings.presets import Preset
from trunkline.sources import (
    bundled,
    columnar,
    delimited,
    excel,
    family,
    idx,
    images,
    json_lines,
    latent,
    market,
    npz,
    published,
    sql,
    stories,
)

READERS: dict[type, Callable[[Any, Path], Stream]] = {
    files.JsonLines: json_lines.read,
    files.Parquet: columnar.parquet,
    files.Arrow: columnar.arrow,
    files.Excel: excel.read,
    files.Npz: npz.read,
    files.Idx: idx.read,
    files.Images: images.read,
    databases.Sql: sql.read,
}


def quick(settings: dataset.Dataset, seed: int) -> Stream:
    """Return the rows of a dataset, columns of text taken for what their first values are.

    Where reading it stops, for that or any other reason, its `exact` decides what is true. That is
    for files of CSV alone: nothing else is read a second time for a guess.

    Raises:
        ValueError: as `stream`.
        OSError: as `stream`.
    """
    sources = settings.sources or (settings.source,)
    if not all(isinstance(source, files.Csv) and _known(source) for source in sources):
        return stream(settings, seed)
    try:
        found = stream(settings, seed, quick=True)
    except ValueError:  # perhaps of the first rows alone; if not, it is said again
        return stream(settings, seed)
    return replace(found, exact=lambda: stream(settings, seed))


def _known(source: files.Csv) -> bool:
    """Return whether a file is here, or would be fetched once only."""
    return source.sha256 is not None or not addresses.remote(source.path)


def stream(
    settings: dataset.Dataset, seed: int, root: Path = Path(), *, quick: bool = False
) -> Stream:
    """Return the rows of a dataset, as typed columns without a row name.

    Args:
        settings: one source or several, whose rows follow each other.
        seed: the root seed; only generated tables depend on it.
        root: the project's folder, at which paths begin.
        quick: take columns of CSV for what their first values are.

    Raises:
        ValueError: a source is bad; names the file and, where there is one, column and row.
        OSError: a file does not exist or may not be read.
    """
    one = () if settings.source is None else (settings.source,)
    sources = settings.sources or one
    parts = [_stream(source, seed, root, quick) for source in sources]
    joined = streams.concatenated(parts, [place(source) for source in sources])
    return replace(joined, batches=lambda: _some(joined, settings.title))


def place(source: object) -> str:
    """Return what to call a source in a message."""
    if isinstance(source, Preset):
        return source.name
    if isinstance(source, databases.Sql):
        return sql.place(source)
    paths = getattr(source, "paths", None) or {"": getattr(source, "path", None)}
    return str(next(iter(paths.values())) or getattr(source, "kind", source))


def _stream(source: dataset.Source, seed: int, root: Path, quick: bool) -> Stream:
    match source:
        case dataset.Bundled(name="digits"):
            return streams.of_frame(bundled.digits())
        case dataset.Latent():
            return streams.of_frame(latent.table(source, seed))
        case dataset.Stories():
            return streams.of_frame(stories.table(source, seed))
        case Market():
            return streams.of_frame(market.table(source, seed))
        case Family():
            return streams.of_frame(family.table(source, seed))
        case Preset():
            rows = _stream(published.expanded(source), seed, root, quick)
            return replace(rows, told={**rows.told, "preset": published.told(source)})
        case files.Csv():
            read = delimited.read(source, root, quick=quick)
        case _:
            read = READERS[type(source)](source, root)
    return constants.added(read, source.columns.constants, place(source))


def _some(stream: Stream, title: str) -> Iterator[pa.RecordBatch]:
    """Yield the rows; stop where there are none."""
    rows = 0
    for batch in stream.batches():
        rows += batch.num_rows
        yield batch
    if not rows:
        raise ValueError(f"{title}: expected rows, its source has columns and none")
