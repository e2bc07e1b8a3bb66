"""Does a commit give the bytes it was committed with? As a command, and as a flow.

`python -m flows.reproduce --help`; docs/reproduce.md says more.
"""

import sys
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from flows.proving import check, command, headlines, orders, pages, progress, rehearsals, reports
from flows.proving.consistency import Result


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
def reproduce(  # noqa: PLR0913 (what the command line takes)
    commit: str = "HEAD",
    quick: bool = False,
    tolerance: float | None = None,
    jobs: int | None = None,
    allow_dirty: bool = False,
    report: str = str(orders.REPORT),
    targets: tuple[str, ...] = (),
    timeout: float | None = None,
    env: tuple[str, ...] = (),
) -> Any:
    """Prove a commit, in clones of the repository that the flow works in.

    Args:
        commit: A commit, branch or tag.
        quick: Run nothing: only compare `dvc.lock` with the commit.
        tolerance: Compare metrics and results, not bytes: the largest relative difference.
        jobs: Stages at a time in the parallel run.
        allow_dirty: Check the commit without uncommitted changes.
        report: The folder for the report.
        targets: These stages and all before them; all if there are none.
        timeout: Seconds that each run may take.
        env: Variables that stages need; others are not passed on.
    """
    root = command.root_of(Path.cwd())
    order = orders.Order(root, commit, quick, tolerance, jobs, allow_dirty, targets, timeout, env)
    with check.opened(order, root / report, progress.Lines(get_run_logger().info)) as checking:
        found = checking.locks()
        runs = [] if quick else [run_serial(checking)]
        if runs and not runs[0].failure:
            runs.append(run_parallel(checking))
        result = compare(checking, found, runs)
    ended = Completed if result.good else Failed
    return ended(message=headlines.verdict(result))


if __name__ == "__main__":
    sys.exit(command.main())
