"""The whole check of a commit: what must agree without running anything, two runs, a report."""

import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

from flows.proving import (
    assessment,
    consistency,
    graph,
    headlines,
    orders,
    pages,
    rehearsals,
    reports,
    repository,
    revisions,
    surroundings,
)
from trunkline.artifacts import files, results
from trunkline.determinism import runtime


class Check:
    """A check under way.

    Args:
        order: What to check.
        revision: The commit.
        place: An empty folder for the clones.
        folder: Gets the report and the runs' logs.
        progress: Is told how it goes.
    """

    def __init__(
        self,
        order: orders.Order,
        revision: revisions.Revision,
        place: Path,
        folder: Path,
        progress: rehearsals.Progress,
    ) -> None:
        self.order, self.revision, self.place = order, revision, place
        self.folder, self.progress = folder, progress
        self._left_out: tuple[str, ...] = ()

    def locks(self) -> consistency.Result:
        """Return whether the lock files fit the commit; runs nothing."""
        root = revisions.clone(self.revision, self.place / "quick" / "clone")
        owner = repository.workspace(self.revision.root)
        with owner as workspace, repository.clone(root, workspace, borrow=True) as repo:
            if not self.order.quick:
                self._left_out = graph.left_out(repo, self.order.targets)
            found = consistency.check(repo)
        for each in found.broken:
            self.progress.say(f"dvc.lock does not fit the commit: {each.stage}: {each.message}")
        return found

    def serial(self) -> rehearsals.Rehearsal:
        """Run the plan by `dvc repro`, one stage at a time."""
        return self._rehearse(surroundings.serial(), self.order.serial)

    def parallel(self) -> rehearsals.Rehearsal:
        """Run the plan by the flow, stages side by side."""
        jobs = ("--jobs", str(self.order.jobs)) if self.order.jobs else ()
        return self._rehearse(surroundings.parallel(), (*self.order.parallel, *jobs))

    def _rehearse(
        self, around: surroundings.Surroundings, command: Sequence[str]
    ) -> rehearsals.Rehearsal:
        plan = rehearsals.Plan(
            revision=self.revision,
            command=(*command, *self.order.targets),
            targets=self.order.targets,
            timeout=self.order.timeout,
            passed=surroundings.passed(self.order.env),
        )
        log = self.folder / f"{around.name}.log"
        self.progress.say(f"{around.name} run of {self.revision.commit[:12]}, from raw data")
        return rehearsals.rehearse(plan, around, self.place / around.name, log, self.progress)

    def report(
        self, found: consistency.Result, runs: Sequence[rehearsals.Rehearsal]
    ) -> reports.Report:
        """Compare what the runs made with the commit; write and return the report."""
        with repository.workspace(self.revision.root) as owner:
            outcomes = tuple(
                assessment.assess(
                    owner, run, [each for each in runs if each is not run], self.order.tolerance
                )
                for run in runs
            )
        report = reports.Report(
            commit=self.revision.commit,
            name=self.revision.name,
            consistency=found,
            outcomes=outcomes,
            quick=self.order.quick,
            tolerance=self.order.tolerance,
            uncommitted=self.revision.uncommitted,
            brought=runs[0].brought if runs else (),
            left_out=self._left_out,
            machine=machine(),
        )
        files.write(pages.render(report).encode(), self.folder / "report.md")
        results.write(
            report.plain() | {"verdict": headlines.verdict(report)}, self.folder / "report.json"
        )
        return report


@contextmanager
def opened(order: orders.Order, folder: Path, progress: rehearsals.Progress) -> Iterator[Check]:
    """Yield a check; remove its clones at the end.

    Args:
        order: What to check.
        folder: Gets the report and the runs' logs.
        progress: Is told how it goes.

    Raises:
        RevisionError: There is no such commit, or files have changes that are not in it.
    """
    revision = revisions.resolve(order.root, order.commit, allow_dirty=order.allow_dirty)
    surroundings.passed(order.env)  # or the error comes after the first clone
    place = Path(tempfile.mkdtemp(prefix="reproduce-"))
    try:
        yield Check(order, revision, place, folder, progress)
    finally:
        if order.keep:
            progress.say(f"the clones are kept in {place}")
        else:
            _remove(place)


def run(order: orders.Order, folder: Path, progress: rehearsals.Progress) -> reports.Report:
    """Check a commit from beginning to end.

    Args:
        order: What to check.
        folder: Gets `report.md`, `report.json` and the runs' logs.
        progress: Is told how it goes.
    """
    with opened(order, folder, progress) as check:
        found = check.locks()
        return check.report(found, in_turn(order, check.serial, check.parallel))


def in_turn(
    order: orders.Order,
    serial: Callable[[], rehearsals.Rehearsal],
    parallel: Callable[[], rehearsals.Rehearsal],
) -> list[rehearsals.Rehearsal]:
    """Make the runs that are wanted, up to the first that fails: the next would fail the same."""
    runs: list[rehearsals.Rehearsal] = []
    for name in order.runs:
        runs.append(serial() if name == "serial" else parallel())
        if runs[-1].failure:
            break
    return runs


def machine() -> dict[str, str]:
    """Return what of this machine and its software may decide bytes."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": runtime.processor(),
        "Python": platform.python_version(),
        "DVC": metadata.version("dvc"),
    }


def _remove(place: Path) -> None:
    """Remove a folder, whatever permissions stages have given to folders in it."""
    for folder, _, _ in os.walk(place):
        Path(folder).chmod(0o700)
    shutil.rmtree(place)
