"""What DVC's own processes are told while a run goes on, and what DVC may tell."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dvc.lock import LockError
from dvc.rwlock import _edit_rwlock, rwlock

from flows.running import holder


@contextmanager
def told(repo: Any) -> Iterator[None]:
    """Take DVC's lock of all files; who starts a `dvc repro` meanwhile is told who is at work.

    Args:
        repo: DVC's repository, locked.

    Raises:
        WorkspaceHeldError: Another process of DVC is at work; the message says which.
    """
    folder, root = repo.tmp_dir, str(repo.root_dir)
    hardlink = repo.config["core"].get("hardlink_lock", False)
    with _edit_rwlock(folder, repo.fs, hardlink) as entries:
        entries["write"].pop(root, None)  # of a flow that was killed: we hold its lock now
    held = rwlock(folder, repo.fs, " ".join(sys.argv), [], [root], hardlink)
    try:
        held.__enter__()
    except LockError as error:
        raise holder.WorkspaceHeldError(str(error)) from error
    try:
        yield
    finally:
        held.__exit__(None, None, None)


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
