"""Work on the next rows while the last ones are used: a thread, the same order, the same rows."""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

Item = TypeVar("Item")


def ahead(items: Iterator[Item], depth: int = 2) -> Generator[Item]:
    """Yield what an iterator yields; a thread of its own makes the next items meanwhile.

    Arrow parses, casts and packs without Python's lock, so a chain of these keeps several cores
    busy. An error comes where its item would have come.

    Args:
        items: used by one thread at a time.
        depth: how many items may be made before they are asked for.
    """
    end = object()
    waiting: deque[Future[Any]] = deque()
    try:
        with ThreadPoolExecutor(1) as worker:
            try:
                waiting.extend(worker.submit(next, items, end) for _ in range(depth))
                while (found := waiting.popleft().result()) is not end:
                    waiting.append(worker.submit(next, items, end))
                    yield found
            finally:
                for late in waiting:
                    late.cancel()
    finally:  # nobody asks for more, so what it holds open is closed
        if isinstance(items, Generator):
            items.close()
