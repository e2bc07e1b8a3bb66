"""A run leaves one commit on its branch; data goes before it to where others find it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from flows.trail import data, programs, publishing, worktree
from flows.trail.worktree import Worktree

Program = Callable[..., str]
Open = Callable[..., AbstractContextManager[Worktree]]
NIGHTLY = "trunkline/nightly"


@pytest.fixture
def without_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave DVC out, which takes seconds."""
    monkeypatch.setattr(data, "share", lambda root, path: None)
    monkeypatch.setattr(data, "remote", lambda path: "")


@pytest.fixture
def tree(root: Path, without_data: None) -> Iterator[Worktree]:
    """Give a run's worktree, without data."""
    with worktree.opened(root, "otter") as tree:
        yield tree


def _run(root: Path, name: str, lines: int, **options: str) -> str | None:
    """Do what a nightly run does, with other metrics for each number."""
    with worktree.opened(root, name, NIGHTLY, **options) as tree:
        (tree.path / "metrics.json").write_text(f'{{"lines": {lines}}}\n', encoding="utf-8")
        made = publishing.commit(tree, f"Run {name}")
        publishing.publish(tree)
        return made


def test_all_that_the_run_changed_is_in_the_commit(tree: Worktree, git: Program) -> None:
    """Tracked files that changed or went, and new ones that git does not ignore."""
    (tree.path / "params.yaml").write_text("lines: 5\n", encoding="utf-8")
    (tree.path / "plots").mkdir()
    (tree.path / "plots" / "curve.csv").write_text("epoch\n1\n", encoding="utf-8")
    (tree.path / ":(odd) name*é").write_text("x", encoding="utf-8")
    (tree.path / "data").mkdir()
    (tree.path / "data" / "big.txt").write_text("1\n", encoding="utf-8")
    (tree.path / "make.sh").unlink()
    made = publishing.commit(tree, "A run", "word " * 20 + "\n\n# lines  change\n5        +2\n")
    shown = git(tree.path, "-c", "core.quotePath=no", "show", "--format=", "--name-status", made)
    assert shown.splitlines() == [
        "A\t:(odd) name*é",
        "D\tmake.sh",
        "M\tparams.yaml",
        "A\tplots/curve.csv",
    ]
    assert git(tree.path, "log", "-1", "--format=%an %ae|%P|%B", made) == (
        f"Ada ada@example.org|{tree.start}|A run\n\n{'word ' * 13}word\n{'word ' * 5}word\n\n"
        "# lines  change\n5        +2\n\nTrunkline-Run: otter"
    )
    assert git(tree.path, "rev-parse", tree.branch) == made
    assert git(tree.path, "status", "--porcelain") == ""


def test_no_change_is_no_commit_and_no_branch(tree: Worktree, git: Program) -> None:
    """A year of nights without news leaves nothing to look through."""
    assert publishing.commit(tree, "A run") is None
    assert publishing.publish(tree) == []
    assert git(tree.path, "branch", "--list", tree.branch) == ""


def test_what_is_secret_stays_here(tree: Worktree, git: Program) -> None:
    """The settings that the worktree was given are in no commit, also if git ignores them not."""
    (tree.path / ".dvc" / ".gitignore").write_text("/cache\n", encoding="utf-8")
    (tree.path / ".dvc" / "config.local").write_text("password\n", encoding="utf-8")
    made = publishing.commit(tree, "A run")
    assert git(tree.path, "show", "--format=", "--name-only", made) == ".dvc/.gitignore"


def test_large_new_files_are_refused(tree: Worktree, git: Program) -> None:
    """They are for DVC's cache; a file of the limit is still committed, and so are ignored ones."""
    limit = publishing.LARGE
    (tree.path / "data").mkdir()
    for name, size in (("a.bin", limit), ("b.bin", limit + 1), ("data/c.bin", limit + 1)):
        with (tree.path / name).open("wb") as file:
            file.truncate(size)
    message = r"new files of more than 5 MB are not for git: b\.bin \(5\.0 MB\); name them in \.git"
    with pytest.raises(ValueError, match=message):
        publishing.commit(tree, "A run")
    assert git(tree.path, "branch", "--list", tree.branch) == ""
    (tree.path / "b.bin").unlink()
    assert publishing.commit(tree, "A run") is not None


def test_an_author_is_stated_where_git_knows_none(
    tree: Worktree, git: Program, tmp_path: Path
) -> None:
    """Scheduled runs often have no user's settings."""
    (tmp_path / "home" / "gitconfig").unlink()
    (tree.path / "metrics.json").write_text("{}\n", encoding="utf-8")
    made = publishing.commit(tree, "A run")
    people = git(tree.path, "log", "-1", "--format=%an <%ae> %cn <%ce>", made)
    assert people == "Trunkline <trunkline@localhost> Trunkline <trunkline@localhost>"


def test_hooks_do_not_change_or_refuse_what_a_run_made(tree: Worktree, git: Program) -> None:
    """One that mends the ends of files would make dvc.lock wrong; at a push, hooks run."""
    hooks = (
        Path(git(tree.path, "rev-parse", "--path-format=absolute", "--git-common-dir")) / "hooks"
    )
    for name in ("pre-commit", "commit-msg", "reference-transaction"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (hooks / name).chmod(0o755)
    (tree.path / "metrics.json").write_text("{}\n", encoding="utf-8")
    assert publishing.commit(tree, "A run") is not None


def test_a_second_commit_follows_the_first(tree: Worktree, git: Program) -> None:
    """A run may commit more than once."""
    made = []
    for size in (5, 6):
        (tree.path / "metrics.json").write_text(f"{size}\n", encoding="utf-8")
        made.append(publishing.commit(tree, "A run"))
    assert git(tree.path, "rev-list", tree.branch).splitlines() == [*reversed(made), tree.start]


@pytest.mark.usefixtures("without_data")
def test_a_branch_is_one_commit_for_each_run_that_found_news(root: Path, git: Program) -> None:
    """As the checkout moves on, each run is of its newest commit, and nothing has to be merged."""
    first = _run(root, "one", 5)
    assert _run(root, "two", 5) is None  # as the branch has it
    (root / "make.sh").write_text("echo new\n", encoding="utf-8")
    git(root, "commit", "--quiet", "--all", "--message=Work of a person")
    person = git(root, "rev-parse", "HEAD")
    third = _run(root, "three", 6)
    assert git(root, "log", "--first-parent", "--format=%s", NIGHTLY).splitlines() == [
        "Run three",
        "Run one",
        "The first run",
    ]
    assert git(root, "rev-parse", f"{NIGHTLY}^1", f"{NIGHTLY}^2").splitlines() == [first, person]
    assert git(root, "show", f"{third}:make.sh") == "echo new"
    assert git(root, "diff", "--name-only", person, str(third)) == "metrics.json"
    fourth = _run(root, "four", 3)  # back to what the checkout has: news against the last run
    assert git(root, "diff", "--name-only", person, str(fourth)) == ""
    git(root, "merge", "--quiet", "--no-ff", "--message=Taken", NIGHTLY)
    assert _run(root, "five", 3) is None
    assert git(root, "rev-parse", NIGHTLY) == fourth


@pytest.mark.usefixtures("without_data")
def test_an_older_commit_can_be_run(root: Path, git: Program) -> None:
    """Not only what the checkout has."""
    git(root, "commit", "--quiet", "--allow-empty", "--message=Later")
    made = _run(root, "one", 5, start="HEAD~1")
    assert git(root, "rev-parse", f"{made}^") == git(root, "rev-parse", "HEAD~1")


@pytest.mark.usefixtures("without_data")
def test_machines_continue_each_others_branch(root: Path, remote: Path, git: Program) -> None:
    """A clone that has never seen the branch goes on where another's push left it."""
    git(root, "push", "--quiet", "origin", "main")
    first = _run(root, "one", 5)
    clone = root.parent / "clone"
    git(root.parent, "clone", "--quiet", str(remote), str(clone))
    git(root, "fetch", "--quiet")
    second = _run(clone, "two", 6)
    third = _run(root, "three", 7)
    assert git(remote, "rev-list", "--first-parent", NIGHTLY).splitlines()[:3] == [
        third,
        second,
        first,
    ]


@pytest.mark.usefixtures("storage")
def test_data_is_there_before_the_commit_is(
    root: Path, remote: Path, dvc: Program, git: Program
) -> None:
    """Who pulls the branch can pull what it names."""
    with worktree.opened(root, "otter") as tree:
        (tree.path / "params.yaml").write_text("lines: 5\n", encoding="utf-8")
        dvc(tree.path, "repro")
        publishing.commit(tree, "A run")
        assert publishing.publish(tree) == [
            "data to the DVC remote 'store'",
            "branch 'trunkline/run-otter' to the git remote 'origin'",
        ]
    clone = root.parent / "clone"
    git(root.parent, "clone", "--quiet", "--branch=trunkline/run-otter", str(remote), str(clone))
    dvc(clone, "remote", "add", "--default", "--local", "store", str(root.parent / "storage"))
    dvc(clone, "pull")
    assert (clone / "data" / "big.txt").read_text() == "1\n2\n3\n4\n5\n"


@pytest.mark.usefixtures("without_data")
def test_a_push_that_fails_keeps_the_commit_for_the_next_run(
    root: Path, remote: Path, git: Program
) -> None:
    """The error has git's words; the next run pushes what is behind, even without news."""
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho closed for the night >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    message = (
        r"(?s)pushed: nothing\. The run's commit is on the branch 'trunkline/nightly' here; push "
        r"the rest later: dvc push --all-branches && git push origin trunkline/nightly\n.*"
        r"closed for the night"
    )
    with pytest.raises(programs.ProgramError, match=message):
        _run(root, "one", 5)
    made = git(root, "rev-parse", NIGHTLY)
    hook.unlink()
    assert _run(root, "two", 5) is None
    assert git(remote, "rev-parse", NIGHTLY) == made


def test_without_the_data_no_commit_is_pushed_and_the_next_run_pushes_both(
    root: Path, remote: Path, git: Program, dvc: Program, storage: Path
) -> None:
    """Others would find a commit that names data nobody has."""
    storage.write_text("no folder", encoding="utf-8")
    with worktree.opened(root, "one", NIGHTLY) as tree:
        (tree.path / "params.yaml").write_text("lines: 5\n", encoding="utf-8")
        dvc(tree.path, "repro")
        publishing.commit(tree, "One")
        with pytest.raises(programs.ProgramError, match=r"(?s)^pushed: nothing.*dvc push"):
            publishing.publish(tree)
    assert git(remote, "branch", "--list") == ""
    assert git(root, "log", "-1", "--format=%s", NIGHTLY) == "One"
    storage.unlink()
    assert _run(root, "two", 4) is not None
    assert git(remote, "rev-parse", f"{NIGHTLY}^") == git(root, "rev-parse", f"{NIGHTLY}^")
    assert git(root, "show", f"{NIGHTLY}^:params.yaml") == "lines: 5"
    assert len([path for path in storage.rglob("*") if path.is_file()]) == 2


@pytest.mark.usefixtures("without_data")
def test_hooks_of_the_site_judge_a_push(root: Path, remote: Path, git: Program) -> None:
    """What leaves the machine may be looked at first."""
    hook = root / ".git" / "hooks" / "pre-push"
    hook.write_text("#!/bin/sh\necho a secret >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    with pytest.raises(programs.ProgramError, match="a secret"):
        _run(root, "one", 5)
    assert git(remote, "branch", "--list") == ""


@pytest.mark.usefixtures("without_data")
def test_a_branch_that_a_person_took_meanwhile_is_told(root: Path, git: Program) -> None:
    """It is checked again when there is something to commit."""
    with worktree.opened(root, "otter", NIGHTLY) as tree:
        (tree.path / "metrics.json").write_text("{}\n", encoding="utf-8")
        git(root, "switch", "--quiet", "--create", NIGHTLY)
        with pytest.raises(ValueError, match=f"'{NIGHTLY}' is checked out in {root}"):
            publishing.commit(tree, "A run")
