"""Run git and DVC as programs of their own, for a folder and no other."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# What git tells its hooks about the repository that they run for; it would lead back to that one.
LOCAL = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
)
DVC = (sys.executable, "-P", "-m", "dvc")  # this environment's, wherever PATH leads
# A commit is made of what a run left, byte for byte; a hook could change or refuse it, and another
# would fetch data at a checkout. Only at a push do hooks run: what leaves is for them to judge.
GIT = ("git", "-c", "core.hooksPath=/dev/null")


class ProgramError(RuntimeError):
    """A program failed; the message holds its own words."""


def run(
    command: Sequence[str],
    folder: Path,
    *,
    given: str = "",
    environment: Mapping[str, str] | None = None,
    accepted: Sequence[int] = (0,),
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end.

    Args:
        command: The program and its arguments.
        folder: Where it runs.
        given: Its input; it cannot ask anyone for more.
        environment: Variables beside those of this process.
        accepted: Exit codes that are no failure.

    Raises:
        ProgramError: It ended with another exit code, or is not installed.
    """
    variables = {name: value for name, value in os.environ.items() if name not in LOCAL}
    variables.setdefault("GIT_TERMINAL_PROMPT", "0")  # a missing password must not wait for ever
    variables.update(environment or {})
    try:
        ended = subprocess.run(  # noqa: S603 (no shell; git and DVC check what they are given)
            list(command),
            cwd=folder,
            env=variables,
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except FileNotFoundError as error:
        raise ProgramError(f"{error.filename}: not found; install it, or check PATH") from error
    if ended.returncode not in accepted:
        said = "\n".join(words for words in (ended.stderr.strip(), ended.stdout.strip()) if words)
        raise ProgramError(
            f"`{' '.join(command)}` in {folder}: exit code {ended.returncode}\n{said}"
        )
    return ended


def git(folder: Path, *arguments: str, given: str = "") -> str:
    """Return what git prints, without the last line's end; hooks do not run.

    Args:
        folder: Where it runs.
        arguments: Its arguments.
        given: Its input.

    Raises:
        ProgramError: It failed.
    """
    return run([*GIT, *arguments], folder, given=given).stdout.rstrip("\n")


def agrees(folder: Path, *arguments: str) -> bool:
    """Return what git answers to a question of yes (exit code 0) or no (1).

    Raises:
        ProgramError: It failed.
    """
    return run([*GIT, *arguments], folder, accepted=(0, 1)).returncode == 0
