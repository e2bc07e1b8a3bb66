"""A process ends, whatever its libraries wait for."""

import subprocess
import sys
from pathlib import Path

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
