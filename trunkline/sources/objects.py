"""Files in object stores and wherever else fsspec goes: `s3://`, `gs://`, `file://`."""

import contextlib
from collections.abc import Iterator
from typing import Any

import fsspec

from trunkline.settings import addresses
from trunkline.sources.answers import Answer, BrokenError, UnavailableError

PACKAGES = {"s3": "s3fs", "gs": "gcsfs"}
MARKS = ("ETag", "etag", "md5Hash", "generation", "VersionId", "mtime", "created")


@contextlib.contextmanager
def opened(address: str, start: int, mark: str | None) -> Iterator[Answer]:
    """Open a file from a byte on, if it is still the one of that mark.

    Args:
        address: as fsspec takes it; who may read it is what the store's own settings say.
        start: the first byte that is wanted; the answer may begin at 0 instead.
        mark: of the bytes before.

    Raises:
        UnavailableError: there is no such file, or what reads it is not installed.
        BrokenError: it could not be read this time.
    """
    fault: OSError | None = None
    try:
        with _at(address, start, mark) as answer:
            yield answer
    except (UnavailableError, BrokenError):
        raise
    except FileNotFoundError:
        fault = UnavailableError("no such file: is the address right, and has the file moved?")
    except PermissionError as error:
        fault = UnavailableError(f"it may not be read: {addresses.masked(str(error))}")
    except Exception as error:  # noqa: BLE001  # each store has exceptions of its own
        fault = BrokenError(addresses.masked(f"{type(error).__name__}: {error}"))
    if fault is not None:
        raise fault  # outside, or the chain of exceptions would hold the address


@contextlib.contextmanager
def _at(address: str, start: int, mark: str | None) -> Iterator[Answer]:
    store, path = _store(address)
    facts = store.info(path)
    if facts.get("type") == "directory":
        raise UnavailableError("it is a folder: name each file in `sources`")
    found = next((str(facts[name]) for name in MARKS if facts.get(name) is not None), None)
    first = start if mark == found else 0
    with store.open(path, "rb") as content:
        content.seek(first)
        yield Answer(content.read, first, facts.get("size"), found)


def _store(address: str) -> tuple[Any, str]:
    with contextlib.suppress(ImportError):
        return fsspec.core.url_to_fs(address)
    scheme = addresses.scheme(address)
    package = PACKAGES.get(scheme, scheme)
    raise UnavailableError(
        f"expected the package {package}, which reads {scheme}://, it is not installed: "
        f"`.venv/bin/python -m pip install {package}`"
    )
