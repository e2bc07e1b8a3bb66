"""The process that starts commands for the flow, and ends them when the flow is gone.

The flow has threads, so it must not run Python between fork and exec, which is where a child is
told to die with its parent. This small process without threads does it instead:

    flow  --line-->  warden  --fork-->  keeper, one for each command  --fork, exec-->  command

A message on the line is one byte with three file descriptors: the control socket of a new command,
what its output goes to, and a sheet of JSON with `argv`, `cwd` and `env`. On the control socket,
seconds ask to end the command (SIGTERM, after so long SIGKILL), end of file asks for it at once;
the keeper answers with one JSON object when nothing of the command is left.

Warden and keepers are subreapers: what a command started becomes their child when its own parent
ends, so they end it whatever group, session or environment it has given itself. The flow's death,
however it comes, closes all sockets; a killed keeper takes its command along.
"""

import contextlib
import ctypes
import functools
import json
import math
import os
import select
import signal
import socket
import subprocess
import time
import traceback
from types import FrameType
from typing import NoReturn

from flows.running import strays

Command = subprocess.Popen[bytes]
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
HEARTBEAT = 1.0  # seconds; for a flow that died while a fork of it holds the line open


def main(line: int, flow: int) -> None:
    """Serve the flow until it closes the line or ends; then end all that was started.

    Args:
        line: File descriptor of the socket on which commands are asked for.
        flow: Process id of the flow.
    """
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _take_no_notice)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers and orphans need no waiting for
    with socket.socket(fileno=line) as asked:
        _serve(asked, flow)
    strays.end_found(lambda: _left(None))


def _serve(line: socket.socket, flow: int) -> None:
    """Fork a keeper for each command that is asked for."""
    while given := _next(line, flow):
        with socket.socket(fileno=given[0]) as control:
            try:
                if os.fork() == 0:
                    line.close()
                    _keep_and_exit(control, *given[1:])
            except OSError as error:
                _answer(control, {"error": f"no process can be started for it: {error}"})
        for descriptor in given[1:]:
            os.close(descriptor)


def _keep_and_exit(control: socket.socket, output: int, sheet: int) -> NoReturn:
    try:
        _keep(control, output, sheet)
    except BaseException:
        traceback.print_exc()  # the flow gets no answer, which tells it that the command is lost
        raise
    finally:  # never back into the warden's loop
        os._exit(0)


def _keep(control: socket.socket, output: int, sheet: int) -> None:
    """Run one command until nothing of it is left, and tell how it ended."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    woken, waking = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, _take_no_notice)
    try:
        process = _start(output, sheet)
        left = _attend(process, control, woken)
        _answer(control, {"returncode": process.returncode, "left": left})
    except (OSError, ValueError, subprocess.SubprocessError, strays.StrayAlive) as error:
        _answer(control, {"error": str(error)})
    control.close()  # now, the end of a process takes longer


def _next(line: socket.socket, flow: int) -> list[int]:
    """Wait for the file descriptors of the next command; none when the flow is gone."""
    while os.getppid() == flow:
        if select.select([line], [], [], HEARTBEAT)[0]:
            return socket.recv_fds(line, 1, 3)[1]
    return []


def _start(output: int, sheet: int) -> Command:
    """Start the command in its own session, to die with this process."""
    keeper = os.getpid()
    with open(sheet, "rb") as file:
        request = json.load(file)
    try:
        return subprocess.Popen(  # noqa: S603  # the words are those of dvc.yaml
            request["argv"],
            cwd=request["cwd"],
            env=request["env"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=lambda: _die_with(keeper),
        )
    finally:
        os.close(output)


def _attend(process: Command, control: socket.socket, woken: int) -> list[str]:
    """Wait for the command's end, or its time; then kill what is left, and tell what that was."""
    limit: float | None = None
    while _alive(process):
        wait = None if limit is None else limit - time.monotonic()
        if process.returncode is not None if wait is None else wait <= 0 or not _ask(process, 0):
            break
        ready = select.select([control.fileno(), woken], [], [], wait)[0]
        if woken in ready:
            os.read(woken, 4096)
        if control.fileno() in ready:
            if limit is None:
                _ask(process, signal.SIGTERM)
            limit = min(limit or math.inf, time.monotonic() + _grace(control))
    killed = strays.end_found(lambda: _left(process)) if _alive(process) else {}
    return [] if limit is not None else list(killed.values())


def _ask(process: Command, number: int) -> bool:
    """Send a signal, or none, to the command's group; say whether anyone is in it."""
    try:
        os.killpg(process.pid, number)
    except OSError as error:
        return isinstance(error, PermissionError)  # it has become another user's
    return True


def _grace(control: socket.socket) -> float:
    """Return the seconds that a command is given to end; none if the flow is gone."""
    with contextlib.suppress(ConnectionResetError):
        if asked := control.recv(4096):
            return min(float(word) for word in asked.split())
    return 0.0


def _left(process: Command | None) -> list[int]:
    """Return what descends from this process and still runs."""
    found: list[int] = []
    while _alive(process) and not found:
        found = strays.descendants(os.getpid())
    return found


def _alive(process: Command | None) -> bool:
    """Take note of children that have ended; say whether any is left."""
    try:
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if process is not None and ended[0] == process.pid:
                process.returncode = os.waitstatus_to_exitcode(ended[1])
    except ChildProcessError:
        return False
    return True


def _answer(control: socket.socket, answer: dict[str, object]) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the flow is gone
        control.sendall(json.dumps(answer).encode())


def _die_with(keeper: int) -> None:
    """Ask for SIGKILL at the death of the keeper, which may have come before we asked."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != keeper:
        os.kill(os.getpid(), signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    if _system().prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}, {value}) failed; it needs Linux 3.4")


@functools.cache  # the warden loads it once for all
def _system() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _take_no_notice(number: int, frame: FrameType | None) -> None:
    """Handle a signal by doing nothing; unlike an ignored one, commands get its default back."""
