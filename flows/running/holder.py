"""One run at a time in a workspace, and a name for who runs."""

import fcntl
import json
import os
import sys
from pathlib import Path
from typing import IO


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

        Raises:
            WorkspaceHeldError: Another run has it; the message says which.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            said = file.read()
            file.close()
            raise WorkspaceHeldError(_who(said)) from None
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


def _who(said: str) -> str:
    try:
        holder = json.loads(said)
    except json.JSONDecodeError:  # it is just being written
        return "another run has this workspace; wait for it to end, or add --wait"
    return (
        f"this workspace is held by process {holder['pid']}: {holder['command']}; "
        "wait for it to end, or add --wait"
    )
