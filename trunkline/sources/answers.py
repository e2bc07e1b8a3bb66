"""What a server hands over: some bytes of a file, and what it says of the whole."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """The bytes of a file from one place on.

    Attributes:
        read: returns up to so many bytes; none at the end.
        start: the place of the first one.
        total: bytes of the whole file; None where the server does not say.
        mark: changes when the file does; None where the server has no such thing.
    """

    read: Callable[[int], bytes]
    start: int
    total: int | None
    mark: str | None


# From an address, the first byte that is wanted, and the mark of those before it.
Opener = Callable[[str, int, str | None], AbstractContextManager[Answer]]


class UnavailableError(OSError):
    """The file is not to be had, and will not be a second later."""


class BrokenError(OSError):
    """A connection that may succeed when it is tried again."""


class StaleError(BrokenError):
    """What has arrived so far is of no use: the next attempt begins anew."""
