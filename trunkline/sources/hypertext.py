"""Files at addresses of http and https, from any byte on.

The standard library rather than fsspec's own files of http: these follow a redirect wherever it
leads, ask for ranges without the version they belong to, and hide how a body was encoded.
"""

import base64
import contextlib
import errno
import http.client
import os
import re
import socket
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Iterator
from email.message import Message
from typing import Any

from trunkline.settings import addresses
from trunkline.sources import redirecting
from trunkline.sources.answers import Answer, BrokenError, StaleError, UnavailableError

NOWHERE = {errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL}
PATIENCE = 30.0  # seconds without a byte
AGAIN = {408, 425, 429}  # of the answers below 500, those that time may heal
REASONS = {
    401: "it asks who you are: put `{NAME}` into the address, and export that variable",
    403: "it may not be read: put a token, `{NAME}`, into the address, or ask its owner",
    404: "no such file: is the address right, and has the file moved?",
    410: "the file is gone: its owner has removed it",
}


@contextlib.contextmanager
def opened(address: str, start: int, mark: str | None) -> Iterator[Answer]:
    """Ask for a file, from a byte on if the file is still the one of that mark.

    Args:
        address: with what stands for its variables filled in.
        start: the first byte that is wanted; the answer may begin at 0 instead.
        mark: of the bytes before; None where nothing is known of them.

    Raises:
        UnavailableError: there is no such file, or it is not handed over.
        BrokenError: the connection failed, or the server says to come again.
    """
    fault: OSError | None = None
    try:
        with contextlib.closing(_asked(address, start, mark)) as response:
            yield _answer(response, address, start)
    except urllib.error.HTTPError as error:
        fault = _refused(error)
        error.close()
    except (UnavailableError, BrokenError):
        raise
    except http.client.InvalidURL:
        fault = UnavailableError("it is no address: escape what is not ASCII, as in %20")
    except (http.client.HTTPException, zlib.error, EOFError, OSError) as error:
        fault = BrokenError(_why(error))
    if fault is not None:
        raise fault  # outside, or the chain of exceptions would hold the address


def request(address: str, method: str = "GET") -> urllib.request.Request:
    """Return what asks for a file as it is; the user of the address goes into a header."""
    parts = urllib.parse.urlsplit(address)
    user, _, host = parts.netloc.rpartition("@")
    plain = urllib.parse.urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
    made = urllib.request.Request(plain, method=method)  # noqa: S310  # the scheme was checked
    made.add_header("Accept-Encoding", "identity")
    made.add_header("User-Agent", "trunkline")
    if user:
        word = base64.b64encode(urllib.parse.unquote(user).encode()).decode()
        made.add_header("Authorization", f"Basic {word}")
    return made


def _asked(address: str, start: int, mark: str | None) -> Any:
    asking = request(address)
    if start:
        asking.add_header("Range", f"bytes={start}-")
        if mark:
            asking.add_header("If-Range", mark)
    return urllib.request.build_opener(redirecting.Redirects).open(asking, timeout=PATIENCE)


def _answer(response: Any, address: str, start: int) -> Answer:
    headers = response.headers
    first, total = 0, _whole(headers.get("Content-Length"))
    if response.status == 206:
        first, total = _range(headers.get("Content-Range", ""), start)
    read = response.read1  # what is there, so that little is lost when the connection breaks
    coding = headers.get("Content-Encoding", "identity").strip().lower()
    if coding in ("gzip", "x-gzip") and not addresses.name(address).endswith((".gz", ".tgz")):
        # The file is what comes out. Its length and its ranges are those of what was packed.
        read, total = _Unpacked(response, total).read, None
        if first:
            raise StaleError("it was sent packed, from its middle on")
        return Answer(read, 0, None, None)
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise UnavailableError(
            f"expected the file as it is, the server packs it by '{coding}': ask its owner for "
            "another address"
        )
    return Answer(read, first, total, _mark(headers))


class _Unpacked:
    """The file in a body that the server has packed by gzip; checks that the body is whole."""

    def __init__(self, response: Any, total: int | None) -> None:
        self._response, self._total, self._seen = response, total, 0
        self._unpacker = zlib.decompressobj(wbits=31)

    def read(self, size: int) -> bytes:
        """Return some bytes of the file, none at its end."""
        while not self._unpacker.eof:
            raw = self._unpacker.unconsumed_tail
            if not raw:
                raw = self._response.read1(size)
                self._seen += len(raw)
            if not raw:
                raise BrokenError(f"it was cut short after {self._seen} packed bytes")
            if plain := self._unpacker.decompress(raw, size):
                return plain
        return b""


def _mark(headers: Message) -> str | None:
    """Return what names a version: a strong ETag, else the time of its last change."""
    etag = headers.get("ETag")
    return etag if etag and not etag.startswith("W/") else headers.get("Last-Modified")


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


def _range(text: str, start: int) -> tuple[int, int | None]:
    """Return the first byte and the total that an answer in parts says it has."""
    found = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", text.strip())
    if found is None or int(found[1]) != start:
        raise StaleError(f"expected the bytes from {start} on, the server sent '{text}'")
    return start, _whole(found[2])


def _refused(error: urllib.error.HTTPError) -> OSError:
    told = f"the server answered {error.code} {http.client.responses.get(error.code, '')}".strip()
    if error.code in (301, 302, 303, 307, 308):
        return UnavailableError(
            f"expected at most {redirecting.LIMIT} redirects, the server sends more"
        )
    if error.code == 416:
        return StaleError(told)
    if error.code >= 500 or error.code in AGAIN:
        return BrokenError(told)
    return UnavailableError(f"{told}: {REASONS.get(error.code, 'is the address right?')}")


def _why(error: BaseException) -> str:
    reason = getattr(error, "reason", None) or error
    if isinstance(reason, TimeoutError):
        return f"no byte came for {PATIENCE:g} seconds"
    if isinstance(reason, http.client.IncompleteRead):
        return "the connection ended before the file did"
    if isinstance(reason, socket.gaierror):
        return f"its host is not known: {reason.strerror}"
    if isinstance(reason, OSError) and reason.errno in NOWHERE:
        return f"it cannot be reached: {os.strerror(reason.errno or 0)}"
    return addresses.masked(f"{type(reason).__name__}: {reason}")
