"""What a run is made of: steps, their states, who is told of them, what is asked of DVC."""

import enum
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from flows.running import resources


class StageError(Exception):
    """A stage can't be run or recorded; the message says why."""


class StagesFailedError(Exception):
    """Stages failed; the message names them."""


class State(enum.Enum):
    """Where a stage stands."""

    WAITING = "waiting"
    RUNNING = "running"
    CACHED = "cached"  # nothing it depends on has changed
    RESTORED = "restored"  # an earlier run with the same dependencies gave its outputs
    RAN = "ran"
    FAILED = "failed"
    SKIPPED = "skipped"  # because of a failure before it
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Step:
    """A stage of the graph and its place in the serial order.

    Args:
        name: As DVC addresses it.
        position: Its place in the order in which `dvc repro` would run it, from 0.
        upstream: The stages that must be finished first, and whose failure skips it.
        after: Stages that must have ended first, well or not: a frozen stage depends on nothing,
            but reads what stands before it in serial order.
        commands: Shell commands, one after the other; none for a data source.
        needs: What it needs while it runs.
        in_turn: It must not start before all that come before it are done, because it writes into
            outputs that are there already, or reads a folder with what they write.
    """

    name: str
    position: int
    upstream: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    needs: resources.Resources = field(default_factory=resources.Resources)
    in_turn: bool = False


@dataclass(frozen=True)
class Ending:
    """How a step ended, and what there is to say about it."""

    state: State
    message: str = ""


class Observer(Protocol):
    """Who is told how a run goes; called from the coordinator's thread alone."""

    def planned(self, steps: Sequence[Step]) -> None:
        """Take the whole plan, in serial order, before anything runs."""

    def entered(self, step: Step, state: State, message: str = "") -> None:
        """Take a stage's new state."""

    def finished(self) -> None:
        """Take note that the run is over, well or not."""


class Repository(Protocol):
    """What is asked of DVC; see `flows.running.repository.Repository`."""

    def begin(self, step: Step) -> State:
        """Take a step as far as it goes without a process."""

    def again(self, step: Step) -> None:
        """Remove what a failed attempt wrote."""

    def finish(self, step: Step) -> None:
        """Take the outputs of a command into the cache."""

    def retire(self, step: Step, state: State) -> None:
        """Write down what a step came to."""

    def forget(self, step: Step) -> None:
        """Put back what was there before a step began."""

    def write(self, *, idle: bool = False) -> None:
        """Write the lock files."""

    def unlocked(self) -> AbstractContextManager[None]:
        """Let others read while nothing is done."""
