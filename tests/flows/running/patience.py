"""Waiting for what must come, however slow the machine."""

import time
from collections.abc import Callable

LIMIT = 60.0  # seconds; what takes so long never comes


def until(reached: Callable[[], object]) -> None:
    """Return when something is so; fail if it never is."""
    limit = time.monotonic() + LIMIT
    while not reached():
        assert time.monotonic() < limit, f"after {LIMIT:g} s it is still not so"
        time.sleep(0.01)
