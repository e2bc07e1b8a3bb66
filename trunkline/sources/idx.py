"""IDX files of the MNIST family, plain or `.gz`, read row by row.

Two bytes of 0, one of the type, one of the number of axes; for each axis its length in four bytes;
then the values, the last axis running fastest; all big-endian. See Y. LeCun, C. Cortes and
C. J. C. Burges, "The MNIST database of handwritten digits".
"""

import struct
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa

from trunkline.data import choosing
from trunkline.data.streams import Stream
from trunkline.settings.files import Idx
from trunkline.sources import flat, places, remote, unpacking

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
BYTES = 1 << 22  # of a batch
PLACES = ", ".join(f"0x{key:02x}" for key in TYPES)


@dataclass(frozen=True)
class Header:
    """What a file says of itself: the type of its values, rows, and the shape of a row."""

    kind: np.dtype
    rows: int
    shape: tuple[int, ...]

    @property
    def row(self) -> int:
        """Bytes of a row."""
        return self.kind.itemsize * int(np.prod(self.shape, dtype=object))


def read(settings: Idx, root: Path) -> Stream:
    """Return the rows of the files beside each other.

    Raises:
        ValueError: one is no IDX file, ends too early or too late; or they differ in their rows.
        OSError: one does not exist or may not be read.
    """
    locals_ = {
        name: places.file(
            remote.at(root, path, settings.sha256.get(name)), settings.sha256.get(name)
        )
        for name, path in settings.paths.items()
    }
    headers = {name: _header(local.path) for name, local in locals_.items()}
    place = next(iter(settings.paths.values()))
    rows = {name: header.rows for name, header in headers.items()}
    if len(set(rows.values())) > 1:
        raise ValueError(f"{place}: expected as many rows in each file, received {rows}")
    arrays = [(name, header.kind, header.shape) for name, header in headers.items()]
    for name, local in locals_.items():
        _first(local.path, headers[name])
    schema = flat.schema(arrays, place)

    def batches() -> Iterator[pa.RecordBatch]:
        return _batches({name: local.path for name, local in locals_.items()}, headers, schema)

    told = {
        "kind": "idx",
        "files": {n: {**v.told(), "path": settings.paths[n]} for n, v in locals_.items()},
    }
    return choosing.typed(Stream(schema, batches, told), settings.columns, place)


def _batches(
    paths: Mapping[str, Path], headers: Mapping[str, Header], schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    rows = next(iter(headers.values())).rows
    step = max(1, BYTES // sum(header.row for header in headers.values()))
    with ExitStack() as stack:
        files = {n: stack.enter_context(unpacking.unpacked(path)) for n, path in paths.items()}
        for name, file in files.items():
            _exactly(file, 4 + 4 * (len(headers[name].shape) + 1), paths[name])
        for start in range(0, rows, step):
            count = min(step, rows - start)
            parts = [_rows(files[n], headers[n], count, paths[n]) for n in files]
            arrays = [column for part in parts for column in flat.columns(part)]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)
        for name, file in files.items():
            if _some(file, 1, paths[name]):
                raise ValueError(
                    f"{paths[name]}: expected {rows} rows of {headers[name].row} bytes, as the "
                    "header says, the file goes on after them: it is damaged"
                )


def _header(path: Path) -> Header:
    with unpacking.unpacked(path) as file:
        magic = _exactly(file, 4, path)
        if magic[:2] != b"\0\0" or magic[2] not in TYPES or not magic[3]:
            raise ValueError(
                f"{path}: expected an IDX file (0x00 0x00, a type of {PLACES}, the number of "
                f"axes), it begins with 0x{magic.hex(' ').replace(' ', ' 0x')}{_otherwise(magic)}"
            )
        axes = struct.unpack(f">{magic[3]}I", _exactly(file, 4 * magic[3], path))
    if 0 in axes:
        raise ValueError(f"{path}: expected rows with values, the header says {list(axes)}")
    return Header(np.dtype(TYPES[magic[2]]), axes[0], tuple(axes[1:]))


def _otherwise(magic: bytes) -> str:
    """Return what else a file is, if its first bytes tell."""
    for begun, (what, fix) in unpacking.MAGIC.items():
        if magic.startswith(begun):
            return f": it is {what}: {fix}"
    return ""


def _first(path: Path, header: Header) -> None:
    """Pass a file that has one row at least, before thousands of columns are made for it."""
    if header.row > flat.WIDEST * header.kind.itemsize:
        return  # which has a message of its own
    with unpacking.unpacked(path) as file:
        _exactly(file, 4 + 4 * (len(header.shape) + 1), path)
        _exactly(file, header.row, path)


def _rows(file: IO[bytes], header: Header, count: int, path: Path) -> np.ndarray:
    """Return the next rows, `[count, ...]`."""
    content = _exactly(file, count * header.row, path)
    return np.frombuffer(content, header.kind).reshape(count, *header.shape)


def _exactly(file: IO[bytes], size: int, path: Path) -> bytes:
    content = _some(file, size, path)
    if len(content) < size:
        raise ValueError(
            f"{path}: expected {size} bytes more, {len(content)} are left: the file is cut short"
        )
    return content


def _some(file: IO[bytes], size: int, path: Path) -> bytes:
    """Return up to `size` bytes, never asking for more memory than the file fills."""
    parts, left = [], size
    try:
        while left and (part := file.read(min(left, unpacking.BLOCK))):
            parts.append(part)
            left -= len(part)
    except places.BROKEN as error:
        raise places.damaged(path, "a whole packed file", error) from error
    return b"".join(parts)
