"""Work ahead: the same items in the same order, errors in their place, nothing left open."""

import threading
from collections.abc import Iterator

import pytest

from trunkline.data import working


def test_the_same_items_in_the_same_order() -> None:
    """A thread makes them, and none is lost or moved."""
    maker: set[int] = set()

    def items() -> Iterator[int]:
        for number in range(100):
            maker.add(threading.get_ident())
            yield number

    assert list(working.ahead(items())) == list(range(100))
    assert maker.isdisjoint({threading.get_ident()})
    assert list(working.ahead(iter([]))) == []


def test_an_error_comes_in_its_place() -> None:
    """Items before it are handed over first."""

    def items() -> Iterator[int]:
        yield 1
        raise ValueError("the second is bad")

    found = working.ahead(items())
    assert next(found) == 1
    with pytest.raises(ValueError, match="the second is bad"):
        next(found)
    assert list(found) == []


def test_what_is_not_asked_for_is_closed() -> None:
    """Leaving early ends the iterator and its thread."""
    closed = []

    def items() -> Iterator[int]:
        try:
            yield from range(100)
        finally:
            closed.append(True)

    threads = threading.active_count()
    found = working.ahead(items())
    assert next(found) == 0
    found.close()
    assert closed == [True]
    assert threading.active_count() == threads
