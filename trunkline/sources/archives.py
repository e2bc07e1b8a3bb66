"""Archives: members by name, each read in memory and none written to disk, up to a limit."""

import contextlib
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from trunkline.settings import naming
from trunkline.sources import places

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
MEMBERS = 2_000_000  # more is no archive of pictures
CHUNK = 1 << 20


def within(path: Path, limit: int) -> None:
    """Pass a zip file that unpacks to `limit` bytes at most, by what it says of itself.

    Raises:
        ValueError: it is none, or says it is larger.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            total = sum(member.file_size for member in archive.infolist())
    except places.BROKEN as error:
        raise places.damaged(path, "a zip file or a workbook", error) from error
    if total > limit:
        raise ValueError(_too_large(path, total, limit))


def members(
    path: Path, limit: int, wanted: Callable[[str], bool], largest: int
) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the wanted files of an archive, in the archive's order.

    Args:
        path: of a `.zip` or `.tar`, the latter plain or packed.
        limit: bytes that all members may have together once they are unpacked.
        wanted: which names are read.
        largest: bytes that one of these may have, for it is in memory.

    Raises:
        ValueError: it is damaged; a name or a link leads out of it; it has more than `limit`
            bytes, or one of its files more than `largest`, whatever it says of itself.
    """
    opened = _zipped if path.suffix == ".zip" else _tarred
    left = limit
    try:
        for name, content in opened(path, limit):
            _inside(path, name)
            if content is None or not wanted(name):
                continue
            found = _limited(content, min(left, largest))
            left -= len(found)
            if left < 0:
                raise ValueError(_too_large(path, limit - left, limit))
            if len(found) > largest:
                raise ValueError(f"{path}: member '{name}': expected at most {largest} bytes of it")
            yield name, found
    except places.BROKEN as error:
        if str(error).startswith(f"{path}: "):
            raise  # with a message of its own
        raise places.damaged(path, "an archive", error) from error


@contextlib.contextmanager
def member(path: Path, name: str) -> Iterator[IO[bytes]]:
    """Open one file of a zip archive.

    Raises:
        ValueError: it is none, is damaged, or has no such member; the name leads out of it; the
            member wants a password, or is packed in a way that Python does not know.
    """
    _inside(path, name)
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if name in names:
                with _unlocked(path, archive, name) as content:
                    yield content
                return
    except zipfile.BadZipFile as error:
        raise places.damaged(path, "a zip file", error) from error
    hint = naming.suggestion(name, names[:10])
    raise ValueError(f"{path}: it has no member '{name}'{hint}")


def _unlocked(path: Path, archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    try:
        return archive.open(name)
    except RuntimeError as error:
        raise ValueError(
            f"{path}: member '{name}' cannot be read: {error}: pack it anew, by deflate and "
            "without a password"
        ) from error


def _zipped(path: Path, limit: int) -> Iterator[tuple[str, IO[bytes] | None]]:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        _bounded(path, len(entries), sum(entry.file_size for entry in entries), limit)
        for entry in entries:
            if (entry.external_attr >> 16) & 0o170000 == 0o120000:
                raise ValueError(f"{path}: member '{entry.filename}' is a link: put a copy there")
            if entry.is_dir():
                yield entry.filename, None
                continue
            with archive.open(entry) as content:
                yield entry.filename, content


def _tarred(path: Path, limit: int) -> Iterator[tuple[str, IO[bytes] | None]]:
    with tarfile.open(path, "r:*") as archive:
        count = total = 0
        for entry in archive:
            count, total = count + 1, total + entry.size
            _bounded(path, count, total, limit)
            if entry.issym() or entry.islnk():
                raise ValueError(f"{path}: member '{entry.name}' is a link: put a copy there")
            content = archive.extractfile(entry) if entry.isreg() else None
            with contextlib.nullcontext() if content is None else content:
                yield entry.name, content


def _inside(path: Path, name: str) -> None:
    """Refuse a member that would land outside the folder it is unpacked in, or has no name."""
    shown = name.encode(errors="surrogateescape").decode(errors="backslashreplace")
    if shown != name:
        raise ValueError(
            f"{path}: member '{shown}' has a name that is no text in UTF-8: make the archive anew"
        )
    place = PurePosixPath(name.replace("\\", "/"))
    if place.is_absolute() or ".." in place.parts or ":" in "".join(place.parts[:1]):
        raise ValueError(
            f"{path}: member '{name}' leads out of the archive's folder: this archive is not to be "
            "trusted; make it anew"
        )


def _bounded(path: Path, count: int, total: int, limit: int) -> None:
    if total > limit:
        raise ValueError(_too_large(path, total, limit))
    if count > MEMBERS:
        raise ValueError(f"{path}: expected at most {MEMBERS} members, it has more")


def _limited(content: IO[bytes], most: int) -> bytes:
    """Read a member, and stop as soon as it is larger than `most`."""
    parts, size = list[bytes](), 0
    while size <= most and (part := content.read(CHUNK)):
        size += len(part)
        parts.append(part)
    return b"".join(parts)


def _too_large(path: Path, total: int, limit: int) -> str:
    return (
        f"{path}: expected at most {limit} bytes once it is unpacked, it has {total} or more: is "
        "it what you think it is? If so, raise `limit_mib`, or unpack it into a folder"
    )
