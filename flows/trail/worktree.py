"""A checkout of a run's own: what it does there, the user's checkout does not see."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.running import belongings
from flows.trail import branches, data, slots
from flows.trail.programs import ProgramError, git


@dataclass(frozen=True)
class Worktree:
    """Where a run works.

    Args:
        path: The folder with `dvc.yaml`, as it is in the commit.
        branch: The branch that will keep the run; it is made with the run's commit.
        run: The run's name.
        start: The commit that is run.
    """

    path: Path
    branch: str
    run: str
    start: str


@contextlib.contextmanager
def opened(
    root: Path, run: str, branch: str | None = None, start: str = "HEAD"
) -> Iterator[Worktree]:
    """Give a run a worktree with the checkout's data cache; it is removed when the context ends.

    Args:
        root: The checkout's folder with `dvc.yaml`.
        run: A name for the run, such as Prefect gives it.
        branch: The branch that will keep the run, whether there is one or not; None is a branch for
            this run alone.
        start: The commit to run; changes in the checkout that are not committed are no part of it.

    Raises:
        ValueError: There is no such commit, or the branch is not for runs.
        WorkspaceHeldError: A live run works for the same branch.
        ProgramError: git or DVC failed.
    """
    root = root.resolve()
    try:
        commit = git(root, "rev-parse", "--verify", "--quiet", f"{start}^{{commit}}")
    except ProgramError as error:
        raise ValueError(
            f"--commit: expected '{start}' to be a commit of a git repository in {root}; make one "
            "first: git add --all && git commit"
        ) from error
    if branch is not None:
        branches.fetch(root, branch)
    branch = branch if branch is not None else branches.of_run(run)
    branches.check(root, branch, commit)
    with slots.worktree(root, re.sub(r"[^\w.-]", "-", branch), commit) as path:
        data.share(root, path)
        belongings.bring(root, path)  # what is missing is missed by who reads it
        yield Worktree(path, branch, run, commit)


def uncommitted(root: Path) -> list[str]:
    """Return the files of a checkout that differ from its last commit, for people to be told.

    It leaves the index as it is, which `git status` alone would not.
    """
    listed = git(root, "--no-optional-locks", "status", "--porcelain", "-z", "--no-renames")
    return [entry[3:] for entry in listed.split("\0") if entry]
