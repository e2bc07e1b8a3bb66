"""Arrays of NumPy in one file (`.npz`), read row by row; nothing is unpickled."""

import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa

from trunkline.data import choosing
from trunkline.data.streams import Stream
from trunkline.settings.files import Npz
from trunkline.sources import flat, places, remote

BYTES = 1 << 22  # of a batch


@dataclass(frozen=True)
class Header:
    """What an array says of itself: its type, rows, and the shape of a row."""

    kind: np.dtype
    rows: int
    shape: tuple[int, ...]

    @property
    def row(self) -> int:
        """Bytes of a row."""
        return self.kind.itemsize * int(np.prod(self.shape, dtype=object))


def read(settings: Npz, root: Path) -> Stream:
    """Return the arrays of a file beside each other, in the order of their names.

    Raises:
        ValueError: it is no such file; an array holds objects, is stored by columns, or has
            another number of rows than the others.
        OSError: it does not exist or may not be read.
    """
    path = remote.at(root, settings.path, settings.sha256)
    local = places.file(path, settings.sha256)
    headers = _headers(path, settings.path)
    rows = {name: header.rows for name, header in headers.items()}
    if len(set(rows.values())) != 1:
        raise ValueError(
            f"{settings.path}: expected arrays with as many rows each, received {rows}"
        )
    arrays = [(name, header.kind, header.shape) for name, header in headers.items()]
    schema = flat.schema(arrays, settings.path)

    def batches() -> Iterator[pa.RecordBatch]:
        return _batches(path, settings.path, headers, schema)

    told = {"kind": "npz", "file": {**local.told(), "path": settings.path}}
    return choosing.typed(Stream(schema, batches, told), settings.columns, settings.path)


def _headers(path: Path, place: str) -> dict[str, Header]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if name.endswith(".npy"))
            found = {}
            for name in names:
                with archive.open(name) as member:
                    found[name.removesuffix(".npy")] = header = _header(member, name, place)
                    _first(member, header)
    except _Refused:
        raise
    except places.BROKEN as error:
        raise places.damaged(place, "arrays of NumPy (`numpy.savez`)", error) from error
    return found


class _Refused(ValueError):
    """A file that is sound, but not what is expected."""


def _header(member: IO[bytes], name: str, place: str) -> Header:
    version = np.lib.format.read_magic(member)
    reading = np.lib.format.read_array_header_1_0
    if version[0] > 1:
        reading = np.lib.format.read_array_header_2_0
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a header of Python 2
        shape, by_columns, kind = reading(member)
    what = f"{place}: array '{name.removesuffix('.npy')}'"
    if kind.hasobject:
        raise _Refused(f"{what} holds objects of Python, which only a pickle could hold: save it "
                       "as numbers or text (`array.astype(...)`)")  # fmt: skip
    if not shape:
        raise _Refused(f"{what} is a single value, expected rows along the first axis")
    if by_columns and len(shape) > 1:
        raise _Refused(f"{what} is stored by columns: save `numpy.ascontiguousarray` of it")
    return Header(kind, int(shape[0]), tuple(shape[1:]))


def _first(file: IO[bytes], header: Header) -> None:
    """Pass an array that has a row, or says it has none, before columns are made for it."""
    size = min(header.row, BYTES) if header.rows else 0
    left = len(file.read(size))
    if left < size:
        raise EOFError(f"expected {size} bytes of the first row, {left} are left")


def _batches(
    path: Path, place: str, headers: Mapping[str, Header], schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    rows = next(iter(headers.values())).rows
    step = max(1, BYTES // max(1, sum(header.row for header in headers.values())))
    try:
        with ExitStack() as stack:
            archive = stack.enter_context(zipfile.ZipFile(path))
            files = {n: stack.enter_context(archive.open(f"{n}.npy")) for n in headers}
            for name, file in files.items():
                _header(file, name, place)
            for start in range(0, rows, step):
                count = min(step, rows - start)
                parts = [_rows(files[n], headers[n], count) for n in files]
                arrays = [column for part in parts for column in flat.columns(part)]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)
    except places.BROKEN as error:
        raise places.damaged(place, "arrays of NumPy (`numpy.savez`)", error) from error


def _rows(file: IO[bytes], header: Header, count: int) -> np.ndarray:
    """Return the next rows, `[count, ...]`."""
    size = count * header.row
    content = file.read(size)
    if len(content) < size:
        raise EOFError(f"expected {size} bytes more, {len(content)} are left")
    return np.frombuffer(content, header.kind).reshape(count, *header.shape)
