"""What is asked of a check."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flows.proving import rehearsals

REPORT = Path(".trunkline/reproduce")  # from the root


class OrderError(ValueError):
    """What was asked for makes no sense; the message says how to change that."""


@dataclass(frozen=True)
class Order:
    """What to check, and how.

    Args:
        root: The DVC repository.
        commit: A commit, branch or tag.
        quick: Run nothing: only whether what is recorded fits the commit.
        tolerance: Largest relative difference of numbers in results; None compares bytes.
        jobs: Cores of the parallel run; None is all.
        allow_dirty: Check the commit though tracked files have changes that are not in it.
        targets: Stages; all of the root's `dvc.yaml` if there are none.
        timeout: Seconds that each run may take; None is without limit.
        env: Variables of the caller that the stages need.
        keep: Leave the clones for looking into them.
        only: The one run that is wanted, `serial` or `parallel`; None is both.
        serial: Program and arguments of the serial run, before the targets.
        parallel: The same of the parallel run, before `--jobs` and the targets.
    """

    root: Path
    commit: str = "HEAD"
    quick: bool = False
    tolerance: float | None = None
    jobs: int | None = None
    allow_dirty: bool = False
    targets: tuple[str, ...] = ()
    timeout: float | None = None
    env: tuple[str, ...] = ()
    keep: bool = False
    only: Literal["serial", "parallel"] | None = None
    serial: tuple[str, ...] = rehearsals.SERIAL
    parallel: tuple[str, ...] = rehearsals.PARALLEL

    @property
    def runs(self) -> tuple[str, ...]:
        """Which runs are wanted, in this order."""
        if self.quick:
            return ()
        return (self.only,) if self.only else ("serial", "parallel")

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            OrderError: A value is out of its limits, or two exclude each other.
        """
        if self.tolerance is not None and not 0 <= self.tolerance < math.inf:
            raise OrderError(f"Expected a tolerance of 0 or more, received {self.tolerance}.")
        if self.tolerance is not None and self.quick:
            raise OrderError("A quick check runs nothing to compare: leave out the tolerance.")
        if self.targets and self.quick:
            raise OrderError("A quick check looks at all stages: leave out the targets.")
        if self.only is not None and self.quick:
            raise OrderError("A quick check runs nothing: leave out which run is wanted.")
        if self.jobs is not None and self.jobs < 1:
            raise OrderError(f"Expected at least 1 job, received {self.jobs}.")
        if self.timeout is not None and not 0 < self.timeout < math.inf:
            raise OrderError(f"Expected a timeout of more than 0 s, received {self.timeout}.")
