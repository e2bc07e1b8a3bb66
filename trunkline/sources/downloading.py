"""From an address to a file: in pieces, resumed where a connection broke, shown as it goes."""

import logging
import os
import time
from collections.abc import Iterator
from typing import IO

from tqdm import tqdm

from trunkline.sources.answers import (
    Answer,
    BrokenError,
    Opener,
    StaleError,
    UnavailableError,
)
from trunkline.sources.caching import Partial

BLOCK = 1 << 20  # bytes asked for at a time
ATTEMPTS = 5  # one after the other that bring nothing
CONNECTIONS = 100  # in all, for a server that hands over a little each time
PAUSE = 0.5  # seconds before the second attempt; twice as long before each further one
LONGEST = 8.0  # seconds
LINES = 10  # where there is no terminal: a line for each tenth
UNKNOWN = 1 << 26  # bytes of a line where the size is not known
PAGES = (b"<!doctype html", b"<html")

log = logging.getLogger(__name__)


def whole(address: str, opener: Opener, partial: Partial, name: str) -> bool:
    """Bring all bytes of a file to where they are gathered.

    Args:
        address: with what stands for its variables filled in; never shown.
        opener: how it is reached.
        partial: what has arrived of it already, perhaps in an earlier run.
        name: what to call it.

    Returns:
        Whether it was put together from what came over several connections.

    Raises:
        UnavailableError: it is not to be had, or is a page of HTML.
        BrokenError: `ATTEMPTS` in a row brought nothing, or `CONNECTIONS` in all not the end.
    """
    tried, failed, reason = 0, 0, ""
    while failed < ATTEMPTS and tried < CONNECTIONS:
        if tried:
            log.info("%s: %s; trying again", name, reason)
            time.sleep(min(PAUSE * 2 ** (failed - 1), LONGEST))
        tried, before = tried + 1, partial.size()
        try:
            return _attempt(address, opener, partial, name)
        except StaleError as error:
            partial.discard()
            failed, reason = failed + 1, str(error)
        except BrokenError as error:
            grown = partial.size() > before
            failed, reason = (1 if grown else failed + 1), str(error)
    arrived = partial.size()
    then = f"; what has arrived ({arrived} bytes) is kept and the next run goes on from there"
    if not arrived:
        then = ": is the address right, is there a network, and is the server up?"
    raise BrokenError(f"{reason}, after {tried} attempts{then}")


def _attempt(address: str, opener: Opener, partial: Partial, name: str) -> bool:
    """Fetch what is missing over one connection; return whether there was something before."""
    with opener(address, partial.size(), partial.mark()) as answer:
        if answer.start == 0:
            partial.begin(answer.mark)
        with partial.path.open("r+b") as file:
            file.truncate(answer.start)
            file.seek(answer.start)
            for block in _shown(answer, name):
                if not file.tell():
                    _no_page(block)
                _write(file, block)
            size = file.tell()
    if answer.total is not None and size != answer.total:
        raise BrokenError(f"expected {answer.total} bytes, the connection ended after {size}")
    return answer.start > 0


def _shown(answer: Answer, name: str) -> Iterator[bytes]:
    """Yield the bytes; show how far they are: a bar on a terminal, else a line now and then."""
    step = -(-answer.total // LINES) if answer.total else UNKNOWN
    done = answer.start
    with tqdm(
        total=answer.total, initial=done, desc=name, unit="B", unit_scale=True, disable=None
    ) as bar:
        while block := answer.read(BLOCK):
            yield block
            done += len(block)
            bar.update(len(block))
            if bar.disable and done // step > (done - len(block)) // step:
                of = f" of {answer.total}" if answer.total else ""
                log.info("%s: %d%s bytes", name, done, of)


def _no_page(block: bytes) -> None:
    if block[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(PAGES):
        raise UnavailableError(
            "expected data, the server sent a page of HTML: it probably asks to log in; open the "
            "address in a browser and look for that of the file itself"
        )


def _write(file: IO[bytes], block: bytes) -> None:
    fault = None
    try:
        file.write(block)
        file.flush()
    except OSError as error:  # not to be taken for one of the connection
        fault = f"{file.name}: cannot be written: {os.strerror(error.errno or 0)}"
    if fault is not None:
        raise UnavailableError(fault)
