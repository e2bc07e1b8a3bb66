"""Runs of the whole plan in throwaway clones."""

import re
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from flows.proving import graph, preparation, records, repository, revisions, surroundings
from flows.running import commands

SERIAL = (sys.executable, "-m", "dvc", "repro")
PARALLEL = (sys.executable, "-m", "flows.pipeline")
UMASK = ("/bin/sh", "-c", 'umask "$0" && exec "$@"')
TAIL = 40  # last lines of a failed run that are shown
ENTRY = re.compile(rb"^  \S.*:\s*$", re.MULTILINE)  # a stage in dvc.lock


class Progress(Protocol):
    """Who is told how a check goes."""

    def say(self, text: str) -> None:
        """Take a line."""

    def advance(self, run: str, done: int, total: int) -> None:
        """Take how many stages of a run are recorded."""


@dataclass(frozen=True)
class Plan:
    """What is run in a clone.

    Args:
        revision: The commit.
        command: Program and arguments, to be run at the root of the clone.
        targets: The stages; all of the root's `dvc.yaml` if there are none.
        timeout: Seconds it may take; None is without limit.
        passed: Variables of the caller that it gets.
    """

    revision: revisions.Revision
    command: Sequence[str]
    targets: Sequence[str] = ()
    timeout: float | None = None
    passed: Mapping[str, str] = field(default_factory=surroundings.passed)


@dataclass(frozen=True)
class Rehearsal:
    """A run that is over, and what it left.

    Args:
        around: What it ran in.
        root: The clone.
        aside: Outputs that git tracks, as committed.
        committed: What the commit has recorded, in the order of the plan.
        produced: What the run has recorded.
        failure: How it failed; empty if it did not.
        tail: The end of what a failed run printed.
        seconds: How long it took.
        changed: Files of git that are not as committed, lock files aside.
        untracked: Files left that are neither outputs nor ignored.
        brought: Sources whose data was brought.
    """

    around: surroundings.Surroundings
    root: Path
    aside: Path
    committed: tuple[records.Stage, ...]
    produced: tuple[records.Stage, ...]
    failure: str
    tail: tuple[str, ...]
    seconds: float
    changed: tuple[str, ...]
    untracked: tuple[str, ...]
    brought: tuple[str, ...]


def rehearse(
    plan: Plan, around: surroundings.Surroundings, place: Path, log: Path, progress: Progress
) -> Rehearsal:
    """Clone the commit, run the plan from raw data, and say what came of it.

    Args:
        plan: What to run.
        around: What to run it in.
        place: An empty folder for the run.
        log: Gets what the run prints.
        progress: Is told how it goes.

    Raises:
        RepositoryError: Data that no stage makes is nowhere, or DVC refuses.
    """
    root = revisions.clone(plan.revision, place / around.folder)
    committed = record(root, plan.targets)
    aside = place / "committed"
    brought = preparation.prepare(root, plan.revision.root, aside, plan.targets)
    watch = _Watch(root, around.name, sum(stage.runs for stage in committed), progress)
    started = time.monotonic()
    failure = _run(plan, around, place, log, watch)
    return Rehearsal(
        around=around,
        root=root,
        aside=aside,
        committed=committed,
        produced=record(root, plan.targets),
        failure=failure,
        tail=tuple(line.replace(str(place), "...") for line in watch.tail) if failure else (),
        seconds=time.monotonic() - started,
        changed=tuple(p for p in revisions.changed(root) if Path(p).name != "dvc.lock"),
        untracked=revisions.changed(root, untracked=True),
        brought=tuple(brought),
    )


def record(root: Path, targets: Sequence[str] = ()) -> tuple[records.Stage, ...]:
    """Return what the lock files of a clone hold, in the order of the plan."""
    with repository.clone(root) as repo:
        return graph.read(repo, graph.plan(repo, targets))


class _Watch:
    """Takes what a run prints: into its log, its end, and the progress."""

    def __init__(self, root: Path, name: str, total: int, progress: Progress) -> None:
        self.tail: deque[str] = deque(maxlen=TAIL)
        self.root = root
        self._lock = root / "dvc.lock"
        self._name, self._total = name, total
        self._progress = progress
        self._kept = self._count()
        self._told = -1
        self._size = -1

    def look(self) -> None:
        """Tell how many stages are recorded, if the lock file has grown."""
        size = self._lock.stat().st_size if self._lock.exists() else 0
        if size == self._size:
            return
        self._size = size
        done = min(max(0, self._count() - self._kept), self._total)
        if done > self._told:  # while it is written there are fewer
            self._told = done
            self._progress.advance(self._name, done, self._total)

    def _count(self) -> int:
        return len(ENTRY.findall(self._lock.read_bytes())) if self._lock.exists() else 0


def _run(
    plan: Plan, around: surroundings.Surroundings, place: Path, log: Path, watch: "_Watch"
) -> str:
    """Run the command of a plan; return how it failed, or nothing."""
    variables = around.variables(place, plan.passed)
    log.parent.mkdir(parents=True, exist_ok=True)
    watch.look()
    with (
        log.open("w", encoding="utf-8") as file,
        commands.Commands(watch.root, around.name) as running,
    ):

        def take(line: str) -> None:
            file.write(f"{line}\n")
            watch.tail.append(line)
            watch.look()

        try:
            running.run(
                [*UMASK, f"{around.umask:03o}", *plan.command],
                cwd=str(watch.root),
                env=variables,
                output=take,
                timeout=plan.timeout,
            )
        except commands.CommandTimedOut:
            return f"took longer than {plan.timeout:g} s and was ended"
        except commands.CommandFailed as error:
            return str(error).rpartition("` ")[2]  # what follows the command
        finally:
            watch.look()
    return ""
