"""A live run keeps its worktree, a dead one does not."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.running import holder, strays
from flows.trail import programs, slots

Program = Callable[..., str]
RUN = """
import sys, time
from pathlib import Path
from flows.trail import slots
with slots.worktree(Path(sys.argv[1]), "other", "HEAD") as folder:
    print(folder, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def other(root: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a run in another process and wait until it has its worktree."""
    command = [sys.executable, "-c", RUN, str(root)]
    process = subprocess.Popen(
        command, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == str(root / slots.FOLDER / "other")
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def _listed(root: Path) -> list[str]:
    lines = programs.git(root, "worktree", "list", "--porcelain").splitlines()
    return [Path(line.split()[1]).name for line in lines if line.startswith("worktree")]


def _kept(root: Path) -> list[str]:
    return sorted(path.name for path in (root / slots.FOLDER).iterdir())


def test_a_worktree_is_there_for_as_long_as_it_is_used(root: Path) -> None:
    """It holds the commit's files on no branch, and leaves nothing."""
    with slots.worktree(root, "one", "HEAD") as folder:
        assert folder == root / ".trunkline" / "worktrees" / "one"
        assert (folder / "params.yaml").read_text() == (root / "params.yaml").read_text()
        assert programs.git(folder, "branch", "--show-current") == ""
        assert _listed(root) == ["checkout", "one"]
    assert _listed(root) == ["checkout"]
    assert _kept(root) == [".gitignore", ".lock"]


def test_an_error_leaves_nothing_either(root: Path) -> None:
    """Whether the run fails or git does."""
    with pytest.raises(KeyboardInterrupt), slots.worktree(root, "one", "HEAD"):
        raise KeyboardInterrupt
    with (
        pytest.raises(programs.ProgramError, match="nowhere"),
        slots.worktree(root, "two", "nowhere"),
    ):
        pass
    assert _kept(root) == [".gitignore", ".lock"]
    assert _listed(root) == ["checkout"]


def test_a_live_run_keeps_its_worktree(root: Path, other: subprocess.Popen[str]) -> None:
    """Another run works beside it, unless it is for the same branch."""
    with slots.worktree(root, "one", "HEAD"):
        assert _listed(root) == ["checkout", "one", "other"]
    assert (root / slots.FOLDER / "other" / "params.yaml").is_file()
    message = f"held by process {other.pid}"
    with (
        pytest.raises(holder.WorkspaceHeldError, match=message),
        slots.worktree(root, "other", "HEAD"),
    ):
        pass
    assert (root / slots.FOLDER / "other" / "params.yaml").is_file()


def test_what_a_killed_run_left_is_removed_by_the_next(
    root: Path, other: subprocess.Popen[str]
) -> None:
    """Its worktree, what git knows of it, and a process that still writes there."""
    left = root / slots.FOLDER / "other"
    environment = {**os.environ, strays.VARIABLE: strays.mark(left, "run", "1")}
    with subprocess.Popen(["sleep", "600"], env=environment) as stray:
        other.send_signal(signal.SIGKILL)
        other.wait()
        assert left.is_dir()
        with slots.worktree(root, "one", "HEAD"):
            assert _listed(root) == ["checkout", "one"]
            assert _kept(root) == [".gitignore", ".lock", "one", "one.lock"]
        assert stray.wait() == -signal.SIGKILL


def test_a_run_that_was_killed_at_the_start_or_end_does_not_block_the_next(
    root: Path, git: Program
) -> None:
    """Half a worktree, or one whose folder is gone, is removed as well."""
    home = root / slots.FOLDER
    git(root, "worktree", "add", "--quiet", "--detach", str(home / "half"))
    (home / "half" / ".git").unlink()
    git(root, "worktree", "add", "--quiet", "--detach", str(home / "gone"))
    for path in (home / "gone").rglob("*"):
        path.unlink() if not path.is_dir() else None
    (home / "one").mkdir()
    with slots.worktree(root, "one", "HEAD"):
        assert _listed(root) == ["checkout", "one"]


def test_other_worktrees_are_not_touched(root: Path, git: Program, tmp_path: Path) -> None:
    """Not even one whose folder is away, as on a disk that is not there now."""
    git(root, "worktree", "add", "--quiet", "-b", "feature", str(tmp_path / "feature"))
    (tmp_path / "feature").rename(tmp_path / "away")
    with slots.worktree(root, "one", "HEAD"):
        pass
    assert _listed(root) == ["checkout", "feature"]


def test_a_project_in_a_folder_of_its_repository_is_found(root: Path, git: Program) -> None:
    """The place is that folder in the worktree."""
    (root / "inner").mkdir()
    git(root, "mv", "params.yaml", "inner/params.yaml")
    git(root, "commit", "--quiet", "--message=Move")
    with slots.worktree(root / "inner", "one", "HEAD") as folder:
        assert folder == root / "inner" / slots.FOLDER / "one" / "inner"
        assert (folder / "params.yaml").is_file()
