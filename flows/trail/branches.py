"""The branch that keeps a run: whose it is, where it ends, and what its next commit follows."""

import re
from pathlib import Path

from flows.trail import programs
from flows.trail.programs import agrees, git

TRAILER = "Trunkline-Run"  # in the message of each commit that a run made


def of_run(run: str) -> str:
    """Return the name of the branch for one run.

    Example:
        >>> of_run("quiet otter (2)")
        'trunkline/run-quiet-otter-2'
    """
    return f"trunkline/run-{re.sub(r'[^A-Za-z0-9]+', '-', run).strip('-')}"


def check(folder: Path, branch: str, start: str) -> None:
    """Refuse a branch that is not for runs.

    Args:
        folder: Inside the git repository.
        branch: Its name.
        start: The commit that is run.

    Raises:
        ValueError: The name is none for a branch, a checkout is on it, or it has commits that
            neither a run made nor `start` holds.
    """
    if not re.match(r"[^-@]", branch) or not agrees(
        folder, "check-ref-format", f"refs/heads/{branch}"
    ):
        raise ValueError(f"--branch: expected a name for a branch, received '{branch}'")
    for entry in git(folder, "worktree", "list", "--porcelain").split("\n\n"):
        if f"branch refs/heads/{branch}" in entry.splitlines():
            raise ValueError(
                f"--branch: '{branch}' is checked out in {entry.splitlines()[0].split(' ', 1)[1]}, "
                f"and a commit would pull it from under that checkout; give another name"
            )
    _refuse_people(folder, branch, start)


def _refuse_people(folder: Path, branch: str, start: str) -> None:
    """Refuse a branch with people's own commits, for the next run's files would not hold them."""
    end = tip(folder, branch)
    form = f"--format=%h %s%x1f%(trailers:key={TRAILER},valueonly)%x1e"
    log = git(folder, "log", "--first-parent", form, end, f"^{start}") if end else ""
    entries = [entry.strip("\n").split("\x1f") for entry in log.split("\x1e") if entry.strip("\n")]
    own = [title for title, run in entries if not run.strip()]
    if own:
        raise ValueError(
            f"--branch: '{branch}' holds commits that no run made and that are not part of "
            f"{start[:10]}, such as '{own[0]}'; merge them, or give another name (if they are "
            f"part of it, this clone may be shallow: git fetch --unshallow)"
        )


def tip(folder: Path, branch: str) -> str | None:
    """Return the last commit of a branch, here or as last seen at the git remote.

    Raises:
        ValueError: The two have gone different ways.
    """
    here, seen = local(folder, branch), None
    if upstream := remote(folder):
        seen = _commit(folder, f"refs/remotes/{upstream}/{branch}")
    if here is None or seen is None:
        return here or seen
    if holds(folder, here, seen):
        return here
    if holds(folder, seen, here):
        return seen
    raise ValueError(
        f"--branch: '{branch}' here ({here[:10]}) and at '{upstream}' ({seen[:10]}) have gone "
        f"different ways; rename the one here: git branch --move {branch} {branch}-old"
    )


def local(folder: Path, branch: str) -> str | None:
    """Return the last commit of a branch in this repository."""
    return _commit(folder, f"refs/heads/{branch}")


def _commit(folder: Path, reference: str) -> str | None:
    question = ("rev-parse", "--verify", "--quiet", f"{reference}^{{commit}}")
    return git(folder, *question) if agrees(folder, *question) else None


def holds(folder: Path, commit: str, other: str) -> bool:
    """Return whether a commit is, or follows, another."""
    return agrees(folder, "merge-base", "--is-ancestor", other, commit)


def parents(folder: Path, branch: str, start: str) -> list[str]:
    """Return what the next commit of a branch follows.

    First comes the branch's last commit, so that its first parents are its runs; then the commit
    that was run, unless the branch has it already.
    """
    end = tip(folder, branch)
    if end is None or holds(folder, start, end):
        return [start]
    return [end] if holds(folder, end, start) else [end, start]


def remote(folder: Path) -> str | None:
    """Return the name of the git remote to push to; None if there is none.

    Raises:
        ValueError: There are several, and none is the obvious one.
    """
    names = git(folder, "remote").split()
    preferred = [
        *git(folder, "config", "--get", "--default=", "remote.pushDefault").split(),
        "origin",
    ]
    for name in preferred:
        if name in names:
            return name
    if len(names) > 1:
        raise ValueError(
            f"expected one git remote or an 'origin', found {', '.join(names)}; choose: "
            f"git config remote.pushDefault {names[0]}"
        )
    return names[0] if names else None


def unpublished(folder: Path, branch: str, remote: str | None) -> list[str]:
    """Return a branch's runs that its git remote does not have, the oldest first.

    Without a remote it is the last one.
    """
    if local(folder, branch) is None:
        return []
    runs = ("--first-parent", "--reverse", f"--grep=^{TRAILER}: ", f"refs/heads/{branch}")
    known = ("--not", f"--remotes={remote}") if remote else ("--max-count=1",)
    return git(folder, "rev-list", *runs, *known).split()


def fetch(folder: Path, branch: str) -> None:
    """See where a branch is at the git remote, which other machines push to.

    Raises:
        ProgramError: The remote does not answer.
    """
    name = remote(folder)
    reference = f"refs/heads/{branch}"
    if name is None or not git(folder, "ls-remote", name, reference):
        return
    quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance")
    git(folder, "fetch", *quiet, name, f"+{reference}:refs/remotes/{name}/{branch}")


def move(folder: Path, branch: str, commit: str, run: str) -> None:
    """Let a branch end in a commit.

    Raises:
        ValueError: Someone moved it at the same moment; the message says how to keep the commit.
    """
    reason = ("-m", f"trunkline: {run}")
    before = local(folder, branch) or ""
    try:
        git(folder, "update-ref", *reason, f"refs/heads/{branch}", commit, before)
    except programs.ProgramError as error:
        raise ValueError(
            f"--branch: cannot move '{branch}'; keep the commit: git branch NAME {commit}\n{error}"
        ) from error
