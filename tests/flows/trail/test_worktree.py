"""A run works beside the checkout, in a worktree with its data."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.running import holder
from flows.trail import data, programs, publishing, worktree

Program = Callable[..., str]


@pytest.fixture
def without_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave DVC out, which takes seconds."""
    monkeypatch.setattr(data, "share", lambda root, path: None)


def _state(root: Path) -> dict[str, object]:
    """Return all that a person at the checkout could notice, and what git keeps of it."""
    index = root / ".git" / "index"
    files = [
        path
        for path in root.rglob("*")
        if not {".git", ".trunkline", "cache"} & set(path.relative_to(root).parts)
    ]
    return {
        "index": (index.read_bytes(), index.stat().st_mtime_ns, index.stat().st_ino),
        "head": (root / ".git" / "HEAD").read_bytes(),
        "branch": programs.git(root, "rev-parse", "main"),
        "config": (root / ".git" / "config").read_bytes(),
        "stash": programs.git(root, "stash", "list"),
        "files": {str(path): (path.lstat().st_mtime_ns, path.lstat().st_size) for path in files},
    }


@pytest.mark.usefixtures("remote", "storage")
def test_the_checkout_is_left_alone(
    root: Path, dvc: Program, git: Program, runs: Callable[[], int]
) -> None:
    """Neither index, HEAD, branch nor files change, though a person is in the midst of work."""
    (root / "notes.txt").write_text("mine", encoding="utf-8")
    (root / "make.sh").write_text("exit 1\n", encoding="utf-8")
    (root / "staged.txt").write_text("mine", encoding="utf-8")
    git(root, "add", "staged.txt")
    os.utime(root / "dvc.yaml")  # `git status` would now write the index
    before = _state(root)
    assert worktree.uncommitted(root) == ["make.sh", "staged.txt", "notes.txt"]
    with worktree.opened(root, "otter") as tree:
        (tree.path / "params.yaml").write_text("lines: 5\n", encoding="utf-8")
        dvc(tree.path, "repro")
        made = publishing.commit(tree, "A run")
        publishing.publish(tree)
    assert _state(root) == before
    status = git(root, "status", "--porcelain", "--untracked-files=all").splitlines()
    assert status == [" M make.sh", "A  staged.txt", "?? notes.txt"]
    assert git(root, "rev-parse", "trunkline/run-otter") == made
    assert runs() == 1


def test_nothing_is_trained_twice(
    root: Path, dvc: Program, git: Program, runs: Callable[[], int]
) -> None:
    """What a run has trained comes back in the checkout, and in the next run, from the cache."""
    with worktree.opened(root, "otter") as tree:
        dvc(tree.path, "repro")
        assert runs() == 0
        (tree.path / "params.yaml").write_text("lines: 5\n", encoding="utf-8")
        dvc(tree.path, "repro")
        publishing.commit(tree, "A run")
    assert runs() == 1
    with worktree.opened(root, "heron") as tree:
        (tree.path / "params.yaml").write_text("lines: 5\n", encoding="utf-8")
        dvc(tree.path, "repro")
    git(root, "merge", "--quiet", "trunkline/run-otter")
    dvc(root, "repro")
    assert runs() == 1
    assert (root / "data" / "big.txt").read_text() == "1\n2\n3\n4\n5\n"


def test_dvc_does_not_see_worktrees_in_the_checkout(
    root: Path, dvc: Program, git: Program, runs: Callable[[], int]
) -> None:
    """Its graph and status are the same, also where `.trunkline` is not ignored by git."""
    (root / ".gitignore").write_text("/data/\n", encoding="utf-8")
    git(root, "commit", "--quiet", "--all", "--message=Ignore less")
    with worktree.opened(root, "otter"):
        assert dvc(root, "stage", "list", "--all", "--name-only") == "make"
        assert dvc(root, "repro").endswith("Data and pipelines are up to date.")
        assert git(root, "status", "--porcelain") == ""
    assert runs() == 0


@pytest.mark.usefixtures("without_data")
def test_a_worktree_tells_what_is_run_and_where_it_will_be_kept(root: Path, git: Program) -> None:
    """The checkout's commit, and a branch for the run or a given one; no branch is made yet."""
    head = git(root, "rev-parse", "HEAD")
    with worktree.opened(root, "quiet otter") as tree:
        assert (tree.branch, tree.run) == ("trunkline/run-quiet-otter", "quiet otter")
        assert tree.start == head == git(tree.path, "rev-parse", "HEAD")
    with worktree.opened(root, "otter", "nightly/a") as tree:
        assert tree.branch == "nightly/a"
    assert git(root, "branch", "--list") == "* main"


@pytest.mark.usefixtures("without_data")
def test_hooks_of_the_checkout_do_not_run(root: Path) -> None:
    """One that DVC installs would check data out before the worktree has its cache."""
    hook = root / ".git" / "hooks" / "post-checkout"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    with worktree.opened(root, "otter") as tree:
        assert (tree.path / "dvc.yaml").is_file()


@pytest.mark.usefixtures("without_data")
def test_two_runs_work_side_by_side_but_not_for_one_branch(root: Path) -> None:
    """The second is told who has it."""
    with worktree.opened(root, "otter", "nightly"), worktree.opened(root, "heron"):
        message = f"held by process {os.getpid()}"
        with (
            pytest.raises(holder.WorkspaceHeldError, match=message),
            worktree.opened(root, "crane", "nightly"),
        ):
            pass


def test_there_must_be_a_commit_to_run(tmp_path: Path, root: Path, git: Program) -> None:
    """Of a git repository."""
    message = "--commit: expected '{}' to be a commit of a git repository in {}; make one first"
    git(tmp_path, "init", "--quiet", "empty")
    for folder, start in ((tmp_path, "HEAD"), (tmp_path / "empty", "HEAD"), (root, "nowhere")):
        with (
            pytest.raises(ValueError, match=message.format(start, folder)),
            worktree.opened(folder, "otter", start=start),
        ):
            pass


def test_a_branch_is_checked_before_anything_is_made(root: Path) -> None:
    """The run has not begun."""
    with (
        pytest.raises(ValueError, match="'main' is checked out"),
        worktree.opened(root, "a", "main"),
    ):
        pass
    assert not (root / ".trunkline").exists()


@pytest.mark.usefixtures("without_data")
def test_files_that_git_ignores_come_along(root: Path) -> None:
    """What a record names and git does not keep is read from the checkout, as it is there now."""
    (root / "records").mkdir()
    (root / "records" / "own.json").write_text('{"files": {"own/rows.csv": {}}}')
    with (root / ".gitignore").open("a") as ignored:
        ignored.write("/own/\n")
    programs.git(root, "add", "--all")
    programs.git(root, "commit", "--quiet", "--message", "a dataset of a file")
    (root / "own").mkdir()
    (root / "own" / "rows.csv").write_text("a\n1\n")
    with worktree.opened(root, "run") as tree:
        assert (tree.path / "own" / "rows.csv").read_text() == "a\n1\n"
        assert programs.git(tree.path, "status", "--porcelain") == ""
    assert (root / "own" / "rows.csv").is_file()
