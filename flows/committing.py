"""A run that leaves a trail: in a worktree of its own, with a commit of what came out."""

import shutil
import sys
from pathlib import Path

from prefect.runtime import flow_run

from flows import watched
from flows.running import session
from flows.showing import closing, places
from flows.trail import message, publishing, worktree

REPORT = Path(".trunkline/report")  # of the last such run; its worktree is gone afterwards


def run(root: Path, options: session.Options, branch: str | None) -> str:
    """Run the last commit of a checkout, commit what changed on a branch, and push both.

    Args:
        root: The folder with `.dvc`; nothing of it changes but logs and the kept report.
        options: What is asked for.
        branch: The branch for the commit; None for one of this run's own.

    Returns:
        What was committed and pushed, in words.

    Raises:
        StagesFailedError: Stages failed; nothing is committed.
        ProgramError: git or DVC failed.
        ValueError: The branch is not for runs.
    """
    ignored = worktree.uncommitted(root)
    if ignored:
        shown = ", ".join(ignored[:5]) + (", ..." if len(ignored) > 5 else "")
        closing.show(sys.stderr, [f"Not committed, so no part of this run: {shown}"])
    with worktree.opened(root, str(flow_run.name), branch) as tree:
        table = watched.run(tree.path, root, options)
        keep(tree.path, root)
        studies = sorted(path.stem for path in tree.path.glob("metrics/*.json"))
        made = publishing.commit(tree, message.subject(tree.start, studies), table)
        pushed = publishing.publish(tree)
        said = f"commit {made[:10]} on {tree.branch}" if made else "nothing changed: no commit"
        closing.show(sys.stderr, [said, *(f"pushed: {what}" for what in pushed)])
        return "; ".join([said, *pushed])


def keep(tree: Path, root: Path) -> None:
    """Copy a worktree's report to where people find it when the worktree is gone."""
    page = tree / places.REPORT
    if page.is_file():
        shutil.rmtree(root / REPORT, ignore_errors=True)
        shutil.copytree(page.parent, root / REPORT)
