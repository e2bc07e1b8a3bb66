"""Text from a file: unpacked, decoded and looked at as it streams by."""

import bz2
import codecs
import contextlib
import gzip
import io
import lzma
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa

from trunkline.sources import archives, places, replacing

PACKED = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstandard"}
MAGIC = {
    b"\x1f\x8b": ("compressed by gzip", "give its name the ending .gz"),
    b"BZh": ("compressed by bzip2", "give its name the ending .bz2"),
    b"\xfd7zXZ\0": ("compressed by xz", "give its name the ending .xz"),
    b"\x28\xb5\x2f\xfd": ("compressed by zstandard", "give its name the ending .zst"),
    b"PK\x03\x04": (
        "a zip archive or an Excel workbook",
        "unpack it, say `kind: excel`, or name the file in a .zip as `member`",
    ),
    b"PAR1": ("a Parquet file", "say `kind: parquet`"),
    b"ARROW1": ("an Arrow file", "say `kind: arrow`"),
    b"\xff\xfe": ("UTF-16", "say `encoding: utf-16`"),
    b"\xfe\xff": ("UTF-16", "say `encoding: utf-16`"),
}
BLOCK = 1 << 20  # bytes read at a time


@contextlib.contextmanager
def unpacked(path: Path, member: str | None = None) -> Iterator[IO[bytes]]:
    """Open a file, plain or packed as its ending says.

    Args:
        path: of the file.
        member: the file in it, if it is a zip archive.

    Raises:
        ValueError: it is not packed in this way, has no such member, or ends too early.
    """
    if member is not None:
        with archives.member(path, member) as content:
            yield content
        return
    with contextlib.ExitStack() as stack:
        match path.suffix:
            case ".gz":
                yield cast(IO[bytes], stack.enter_context(gzip.open(path, "rb")))
            case ".bz2":
                yield stack.enter_context(bz2.open(path, "rb"))
            case ".xz":
                yield stack.enter_context(lzma.open(path, "rb"))
            case ".zst":
                plain = stack.enter_context(pa.OSFile(str(path)))
                yield stack.enter_context(pa.CompressedInputStream(plain, "zstd"))
            case _:
                yield stack.enter_context(path.open("rb"))


class Text(io.RawIOBase):
    """The text of a file as UTF-8, whatever it is in the file.

    Attributes:
        quotes: how often the quoting character was seen so far.
    """

    def __init__(
        self,
        path: Path,
        source: IO[bytes],
        encoding: str,
        quote: str = "",
        replace: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._replacing = replacing.Replacing(replace or {})
        self.quotes = 0
        self._path, self._source, self._encoding = path, source, encoding
        self._quote = quote.encode()
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._left, self._lines, self._first = b"", 0, True

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill the buffer with text.

        Raises:
            ValueError: the file is damaged, or is no text in its encoding.
        """
        while not self._left:
            raw = self._read()
            text = self._decoded(raw)
            self._left = text
            if not raw:
                break
        part, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def _read(self) -> bytes:
        try:
            return self._source.read(BLOCK)
        except places.BROKEN as error:
            how = PACKED.get(self._path.suffix)
            what = "a whole file" if how is None else f"a whole file packed by {how}"
            raise ValueError(
                f"{self._path}: expected {what}, it is damaged or cut short: {error}; fetch it "
                "again"
            ) from error

    def _decoded(self, raw: bytes) -> bytes:
        if self._first and raw:
            raw, self._first = self._begun(raw), False
        try:
            text = self._decoder.decode(raw, final=not raw)
            text = self._replacing.feed(text, final=not raw)
        except UnicodeError as error:
            if not isinstance(error, UnicodeDecodeError):  # no mark of byte order
                raise ValueError(
                    f"{self._path}: expected text in {self._encoding}: {error}: state "
                    "`encoding: utf-16-le`, or what else it is"
                ) from error
            line = self._lines + error.object[: error.start].count(b"\n") + 1
            bad = error.object[error.start : error.start + 1].hex()
            raise ValueError(
                f"{self._path}: line {line}: expected text in {self._encoding}, received the byte "
                f"0x{bad} that is none: state its `encoding`, such as cp1252 or latin-1"
            ) from error
        plain = text.encode()
        if b"\0" in plain:
            raise ValueError(
                f"{self._path}: line {self._lines + plain.split(bytes(1))[0].count(10) + 1}: "
                "expected text, received a byte of 0: is it binary, or UTF-16 (`encoding: utf-16`)?"
            )
        self._lines += plain.count(b"\n")
        if self._quote:
            self.quotes += plain.count(self._quote)
        return plain

    def _begun(self, raw: bytes) -> bytes:
        """Return the first block without a mark of byte order; refuse what is surely no text."""
        if not self._encoding.startswith("utf-16") and not self._encoding.startswith("utf-32"):
            for magic, (what, fix) in MAGIC.items():
                if raw.startswith(magic):
                    raise ValueError(f"{self._path}: expected text, it is {what}: {fix}")
        if self._encoding == "utf-8":
            raw = raw.removeprefix(codecs.BOM_UTF8)
        start = raw[:200].replace(b"\0", b"").lstrip().lower()
        if start.startswith((b"<!", b"<html", b"<?xml")):
            raise ValueError(
                f"{self._path}: expected rows, it is a page of HTML or XML: a download has "
                "probably met a page that asks to log in; fetch it again"
            )
        return raw


@contextlib.contextmanager
def text(
    path: Path,
    encoding: str = "utf-8",
    quote: str = "",
    member: str | None = None,
    replace: Mapping[str, str] | None = None,
) -> Iterator[tuple[IO[bytes], Text]]:
    """Open the text of a file: a buffered reader of UTF-8, and what counts in it."""
    try:
        with unpacked(path, member) as source:
            inner: Any = Text(path, source, encoding, quote, replace)
            yield io.BufferedReader(inner, BLOCK), inner
    except OSError as error:
        raise ValueError(f"{path}: could not be read: {error}") from error
