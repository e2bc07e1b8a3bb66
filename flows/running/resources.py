"""What a stage needs while it runs, as its `meta:` in `dvc.yaml` says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Resources:
    """What a stage needs.

    Args:
        cpus: Cores it keeps busy.
        memory: Bytes it may take; 0 says nothing.
        mutex: Names of what only one stage may hold at a time.
        timeout: Seconds each of its attempts may take; None is without limit.
        retries: How often it is tried again after a failure.
    """

    cpus: int = 1
    memory: int = 0
    mutex: frozenset[str] = frozenset()
    timeout: float | None = None
    retries: int = 0
