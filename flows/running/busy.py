"""What DVC's own processes are told while a run goes on, and what DVC may tell."""

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dvc.lock import LockError
from dvc.rwlock import (
    RWLOCK_FILE,
    RWLockFileCorruptedError,
    _acquire_write,
    _check_blockers,
    _edit_rwlock,
)

from flows.running import holder

Entries = dict[str, Any]  # who writes and who reads what


@contextmanager
def told(repo: Any) -> Iterator[None]:
    """Take DVC's lock of all files; who starts a `dvc repro` meanwhile is told who is at work.

    Args:
        repo: DVC's repository, locked.

    Raises:
        WorkspaceHeldError: Another process of DVC is at work; the message says which.
    """
    root = str(repo.root_dir)
    own = {"pid": os.getpid(), "cmd": " ".join(sys.argv)}

    def take(entries: Entries) -> None:
        entries["write"].pop(root, None)  # of a flow that was killed: we hold its lock now
        for mode in ("write", "read"):
            _check_blockers(repo.tmp_dir, entries, own, mode=mode, waiters=[root])
        _acquire_write(entries, own, [root])

    try:
        _edit(repo, take)
    except LockError as error:
        raise holder.WorkspaceHeldError(str(error)) from error
    try:
        yield
    finally:
        _edit(repo, lambda entries: entries["write"].pop(root, None))


def _edit(repo: Any, change: Callable[[Entries], object]) -> None:
    """Change DVC's list of who is at work on what.

    A process that was killed while it wrote leaves half of it. Then the list begins anew: nobody
    else was at work beside a flow.
    """
    hardlink = repo.config["core"].get("hardlink_lock", False)
    try:
        with _edit_rwlock(repo.tmp_dir, repo.fs, hardlink) as entries:
            change(entries)
    except RWLockFileCorruptedError:
        Path(repo.tmp_dir, RWLOCK_FILE).unlink()
        _edit(repo, change)


@contextmanager
def quiet() -> Iterator[None]:
    """Leave DVC's warnings; what it tells about each stage, the flow tells in its own way."""
    words = logging.getLogger("dvc")
    level = words.level
    words.setLevel(max(level, logging.WARNING))
    try:
        yield
    finally:
        words.setLevel(level)
