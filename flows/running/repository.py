"""The graph, the cache and the lock file: all that the flows ask of DVC, from one thread.

What is called here is not DVC's public interface, so DVC is pinned to a minor version and
`tests/flows/running` compares every byte with `dvc repro`.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dvc.dvcfile import PROJECT_FILE
from dvc.exceptions import DvcException
from dvc.repo import Repo
from dvc.repo.reproduce import collect_stages, get_active_graph, plan_repro

from flows.running import (
    aside,
    busy,
    holder,
    ignores,
    lockfiles,
    order,
    plan,
    runs,
    savings,
    shells,
    stages,
)
from flows.running.plan import State


class RefusedError(Exception):
    """DVC refuses what was asked for; the message says why."""


class Repository:
    """A DVC repository, held by one run.

    Args:
        root: The folder with `.dvc`.
        force: Run every stage, changed or not.
        pull: Fetch what is missing from the DVC remote.

    Raises:
        RefusedError: The folder is none with `.dvc`.
    """

    def __init__(self, root: Path, *, force: bool = False, pull: bool = False) -> None:
        self.force = force
        self.pull = pull
        with _refusals():
            self._repo = Repo(str(root), _wait_for_lock=True)
        home = self._repo.root_dir
        if not os.path.samefile(home, root):
            raise RefusedError(f"expected the folder with .dvc, received {root}: run it in {home}")
        self._repo.stage_cache = self._runs = runs.Runs(self._repo)
        self._ignores = ignores.HeldIgnores(self._repo.scm, self._repo.config)
        self._repo.scm_context = self._ignores
        self._lockfiles = lockfiles.Lockfiles(self._ignores.write)
        self._stages: dict[str, stages.Stage] = {}
        self._aside = aside.Aside(Path(self._repo.tmp_dir) / "trunkline-aside")
        self._holder = holder.Holder(Path(self._repo.tmp_dir) / "trunkline-flow.lock")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the workspace: no other flow, no other `dvc repro`.

        Raises:
            WorkspaceHeldError: Another run holds it; the message says which.
        """
        try:
            self._holder.take()
            with busy.quiet(), self._locked(), busy.told(self._repo), self._saving():
                yield
        finally:
            self._holder.let_go()
            self._repo.close()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._repo.lock.lock()
        self._repo._lock_depth += 1  # what DVC locks inside is locked already
        self._repo._reset()
        try:
            yield
        finally:
            self._repo._lock_depth -= 1
            if self._repo.lock.is_locked:  # not if the process was interrupted on its way back
                self._repo.lock.unlock()

    @contextmanager
    def _saving(self) -> Iterator[None]:
        with savings.no_locks_of_files(), savings.links_open(self._repo), self._ignores():
            yield

    def recover(self) -> None:
        """Put back what a killed run had put aside; its processes must have ended."""
        self._aside.recover()

    @contextmanager
    def unlocked(self) -> Iterator[None]:
        """Let other commands of DVC read while nothing is done here, as `dvc repro` does."""
        self._repo.lock.unlock()
        try:
            yield
        finally:
            self._repo.lock.lock()

    def steps(self, targets: Sequence[str] = ()) -> list[plan.Step]:
        """Return the stages of the targets and all before them, in the order of `dvc repro`.

        Raises:
            RefusedError: There is no such target, or no graph can be read.
            ValueError: A stage's `meta:` cannot be read.
        """
        with _refusals():
            chosen = collect_stages(self._repo, targets or [PROJECT_FILE])
            graph = self._repo.index.graph
        active = get_active_graph(graph)
        ordered = plan_repro(active, chosen)
        if self.pull:
            self._runs.fetch()
        for stage in ordered:
            upstream = list(active.successors(stage))
            self._stages[stage.addressing] = stages.Stage(
                stage, upstream, self._ignores, self._aside
            )
        after, around = order.of_frozen(graph, ordered), order.around_outputs(ordered)
        return [
            stage.step(position, tuple(after[name]), around)
            for position, (name, stage) in enumerate(self._stages.items())
        ]

    def push(self) -> int:
        """Push data and earlier runs to the DVC remote; return the number of files.

        Raises:
            RefusedError: There is no remote, or it does not take them.
        """
        self._ignores.ignored_paths = []  # they stay in .gitignore, even if this fails
        with _refusals():
            return int(self._repo.push(run_cache=True))

    def metrics(self) -> list[str]:
        """Return the paths of the metrics that the stages of the plan write, from the root."""
        return [path for stage in self._stages.values() for path in stage.metrics()]

    def commands(self, step: plan.Step) -> shells.Commands:
        """Return what a step's command lines are started with."""
        return self._stages[step.name].commands()

    def begin(self, step: plan.Step) -> State:
        """Take a step as far as it goes without a process.

        Returns:
            CACHED if nothing has changed, RESTORED if an earlier run gave its outputs, RAN if it
            has no command and its files were taken as they are, RUNNING if its command must run.

        Raises:
            StageError: A dependency is missing, or DVC refuses.
        """
        if step.in_turn:
            self._ignores.write()  # it may read them
        return self._stages[step.name].begin(force=self.force, pull=self.pull)

    def again(self, step: plan.Step) -> None:
        """Remove what a failed attempt wrote, before the next one."""
        self._stages[step.name].again()

    def finish(self, step: plan.Step) -> None:
        """Take the outputs of a command that ended well into the cache.

        Raises:
            StageError: A dependency changed while the command ran, an output is missing, or DVC
                refuses. Nothing is recorded.
        """
        self._stages[step.name].finish()

    def retire(self, step: plan.Step, state: State) -> None:
        """Write down what a step came to; to be called in serial order."""
        (stage := self._stages[step.name]).settle()
        if state in (State.RESTORED, State.RAN):
            self._lockfiles.add(stage.stage, comes_back=stage.comes_back)

    def forget(self, step: plan.Step) -> None:
        """Put back what was there before a step began, as if it had not."""
        self._stages[step.name].forget()

    def write(self, *, idle: bool = False) -> None:
        """Write what is retired into the lock files; if only idle, not more often than it pays."""
        self._lockfiles.write(idle=idle)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except DvcException as error:
        raise RefusedError(str(error)) from error
