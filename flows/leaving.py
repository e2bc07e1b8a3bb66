"""End a process whose libraries do not find an end."""

import logging
import os
import sys
import threading

import psutil

PATIENCE = 30.0  # seconds

log = logging.getLogger(__name__)


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
