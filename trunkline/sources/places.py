"""Files and folders of the user's own: there, readable, of the right content."""

import hashlib
import lzma
import os
import stat
import struct
import tarfile
import tokenize
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from trunkline.settings import naming

# What libraries raise at a file that is not what it should be.
BROKEN = (
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    Warning,
    lzma.LZMAError,
    pa.ArrowException,
    struct.error,
    tarfile.TarError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True)
class Local:
    """A file as it was found.

    Attributes:
        path: relative to the project's folder.
        size: bytes.
        sha256: 64 hex digits.
    """

    path: Path
    size: int
    sha256: str

    def told(self) -> dict[str, Any]:
        """Return what the schema says of it."""
        return {"path": self.path.as_posix(), "bytes": self.size, "sha256": self.sha256}


def present(path: Path) -> os.stat_result:
    """Return the status of a file that is there and has content.

    Raises:
        ValueError: it is a folder, no plain file, or empty.
        OSError: it does not exist or may not be looked at.
    """
    if path.is_dir():
        raise ValueError(f"{path}: expected a file, it is a folder: name a file in it")
    status = _status(path)
    if not stat.S_ISREG(status.st_mode):
        raise ValueError(f"{path}: expected a file, it is a device, a pipe or a socket")
    if not status.st_size:
        raise ValueError(f"{path}: expected rows, the file is empty (0 bytes)")
    return status


def file(path: Path, sha256: str | None = None) -> Local:
    """Return a file that can be read from its first to its last byte.

    Args:
        path: relative to the project's folder.
        sha256: what it must have; None for whatever it has.

    Raises:
        ValueError: it is a folder, no plain file, empty, or has another SHA-256.
        OSError: it does not exist or may not be read.
    """
    status = present(path)
    try:
        with path.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
    except PermissionError as error:
        raise PermissionError(_forbidden(path)) from error
    if sha256 is not None and found != sha256.lower():
        raise ValueError(
            f"{path}: expected the SHA-256 {sha256}, it has {found}: it is another version or a "
            "broken copy; fetch it again, or paste this value as `sha256`"
        )
    return Local(path, status.st_size, found)


def below(folder: Path) -> list[Path]:
    """Return all files in a folder, through and through, in the order of their paths.

    Raises:
        ValueError: a link leads out of the folder; a name is no text.
        OSError: it does not exist, or a folder in it may not be read.
    """
    _status(folder)
    root = folder.resolve()
    found: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=_stop):
        for name in (*folders, *names):
            path = Path(place, name)
            _named(path)
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                raise ValueError(
                    f"{path}: it is a link that leaves the folder {folder}: put a copy there, or "
                    "remove it"
                )
        found += [Path(place, name) for name in names]
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def together(files: Sequence[Local], folder: Path) -> dict[str, Any]:
    """Return what the schema says of many files: how many, their bytes, one SHA-256 of all."""
    digest = hashlib.sha256()
    for local in files:
        name = local.path.relative_to(folder).as_posix()
        digest.update(f"{name}\0{local.size}\0{local.sha256}\n".encode())
    total = sum(local.size for local in files)
    return {
        "path": folder.as_posix(),
        "files": len(files),
        "bytes": total,
        "sha256": digest.hexdigest(),
    }


def damaged(path: Path | str, what: str, error: object) -> ValueError:
    """Return the error that says a file is not what it should be."""
    return ValueError(f"{path}: expected {what}, it is damaged or none: {error}")


def _status(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except FileNotFoundError as error:
        raise FileNotFoundError(_missing(path)) from error
    except PermissionError as error:
        raise PermissionError(_forbidden(path)) from error
    except OSError as error:  # a loop of links, a name that is too long
        raise OSError(f"{path}: cannot be looked at: {error.strerror}") from error


def _named(path: Path) -> None:
    """Pass a file whose name is text, and so the same on every machine."""
    shown = str(path).encode(errors="surrogateescape").decode(errors="backslashreplace")
    if shown != str(path):
        raise ValueError(f"{shown}: expected a name in UTF-8, received other bytes: rename it")


def _missing(path: Path) -> str:
    if path.is_symlink():
        target = path.readlink()
        return f"{path}: it is a link to {target}, which is not there: mend the link, or remove it"
    folder = path.parent
    if not folder.is_dir():
        return f"{path}: no such file; there is no folder {folder}. Paths start at params.yaml"
    beside = sorted(entry.name for entry in folder.iterdir())
    hint = naming.nearest(path.name, beside)
    return f"{path}: no such file{hint or '; paths start at the folder of params.yaml'}"


def _forbidden(path: Path) -> str:
    return f"{path}: may not be read by this user: give it the permission (`chmod u+r`)"


def _stop(error: OSError) -> None:
    raise OSError(f"{error.filename}: cannot be looked into: {error.strerror}") from error
