"""What DVC does anew for each stage, left out or done once for a run.

It counts where there are many short stages: `python -m benchmarks --only many growth`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from dvc import rwlock


@contextmanager
def no_locks_of_files() -> Iterator[None]:
    """Leave DVC's locks of single files, each of which writes a file twice.

    Whoever holds the lock of the whole root (see `busy.told`) needs no other: DVC refuses any
    lock below it to others, and would find only our own.
    """
    locking = rwlock.rwlock
    rwlock.rwlock = _no_lock
    try:
        yield
    finally:
        rwlock.rwlock = locking


@contextmanager
def _no_lock(*_: Sequence[str] | Any) -> Iterator[None]:
    yield


@contextmanager
def links_open(repo: Any) -> Iterator[None]:
    """Keep DVC's table of links open, which it would close, and tidy up, after each output.

    Args:
        repo: DVC's repository.
    """
    links = repo.state.links
    links.close = _not_now
    try:
        yield
    finally:
        del links.close
        links.close()


def _not_now() -> None:
    pass
