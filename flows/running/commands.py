"""Runs commands, from several threads at once, and lets none outlive the run.

Each command has the variable TRUNKLINE_RUN in its environment, by which `strays` finds what it
started even when flow and warden were killed. What a command asks of a service, such as a
container or a job of a batch system, is not its process and is not ended with it.
"""

import itertools
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from flows.running import process, strays

# Nothing of the user's environment and no packages: a fast start. UTF-8 is what it reads and sets.
PYTHON = (sys.executable, "-I", "-S", "-X", "utf8")
CODE = (
    "import sys; sys.path.append(sys.argv[1]); from flows.running import warden; "
    "warden.main(int(sys.argv[2]), int(sys.argv[3]))"
)


class CommandFailed(Exception):
    """A command failed, or could not be run."""


class CommandTimedOut(CommandFailed):
    """A command took longer than it may."""


class CommandEnded(Exception):
    """A command was ended, or not begun, because the run is over."""


class Commands:
    """The commands of one run; leaving the context ends those that still run.

    Args:
        workspace: The folder that the run works in.
        run: A name that no other run in this workspace has.
    """

    def __init__(self, workspace: Path, run: str) -> None:
        self._mark = strays.mark(workspace, run)
        self._numbers = itertools.count(1)
        self._running: set[process.Process] = set()
        self._over = False
        self._starting = threading.RLock()  # a handler of signals may close while we start
        self._line: socket.socket | None = None
        self._warden: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: str,
        env: Mapping[str, str],
        output: Callable[[str], None],
        timeout: float | None = None,
    ) -> None:
        """Run a command to its end, and to that of whatever it left running.

        Args:
            argv: Program and arguments.
            cwd: Folder to run it in.
            env: Its environment; TRUNKLINE_RUN is added.
            output: Is given each line of standard output and error as it comes, without its line
                feed, in this thread. If it raises, the command is ended and the error goes on.
            timeout: Seconds it may take.

        Raises:
            CommandFailed: It ended with another code than 0, could not be run, or was lost.
            CommandTimedOut: It took longer than `timeout`.
            CommandEnded: `end_all` or `close` came first.
            StrayAlive: A process of it cannot be ended.
        """
        command = process.Process(f"{self._mark}:{next(self._numbers)}")
        self._running.add(command)  # before `_connect` looks whether the run is over
        try:
            command.start(self._connect(), argv, cwd, env)
            command.follow(output, timeout)
        finally:
            command.finish()
            self._running.discard(command)
        shown = argv[-1] if "-c" in argv[-2:-1] else shlex.join(argv)
        if self._over:
            raise CommandEnded(f"`{shown}` was ended, because the run is over")
        if command.late:
            raise CommandTimedOut(
                f"`{shown}` took longer than {timeout:g} s and was ended; raise `meta: timeout` of "
                "its stage in dvc.yaml, or give it less to do"
            )
        if trouble := _trouble(command.answer or {}):
            raise CommandFailed(f"`{shown}` {trouble}")

    def end_all(self, grace: float = process.GRACE) -> None:
        """Ask all commands to end, and begin no more; from any thread, as often as one likes.

        Args:
            grace: Seconds between SIGTERM and SIGKILL.
        """
        self._over = True
        for command in list(self._running):
            command.end(grace)

    def stop(self, grace: float = process.GRACE) -> None:
        """Ask all commands to end, and `close` when they have, or `grace` seconds are over."""
        self.end_all(grace)
        end = time.monotonic() + grace
        while self._running and time.monotonic() < end:
            time.sleep(0.02)
        self.close()

    def close(self) -> None:
        """End all commands at once, and return when nothing is left of them.

        Raises:
            StrayAlive: A process cannot be ended.
        """
        self.end_all(0)
        with self._starting:
            line, self._line = self._line, None
            warden, self._warden = self._warden, None
        if line is not None:
            line.shutdown(socket.SHUT_RDWR)  # `close` would not do where a fork has a copy
            line.close()
        if warden is not None and not _ended_well(warden):
            strays.end(self._mark)

    def _connect(self) -> socket.socket:
        """Return the line to the warden, which starts with the first command."""
        with self._starting:
            if self._over:
                raise CommandEnded("the run is over: no command is begun any more")
            if self._line is None:
                self._line, far = socket.socketpair()
                with far:
                    self._warden = _start_warden(far.fileno(), self._mark)
            return self._line


def _start_warden(line: int, mark: str) -> subprocess.Popen[bytes]:
    """Start the warden out of reach of the terminal's Ctrl-C."""
    root = str(Path(__file__).resolve().parents[2])
    return subprocess.Popen(  # noqa: S603  # the words are ours
        [*PYTHON, "-c", CODE, root, str(line), str(os.getpid())],
        env={**os.environ, strays.WARDEN: mark},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[line],
        start_new_session=True,
    )


def _ended_well(warden: subprocess.Popen[bytes]) -> bool:
    """Wait for the warden; say whether it has ended everything."""
    try:
        return warden.wait(2 * strays.PATIENCE) == 0
    except subprocess.TimeoutExpired:
        warden.kill()
        warden.wait()
        return False


def _trouble(answer: Mapping[str, Any]) -> str:
    """Say how a command failed; nothing if it did not."""
    if not answer:
        return (
            "was lost: the process that runs the commands was killed, from outside or because "
            "memory ran out. What the command had started is ended; run again"
        )
    if "error" in answer:
        return f"could not be run: {answer['error']}"
    code = answer["returncode"]
    number = -code if code < 0 else code - 128  # a shell adds 128 to the signal of its command
    if number not in {each.value for each in signal.Signals}:
        return f"failed with exit code {code}" if code else ""
    hint = "; SIGKILL comes from outside, or when memory runs out" if number == 9 else ""
    how = "was killed by" if code < 0 else f"failed with exit code {code}, as after"
    return f"{how} {signal.Signals(number).name}{hint}"
