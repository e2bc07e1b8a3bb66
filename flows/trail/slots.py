"""Folders for worktrees: one for each live run, and none for a run that died."""

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

from flows.running import holder, strays
from flows.trail.programs import git

FOLDER = Path(".trunkline/worktrees")


@contextlib.contextmanager
def worktree(root: Path, name: str, commit: str) -> Iterator[Path]:
    """Give the folder `root` in a worktree of a commit, on no branch, while the context lasts.

    What runs left behind that were killed is removed first.

    Args:
        root: A folder in a git repository.
        name: The folder's name.
        commit: What is checked out.

    Raises:
        WorkspaceHeldError: A live run has the folder.
        ProgramError: git failed.
    """
    home = root / FOLDER
    with _alone(home):
        for folder in [path for path in home.iterdir() if path.is_dir()]:
            with contextlib.suppress(holder.WorkspaceHeldError):  # a live run's
                _discard(root, folder, _taken(folder))
        folder = home / name
        held = _taken(folder)
        try:
            git(root, "worktree", "add", "--quiet", "--detach", str(folder), commit)
        except BaseException:
            _discard(root, folder, held)
            raise
    try:
        yield folder / _inner(root)
    finally:
        with _alone(home):
            _discard(root, folder, held)


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Wait until no other run makes or removes a folder here."""
    home.mkdir(parents=True, exist_ok=True)
    (home / ".gitignore").write_text("*\n", encoding="utf-8")  # of no interest to git, or to DVC
    with (home / ".lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _taken(folder: Path) -> holder.Holder:
    held = holder.Holder(folder.with_name(f"{folder.name}.lock"))
    held.take()
    return held


def _discard(root: Path, folder: Path, held: holder.Holder) -> None:
    """Remove a worktree whose lock we hold, and the lock."""
    strays.end(strays.mark(folder / _inner(root)))
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)
    listed = git(root, "worktree", "list", "--porcelain").splitlines()
    if f"worktree {folder}" in listed:  # its folder is gone; nothing else of git's is touched
        git(root, "worktree", "remove", "--force", "--force", str(folder))
    held.path.unlink()
    held.let_go()


def _inner(root: Path) -> str:
    """Return the way from the top of the repository to a folder."""
    return git(root, "rev-parse", "--show-prefix")
