"""One command as the flow sees it: its output, its end, and how to ask for that.

The other half is in `warden`, which tells how the two speak.
"""

import contextlib
import json
import math
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flows.running import strays

GRACE = 5.0  # seconds to end well, for a command whose time is up
LONGEST = 1 << 16  # bytes; a longer line is handed over in pieces
HOUR = 3600.0  # seconds; poll takes no more than some weeks


class Process:
    """A command that a keeper of the warden runs.

    Args:
        mark: What its processes are found by.
    """

    def __init__(self, mark: str) -> None:
        self.answer: dict[str, Any] | None = None
        self.late = False
        self._mark = mark
        self._heard = b""
        self._closing = threading.RLock()  # a handler of signals may ask to end what we close
        self._control, self._theirs = socket.socketpair()
        source, sink = os.pipe()
        os.set_blocking(source, False)
        self._source, self._sink = os.fdopen(source, "rb", 0), os.fdopen(sink, "wb", 0)

    def start(
        self, line: socket.socket, argv: Sequence[str], cwd: str, env: Mapping[str, str]
    ) -> None:
        """Ask the warden to run it.

        Args:
            line: Where the warden listens.
            argv: Program and arguments.
            cwd: Folder to run it in.
            env: Its environment; the mark is added.
        """
        request = {
            "argv": [_text(word) for word in argv],
            "cwd": _text(os.path.abspath(cwd)),
            "env": {_text(name): _text(value) for name, value in env.items()}
            | {strays.VARIABLE: _text(self._mark)},
        }
        with os.fdopen(os.memfd_create("command"), "w+") as sheet, self._theirs, self._sink:
            json.dump(request, sheet)
            sheet.seek(0)
            given = [file.fileno() for file in (self._theirs, self._sink, sheet)]
            with contextlib.suppress(OSError):  # the warden is gone, and `_control` ends at once
                socket.send_fds(line, [b"+"], given)

    def follow(self, output: Callable[[str], None], timeout: float | None) -> None:
        """Hand over the output line by line until the keeper tells the end, or is gone.

        Args:
            output: Is given each line.
            timeout: Seconds after which the command is ended.
        """
        lines = _Lines(output)
        control, source = self._control.fileno(), self._source.fileno()
        watched = select.poll()
        watched.register(control, select.POLLIN)
        watched.register(source, select.POLLIN)
        limit = math.inf if timeout is None else time.monotonic() + timeout
        while self.answer is None:
            wait = min(max(limit - time.monotonic(), 0.0), HOUR)
            ready = [number for number, _ in watched.poll(math.ceil(wait * 1000))]
            if source in ready and not lines.take(self._source):
                watched.unregister(source)
            if control in ready:
                self._listen()
            elif time.monotonic() >= limit:
                self.late, limit = True, math.inf
                self.end(GRACE)
        while lines.take(self._source):
            pass  # what was written before the end
        lines.finish(self.answer.get("left", []))

    def end(self, grace: float) -> None:
        """Ask for its end; from any thread, at any time.

        Args:
            grace: Seconds between SIGTERM and SIGKILL.
        """
        with self._closing, contextlib.suppress(OSError):  # it has ended, or its keeper is gone
            self._control.send(f"{grace}\n".encode(), socket.MSG_DONTWAIT)

    def finish(self) -> None:
        """Return when nothing of it is left, whatever went wrong.

        Raises:
            strays.StrayAlive: a process cannot be ended.
        """
        begun = self._theirs.fileno() < 0
        try:
            if begun and self.answer is None:
                self.end(0)
            while begun and self.answer is None:
                self._listen()
            if begun and "returncode" not in (self.answer or {}):
                strays.end(self._mark)
        finally:
            with self._closing:
                for each in (self._control, self._theirs, self._source, self._sink):
                    each.close()

    def _listen(self) -> None:
        """Take a piece of the answer; after the last, or none, it is whole."""
        piece = b""
        with contextlib.suppress(ConnectionResetError):  # our wish to end it was not read any more
            piece = self._control.recv(LONGEST)
        self._heard += piece
        if not piece:
            self.answer = json.loads(self._heard or b"{}")


class _Lines:
    """Cuts what comes in pieces into lines."""

    def __init__(self, output: Callable[[str], None]) -> None:
        self._output, self._rest = output, b""

    def take(self, source: Any) -> bool:
        """Hand over what there is to read; say whether there was something."""
        piece = source.read(LONGEST)
        *whole, self._rest = (self._rest + (piece or b"")).split(b"\n")
        if len(self._rest) >= LONGEST:
            whole, self._rest = [*whole, self._rest], b""
        for line in whole:
            self._output(line.decode("utf-8", "replace"))
        return bool(piece)

    def finish(self, left: list[str]) -> None:
        """Hand over a last line without line feed, and say what was left running."""
        if self._rest:
            self._output(self._rest.decode("utf-8", "replace"))
        if left:
            self._output(f"warning: it left processes running, now ended: {'; '.join(left)}")


def _text(text: str) -> str:
    """Return the text by which UTF-8 gives the bytes that the system's encoding gives."""
    return os.fsencode(text).decode("utf-8", "surrogateescape")
