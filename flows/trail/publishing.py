"""What a run leaves: one commit on a branch, and both where others find them."""

from pathlib import Path

from flows.trail import branches, data, message, programs
from flows.trail.programs import git
from flows.trail.worktree import Worktree

LARGE = 5_000_000  # bytes of a new file; what is larger belongs into DVC's cache
AUTHOR = {  # where git knows no one
    "GIT_AUTHOR_NAME": "Trunkline",
    "GIT_AUTHOR_EMAIL": "trunkline@localhost",
    "GIT_COMMITTER_NAME": "Trunkline",
    "GIT_COMMITTER_EMAIL": "trunkline@localhost",
}


def commit(tree: Worktree, subject: str, body: str = "") -> str | None:
    """Commit all that the run changed and that git does not ignore, on the run's branch.

    The commit's first parent is the branch's last commit, and its other one, if the branch does not
    have it yet, the commit that was run. Its files are those of this run alone.

    Args:
        tree: Where the run worked.
        subject: The first line of the message.
        body: More of the message, such as a table of metrics.

    Returns:
        The commit; None if the branch has these files already, and then there is none.

    Raises:
        ValueError: A new file is too large for git, or the branch is no longer for runs.
        ProgramError: git failed.
    """
    _add(tree.path)
    files = git(tree.path, "write-tree")
    start = git(tree.path, "rev-parse", "HEAD")
    branches.check(tree.path, tree.branch, start)
    before = branches.parents(tree.path, tree.branch, start)
    if files == git(tree.path, "rev-parse", f"{before[0]}^{{tree}}"):
        return None
    text = message.lay_out(subject, body, {branches.TRAILER: tree.run})
    made = _make(tree.path, files, before, text)
    branches.move(tree.path, tree.branch, made, tree.run)
    git(tree.path, "update-ref", "--no-deref", "HEAD", made)
    return made


def _add(folder: Path) -> None:
    """Put all that changed into the worktree's index, but for the settings that it was given."""
    top = Path(git(folder, "rev-parse", "--show-toplevel"))
    new = _names(top, "--others", "--exclude-standard")
    secret = (folder / ".dvc" / "config.local").relative_to(top).as_posix()
    _refuse_large(top, new)
    names = [name for name in [*new, *_names(top, "--modified")] if name != secret]
    command = (
        "--literal-pathspecs",
        "add",
        "--all",
        "--pathspec-from-file=-",
        "--pathspec-file-nul",
    )
    if names:
        git(top, *command, given="\0".join(names))


def _names(top: Path, *kinds: str) -> list[str]:
    return [name for name in git(top, "ls-files", *kinds, "-z").split("\0") if name]


def _refuse_large(top: Path, names: list[str]) -> None:
    sizes = {name: (top / name).lstat().st_size for name in names}
    large = [f"{name} ({size / 1e6:.1f} MB)" for name, size in sizes.items() if size > LARGE]
    if large:
        raise ValueError(
            f"--commit: new files of more than {LARGE / 1e6:.0f} MB are not for git: "
            f"{', '.join(large)}; name them in .gitignore, or as an output in dvc.yaml"
        )


def _make(folder: Path, files: str, parents: list[str], text: str) -> str:
    """Return a new commit, by whom git knows, or else by `AUTHOR`."""
    asked = [*programs.GIT, "-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT"]
    known = programs.run(asked, folder, accepted=(0, 128)).returncode == 0
    stated = {} if known else AUTHOR
    before = [word for parent in parents for word in ("-p", parent)]
    command = [*programs.GIT, "commit-tree", files, *before, "-F", "-"]
    return programs.run(command, folder, given=text, environment=stated).stdout.strip()


def publish(tree: Worktree) -> list[str]:
    """Push the run's data to the DVC remote, and then its branch to the git remote.

    In this order no one finds a commit whose data is missing. A remote that is not set up is left
    out. Commits of earlier runs that could not be pushed go too, each with its data.

    Returns:
        What was pushed, in words.

    Raises:
        ProgramError: One of them could not be pushed; the commit stays on the branch here.
    """
    done: list[str] = []
    upstream = branches.remote(tree.path)
    commits = branches.unpublished(tree.path, tree.branch, upstream)
    if not commits:
        return done
    try:
        if remote := data.remote(tree.path):
            for commit in commits:
                git(tree.path, "checkout", "--quiet", "--force", "--detach", commit)
                data.push(tree.path)
            done.append(f"data to the DVC remote '{remote}'")
        if upstream:
            reference = f"refs/heads/{tree.branch}"
            programs.run(
                ["git", "push", "--quiet", upstream, f"{reference}:{reference}"], tree.path
            )
            done.append(f"branch '{tree.branch}' to the git remote '{upstream}'")
    except programs.ProgramError as error:
        pushed = ", ".join(done) or "nothing"
        raise programs.ProgramError(
            f"pushed: {pushed}. The run's commit is on the branch '{tree.branch}' here; push the "
            f"rest later: dvc push --all-branches && git push {upstream} {tree.branch}\n{error}"
        ) from error
    return done
