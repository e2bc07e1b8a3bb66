"""A process ends, whatever its libraries wait for."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows import leaving
from flows.running import strays
from tests.flows.running import patience

ROOT = Path(__file__).parents[2]
STUCK = """
import sys, threading
from flows import leaving
threading.Thread(target=threading.Event().wait).start()  # for good
leaving.within(3, patience=0.2)
sys.exit(3)
"""
WELL = """
import sys
from flows import leaving
leaving.within(3, patience=1000)
sys.exit(4)
"""


def test_a_thread_that_never_ends_does_not_keep_the_process() -> None:
    """It leaves with the code it was given, and says why."""
    done = subprocess.run(
        [sys.executable, "-c", STUCK], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 3
    assert "a thread did not end by itself" in done.stderr


def test_a_process_that_ends_by_itself_is_left_alone() -> None:
    """Its own code counts, and nothing waits."""
    done = subprocess.run([sys.executable, "-c", WELL], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 4


SERVING = """
import os, subprocess, sys, time
from flows import leaving

def main(arguments):
    try:
        subprocess.Popen(["sleep", "1000"], start_new_session=True)
        print(os.environ[leaving.VARIABLE], flush=True)
        time.sleep(1000)
    except leaving.Terminated:
        return 143

leaving.program(main)
"""


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 143)]
)
def test_what_a_command_has_started_ends_with_it(number: signal.Signals, code: int) -> None:
    """Also in a session of its own, and after `kill -9`."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVING], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as run:
        try:
            assert run.stdout is not None
            mark = run.stdout.readline().strip()
            patience.until(lambda: len(strays.find(mark, leaving.VARIABLE)) == 1)
            run.send_signal(number)
            assert run.wait(60) == code
        finally:
            run.kill()  # or the block would wait for it
    patience.until(lambda: strays.find(mark, leaving.VARIABLE) == [])
