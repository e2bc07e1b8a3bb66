"""One run at a time in a workspace, and a name for who runs."""

import fcntl
import json
import os
import sys
import time
from pathlib import Path
from typing import IO, Any

import psutil

PATIENCE = 10.0  # seconds; a child of a dead run becomes its command, or dies, in milliseconds


class WorkspaceHeldError(RuntimeError):
    """Another run holds the workspace."""


class Holder:
    """The lock of a workspace; the system lets go of it when the process ends, however it ends.

    Args:
        path: The lock file; it says who holds it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Take the workspace.

        A run that was killed may leave a child that has not become its command yet, and until
        then has the lock of its parent: it is waited for.

        Raises:
            WorkspaceHeldError: Another run has it; the message says which.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+", encoding="utf-8")
        limit = time.monotonic() + PATIENCE
        while not _locked(file):
            file.seek(0)
            holder = _named(file.read())
            gone = holder is not None and not psutil.pid_exists(holder["pid"])
            if not gone or time.monotonic() > limit:
                file.close()
                raise WorkspaceHeldError(_told(holder))
            time.sleep(0.01)
        file.truncate(0)
        json.dump({"pid": os.getpid(), "command": " ".join(sys.argv)}, file)
        file.flush()
        self._file = file

    def let_go(self) -> None:
        """Let others take the workspace."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _named(said: str) -> dict[str, Any] | None:
    """Return process and command that a lock names; None while that is being written."""
    try:
        holder: dict[str, Any] = json.loads(said)
    except json.JSONDecodeError:
        return None
    return holder


def _told(holder: dict[str, Any] | None) -> str:
    if holder is None:
        return "another run has this workspace; wait for it to end, or add --wait"
    return (
        f"this workspace is held by process {holder['pid']}: {holder['command']}; "
        "wait for it to end, or add --wait"
    )
