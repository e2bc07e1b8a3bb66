"""Does a commit give the bytes it was committed with? As a command, and as a flow.

`python -m flows.reproduce --help`; docs/reproduce.md says more.
"""

import sys
from pathlib import Path
from typing import Literal

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State
from prefect.states import Completed, Failed

from flows.proving import check, command, headlines, orders, pages, progress, rehearsals, reports
from flows.proving.consistency import Result

EXPECTED = (*command.ASKED_WRONGLY, command.REFUSED)


@task(name="clone and run serial", cache_policy=NO_CACHE)
def run_serial(checking: check.Check) -> rehearsals.Rehearsal:
    """Run the commit by `dvc repro`, from raw data."""
    return checking.serial()


@task(name="clone and run parallel", cache_policy=NO_CACHE)
def run_parallel(checking: check.Check) -> rehearsals.Rehearsal:
    """Run the commit by the flow `pipeline`, from raw data."""
    return checking.parallel()


@task(name="compare", cache_policy=NO_CACHE)
def compare(
    checking: check.Check, found: Result, runs: list[rehearsals.Rehearsal]
) -> reports.Report:
    """Compare what the runs made with the commit, and publish the report."""
    report = checking.report(found, runs)
    create_markdown_artifact(
        pages.render(report), key="reproducibility", description=headlines.verdict(report)
    )
    return report


@flow(name="reproduce")
def reproduce(  # noqa: PLR0913  # each is a field of the form in Prefect's UI
    commit: str = "HEAD",
    quick: bool = False,
    tolerance: float | None = None,
    jobs: int | None = None,
    allow_dirty: bool = False,
    report: str = str(orders.REPORT),
    targets: list[str] | None = None,
    timeout: float | None = None,
    env: list[str] | None = None,
    only: Literal["serial", "parallel"] | None = None,
) -> State[None]:
    """Prove a commit, in clones of the repository that the flow works in.

    Args:
        commit: A commit, branch or tag.
        quick: Run nothing: only compare `dvc.lock` with the commit.
        tolerance: Compare metrics and results, not bytes: the largest relative difference.
        jobs: Cores of the parallel run; all if it is not given.
        allow_dirty: Check the commit without uncommitted changes.
        report: The folder for the report.
        targets: These stages and all before them; all if there are none.
        timeout: Seconds that each run may take.
        env: Names of variables that stages need; others are not passed on.
        only: This run alone, where the other has just been made; both if it is not given.
    """
    names = (tuple(targets or ()), timeout, tuple(env or ()))
    try:
        root = command.root_of(Path.cwd())
        order = orders.Order(root, commit, quick, tolerance, jobs, allow_dirty, *names, only=only)
        result = prove(order, root / report)
    except EXPECTED as error:
        return Failed(message=str(error))
    ended = Completed if result.good else Failed
    return ended(message=headlines.verdict(result))


def prove(order: orders.Order, folder: Path) -> reports.Report:
    """Check a commit inside a flow run.

    Args:
        order: What to check.
        folder: Gets the report and the runs' logs.
    """
    with check.opened(order, folder, progress.Lines(get_run_logger().info)) as checking:
        found = checking.locks()
        runs = check.in_turn(order, lambda: run_serial(checking), lambda: run_parallel(checking))
        return compare(checking, found, runs)


if __name__ == "__main__":
    sys.exit(command.main())
