"""How the process of a command ends, and all that it has started with it."""

import logging
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

import psutil

from flows.running import commands

PATIENCE = 30.0  # seconds
VARIABLE = "TRUNKLINE_FLOW"  # in the environment of what the process starts
GUARD = (
    "import sys; sys.path.append(sys.argv[1]); from flows.running import strays; sys.stdin.read(); "
    "strays.end_found(lambda: strays.find(sys.argv[3], sys.argv[2]))"
)

log = logging.getLogger(__name__)


class Terminated(KeyboardInterrupt):
    """Someone ended the process by SIGTERM."""


def program(main: Callable[[Sequence[str]], int]) -> NoReturn:
    """Run the main function of a command, and end the process with its exit code.

    Args:
        main: Takes the command line; may raise `Terminated` wherever SIGTERM finds it.
    """
    signal.signal(signal.SIGTERM, _terminate)
    guard = guarded()
    try:
        code = main(sys.argv[1:])
    finally:
        guard.poll()  # it is there until here
    within(code)
    sys.exit(code)


def guarded() -> "subprocess.Popen[bytes]":
    """Start what ends all that this process starts from now on, once this process is no more.

    Stages have a warden of their own; this is for Prefect's temporary server, which would outlive
    `kill -9`.
    """
    mark = secrets.token_hex(16)
    root = str(Path(__file__).resolve().parents[1])
    guard = subprocess.Popen(  # noqa: S603  # the words are ours
        [*commands.PYTHON, "-c", GUARD, root, VARIABLE, mark],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.environ[VARIABLE] = mark
    return guard


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated


def within(code: int, patience: float = PATIENCE) -> None:
    """End this process with a code if it has not ended by itself; call it when all work is done.

    Prefect's client waits at the end of the process, without limit, for its threads to hand over
    what they were told; after a signal that can be for good.

    Args:
        code: The exit code.
        patience: Seconds until then.
    """
    timer = threading.Timer(patience, _leave, (code, patience))
    timer.daemon = True
    timer.start()


def _leave(code: int, patience: float) -> None:
    log.warning("ended %g s after its work was done: a thread did not end by itself", patience)
    for child in psutil.Process().children(recursive=True):  # Prefect's temporary server
        child.kill()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
