"""Files at addresses: fetched once, checked by their SHA-256, read like files of the project."""

import os
from pathlib import Path

from trunkline.settings import addresses
from trunkline.sources import caching, downloading, hypertext, objects
from trunkline.sources.answers import BrokenError, Opener, UnavailableError
from trunkline.sources.caching import Partial


def at(root: Path, path: str, sha256: str | None) -> Path:
    """Return where the file of a source can be read.

    Args:
        root: the project's folder.
        path: in that folder, or an address.
        sha256: what a file at an address must have; a file of the project is not looked at here.

    Raises:
        ValueError: the file at an address is another one, or its SHA-256 is not stated.
        OSError: it could not be fetched.
    """
    return fetched(path, sha256) if addresses.remote(path) else root / path


def fetched(address: str, sha256: str | None) -> Path:
    """Return a copy of the file at an address, fetched unless there is one.

    Args:
        address: variables in it (`{NAME}`) are filled in from the environment.
        sha256: 64 hex digits; None to be told.

    Raises:
        ValueError: it has another SHA-256, or none was stated: the message tells that it has.
        OSError: it could not be fetched.
    """
    name = addresses.name(address)
    if sha256 is not None and (kept := caching.held(sha256, name)):
        return kept
    with caching.reserved(address) as partial:
        if sha256 is not None and (kept := caching.held(sha256, name)):
            return kept  # another process was fetching it
        found = _brought(address, partial, sha256)
        if sha256 is None or found == sha256.lower():
            path = caching.keep(partial, found, name)
        else:
            partial.discard()
    if sha256 is None:
        raise ValueError(
            f"{_shown(address)}: expected its SHA-256 in params.yaml, or nobody could tell "
            f"tomorrow whether it is the same file. Is this the file you mean? Then paste `sha256: "
            f"{found}`"
        )
    if found != sha256.lower():
        raise ValueError(
            f"{_shown(address)}: expected the SHA-256 {sha256}, it has {found}: the file there has "
            "changed, or something else was sent; look at it, and if it is what you want, paste "
            "this value as `sha256`"
        )
    return path


def _brought(address: str, partial: Partial, sha256: str | None) -> str:
    """Fetch a file and return its SHA-256; once more if pieces of two versions were joined."""
    if _downloaded(address, partial):
        found = caching.digest(partial.path)
        if sha256 is not None and found == sha256.lower():
            return found
        if sha256 is not None or partial.mark() is None:
            partial.discard()
            _downloaded(address, partial)
    return caching.digest(partial.path)


def _downloaded(address: str, partial: Partial) -> bool:
    """Fetch a file; whatever goes wrong is told with its address, and with no secret of it."""
    full, secrets = addresses.filled(address, os.environ)
    local = addresses.scheme(address) not in ("http", "https")
    opener: Opener = objects.opened if local else hypertext.opened
    fault: str | None = None
    try:
        return downloading.whole(full, opener, partial, addresses.name(address))
    except (UnavailableError, BrokenError) as error:
        fault = str(error)
    raise OSError(f"{_shown(address)}: {addresses.hidden(fault, secrets)}")  # outside: no chain


def _shown(address: str) -> str:
    return addresses.masked(address)
