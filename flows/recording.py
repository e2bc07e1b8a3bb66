"""Let Prefect's temporary server write down what a run has told it.

Task runs tell their states in messages. A server that stays works through them in its own time;
the one that Prefect starts for a single run is stopped with it, and what is unread then is lost.
"""

import time
from collections.abc import Callable

from prefect.client.base import ServerType
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

PATIENCE = 20.0  # seconds in which at least one more must have been written down
ENDED = ("COMPLETED", "FAILED", "CANCELLED", "CRASHED")


def finish(expected: int) -> None:
    """Return when a temporary server has written down how all task runs of this flow run ended.

    Args:
        expected: How many there are.
    """
    with get_client(sync_client=True) as client:
        if client.server_type is ServerType.EPHEMERAL:
            found = until(lambda: count(client), expected, PATIENCE)
            if found < expected:
                get_run_logger().warning(
                    "Prefect's temporary server has written down %d of %d task runs; a server that "
                    "stays misses none (`make server`)",
                    found,
                    expected,
                )


def count(client: SyncPrefectClient) -> int:
    """Return how many task runs of this flow run have ended, as far as the server knows."""
    wanted = {
        "flow_runs": {"id": {"any_": [flow_run.id]}},
        "task_runs": {"state": {"type": {"any_": ENDED}}},
    }
    return int(client.request("POST", "/task_runs/count", json=wanted).json())


def until(count: Callable[[], int], expected: int, patience: float) -> int:
    """Ask for a number until it is what is expected, or stands still; return the last answer.

    Args:
        count: Asks for the number.
        expected: The number to wait for.
        patience: Seconds after which a number that stands still is taken.
    """
    found, since = 0, time.monotonic()
    while found < expected and time.monotonic() - since < patience:
        before, found = found, count()
        if found > before:
            since = time.monotonic()
        if found < expected:
            time.sleep(0.02)
    return found
