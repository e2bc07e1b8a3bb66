"""One run of a workspace, from taking hold of it to letting go."""

import contextlib
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from flows.running import (
    attempts,
    commands,
    coordinator,
    holder,
    looking,
    parameters,
    plan,
    repository,
    resources,
    strays,
)

OpenLog = Callable[[str, attempts.Say], AbstractContextManager[attempts.Say]]


@dataclass(frozen=True)
class Options:
    """What a run is asked to do.

    Args:
        targets: Stages or files, as `dvc repro` takes them; none for all of `dvc.yaml`.
        jobs: Cores to use; None for those that this process may use.
        overrides: New values of parameters, by `[file:]dotted.path`.
        force: Run every stage, changed or not.
        pull: Fetch what is missing from the DVC remote.
        push: Push data and run-cache to the DVC remote in the end.
        keep_going: After a failure, run all that does not depend on it.
        wait: Wait for who holds the workspace.

    Raises:
        ValueError: There must be one core.
    """

    targets: Sequence[str] = ()
    jobs: int | None = None
    overrides: Mapping[str, object] = field(default_factory=dict)
    force: bool = False
    pull: bool = False
    push: bool = False
    keep_going: bool = False
    wait: bool = False

    def __post_init__(self) -> None:
        """Refuse a run without cores."""
        if self.jobs is not None and self.jobs < 1:
            raise ValueError(f"jobs: expected a whole number of 1 or more, received {self.jobs}")


class Session:
    """A run of a workspace's graph.

    Args:
        root: The folder with `.dvc`.
        options: What is asked for.
        launch: Starts a thread for a step.
        observer: Who is told.
        open_log: Opens the log of the stage of a name.

    Attributes:
        metrics: The paths of the metrics of the stages in the plan, once there is a plan.
        said: What was found of the users' files, such as a record that is new.
    """

    def __init__(
        self,
        root: Path,
        options: Options,
        launch: attempts.Launch,
        observer: plan.Observer,
        open_log: OpenLog,
    ) -> None:
        self.metrics: list[str] = []
        self.said: list[str] = []
        self._root = root.absolute()
        self._options = options
        self._launch = launch
        self._observer = observer
        self._open_log = open_log

    def run(self) -> None:
        """Run the graph.

        Raises:
            StagesFailedError: Stages failed.
            WorkspaceHeldError: Another run holds the workspace.
            ValueError: A parameter or a stage's `meta:` cannot be read.
        """
        with contextlib.chdir(self._root), _held(self._root, self._options) as found:
            strays.end(strays.mark(self._root))
            found.recover()
            if self._options.overrides:
                parameters.override(self._root, self._options.overrides)
            self.said = looking.look(self._root)
            steps = found.steps(self._options.targets)
            self.metrics = found.metrics()
            with commands.Commands(self._root, secrets.token_hex(8)) as processes:
                self._coordinator(steps, found, processes).run(processes.stop)
            if self._options.push:
                found.push()

    def _coordinator(
        self,
        steps: Sequence[plan.Step],
        found: repository.Repository,
        processes: commands.Commands,
    ) -> coordinator.Coordinator:
        return coordinator.Coordinator(
            steps,
            found,
            resources.Pool(self._options.jobs or cores(), psutil.virtual_memory().total),
            lambda step: _work(step, found, processes, self._open_log),
            self._launch,
            self._observer,
            keep_going=self._options.keep_going,
        )


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


@contextlib.contextmanager
def _held(root: Path, options: Options) -> Iterator[repository.Repository]:
    with contextlib.ExitStack() as stack:
        found = None
        while found is None:
            tried = repository.Repository(root, force=options.force, pull=options.pull)
            try:
                stack.enter_context(tried.held())
                found = tried
            except holder.WorkspaceHeldError:
                if not options.wait:
                    raise
                time.sleep(1)
        yield found


def _work(
    step: plan.Step,
    found: repository.Repository,
    processes: commands.Commands,
    open_log: OpenLog,
) -> attempts.Work:
    started = found.commands(step)

    def run(say: attempts.Say) -> None:
        limit = step.needs.timeout
        began = time.monotonic()
        for line, arguments in zip(started.lines, started.arguments, strict=True):
            say(f"> {line}")
            left = None if limit is None else max(limit - (time.monotonic() - began), 0.001)
            try:
                processes.run(
                    arguments,
                    cwd=started.folder,
                    env=started.environment,
                    output=say,
                    timeout=left,
                )
            except commands.CommandTimedOut as error:
                raise commands.CommandTimedOut(
                    f"`{line}` was ended: the stage took longer than the {limit:g} s of its "
                    "`meta: timeout` in dvc.yaml; raise that, or give the stage less to do"
                ) from error

    return attempts.Work(run, lambda say: open_log(step.name, say))
