"""Commits of a git repository, and throwaway clones of them."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SHOWN = 10  # files in a message
# What git tells its hooks about the repository they run for; it must not lead to that one.
LOCAL = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
)


class RevisionError(ValueError):
    """What was asked for cannot be checked; the message says how to change that."""


@dataclass(frozen=True)
class Revision:
    """A commit to check.

    Args:
        root: The DVC repository in which it was asked for.
        top: The git repository around it.
        name: As it was asked for.
        commit: 40 hex digits.
        uncommitted: Tracked files with changes that are not part of it.
    """

    root: Path
    top: Path
    name: str
    commit: str
    uncommitted: tuple[str, ...] = ()


def resolve(root: Path, name: str = "HEAD", *, allow_dirty: bool = False) -> Revision:
    """Return the commit that a name stands for.

    Args:
        root: A folder with `.dvc`, in a git repository.
        name: A commit, branch or tag.
        allow_dirty: Take HEAD also if tracked files have changes that are not in it.

    Raises:
        RevisionError: There is no repository or no such commit, or files have changes.
    """
    root = root.resolve()
    if not (root / ".dvc").is_dir():
        raise RevisionError(f"Expected a DVC repository in {root}, found no .dvc. Go to its root.")
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options")
    try:
        top = Path(git(root, "rev-parse", "--show-toplevel").removesuffix("\n"))
        commit = git(root, *asked, f"{name}^{{commit}}").strip()
        head = git(root, *asked, "HEAD").strip()
    except subprocess.CalledProcessError as error:
        raise RevisionError(
            f"Expected a commit, branch or tag of the git repository at {root}, received {name!r}. "
            "`git log --oneline` shows commits; a shallow clone has only its newest."
        ) from error
    uncommitted = changed(top) if commit == head else ()
    if uncommitted and not allow_dirty:
        raise RevisionError(_refusal(uncommitted))
    return Revision(root, top, name, commit, uncommitted)


def _refusal(uncommitted: Sequence[str]) -> str:
    shown = [f"  {path}" for path in uncommitted[:SHOWN]]
    if len(uncommitted) > SHOWN:
        shown.append(f"  ... and {len(uncommitted) - SHOWN} more")
    return "\n".join(
        [
            "Expected no uncommitted changes, because a commit is what is checked. Changed:",
            *shown,
            "Commit them first, or check the commit without them: --allow-dirty.",
        ]
    )


def changed(folder: Path, *, untracked: bool = False) -> tuple[str, ...]:
    """Return tracked files that differ from HEAD; or files neither tracked nor ignored.

    Args:
        folder: In the git repository; only what is in it counts, and paths are from it.
        untracked: Return the other kind.
    """
    prefix = git(folder, "rev-parse", "--show-prefix").removesuffix("\n")
    arguments = ("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", ".")
    entries = [entry for entry in git(folder, *arguments).split("\0") if entry]
    found = [entry[3:] for entry in entries if entry.startswith("??") == untracked]
    return tuple(sorted(path.removeprefix(prefix) for path in found))


def clone(revision: Revision, folder: Path) -> Path:
    """Make a clone that shares nothing with its origin, at the commit.

    Args:
        revision: The commit.
        folder: Made; it must not exist.

    Returns:
        The root of the DVC repository in the clone.

    Raises:
        RevisionError: The commit holds no DVC repository there, or git refuses.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        _clone(revision, folder)
    except subprocess.CalledProcessError as error:
        raise RevisionError(
            f"Expected git to clone {revision.top} into the folder for temporary files, which it "
            f"refused: {os.fsdecode(error.stderr).strip()}"
        ) from error
    root = folder / revision.root.relative_to(revision.top.resolve())
    if not (root / ".dvc").is_dir():
        raise RevisionError(
            f"Expected a DVC repository in commit {revision.commit[:12]} as in {revision.root}, "
            "found no .dvc. Commit it, or name a later commit."
        )
    return root


def _clone(revision: Revision, folder: Path) -> None:
    arguments = ("clone", "--quiet", "--no-hardlinks", "--no-checkout", "--template=")
    git(folder.parent, *arguments, str(revision.top), str(folder))
    if not succeeds(folder, "cat-file", "-e", f"{revision.commit}^{{commit}}"):
        git(folder, "fetch", "--quiet", "origin", revision.commit)  # in no branch and no tag
    plain = ("-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false")
    git(folder, *plain, "checkout", "--quiet", "--detach", revision.commit)
    git(folder, "remote", "remove", "origin")


def git(folder: Path, *arguments: str) -> str:
    """Return what git prints in a folder.

    Raises:
        subprocess.CalledProcessError: git failed; its messages are in `stderr`.
    """
    command = ["git", "-C", str(folder), *arguments]
    ended = subprocess.run(  # noqa: S603 (no shell; arguments are ours or checked by git)
        command, capture_output=True, check=True, env=_environment()
    )
    return os.fsdecode(ended.stdout)


def succeeds(folder: Path, *arguments: str) -> bool:
    """Say whether a command of git ends well in a folder."""
    try:
        git(folder, *arguments)
    except subprocess.CalledProcessError:
        return False
    return True


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in LOCAL}
