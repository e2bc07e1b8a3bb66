"""Files that appear whole or not at all: a failed write leaves what was there before."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path in the folder of `path`; move it to `path` when the block succeeds.

    The temporary name is always the same, so what a killed process left behind is overwritten by
    the next run. A file that is a link into a cache is replaced, never written through.

    Args:
        path: the file to write; its folder is made if need be.

    Raises:
        OSError: it could not be written, e.g. no space is left; the old file is kept.
    """
    temporary = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        if error.errno is None:
            raise  # not of the system: a message of its own, of what was to be written
        raise _unwritten(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Yield an empty folder beside `path`; swap it in for `path` when the block succeeds.

    Args:
        path: the folder to write; all that it held before is replaced.

    Raises:
        OSError: it could not be written; the old folder is kept.
    """
    temporary = path.with_name(f".{path.name}.partial")
    replaced = path.with_name(f".{path.name}.replaced")
    try:
        if replaced.exists() and not path.exists():  # killed in the middle of the swap
            os.replace(replaced, path)
        _remove(temporary)
        temporary.mkdir(parents=True)
        yield temporary
        _swap(temporary, path, replaced)
    except OSError as error:
        if error.errno is None:
            raise  # not of the system: a message of its own, of what was to be written
        raise _unwritten(path, error) from error
    finally:
        _remove(temporary)


def write(content: bytes, path: Path) -> None:
    """Write `content` to `path`, whole or not at all.

    Raises:
        OSError: it could not be written; the old file is kept.
    """
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(content)


def read(path: Path) -> bytes:
    """Return the bytes of `path`.

    Raises:
        FileNotFoundError: there is no such file; names it and says how to make it.
    """
    exists(path)
    return path.read_bytes()


def exists(path: Path) -> None:
    """Pass a file that is there.

    Raises:
        FileNotFoundError: there is no such file; names it and says how to make it.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} does not exist. Run `dvc repro`, which restores it or makes it again."
        )


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hex digits.

    Raises:
        FileNotFoundError: there is no such file.
    """
    exists(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes(paths: Mapping[str, Path]) -> dict[str, str]:
    """Return the SHA-256 of each file by its name, as 64 hex digits.

    Raises:
        FileNotFoundError: one does not exist.
    """
    return {name: sha256(path) for name, path in paths.items()}


def damaged(path: Path, reason: object) -> ValueError:
    """Return the error that says `path` cannot be read, why, and how to get it back."""
    return ValueError(
        f"{path} is damaged ({reason}). Delete it and run `dvc repro`, which restores it or makes "
        "it again."
    )


def _unwritten(path: Path, error: OSError) -> OSError:
    reason = os.strerror(error.errno) if error.errno else str(error)
    return OSError(
        f"{path} could not be written: {reason}. What was there before is kept. Free some space "
        "or check the folder's permissions, then run the same command again."
    )


def _swap(new: Path, path: Path, replaced: Path) -> None:
    _remove(replaced)
    if path.exists():
        os.replace(path, replaced)
    os.replace(new, path)
    _remove(replaced)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
