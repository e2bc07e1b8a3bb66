"""A branch for runs holds runs, and its next commit follows the right ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.trail import branches, programs

Program = Callable[..., str]
NAME = "trunkline/nightly"


@pytest.fixture
def make(root: Path, git: Program) -> Callable[..., str]:
    """Return what makes a commit on nothing's way, with the files of HEAD."""

    def commit(*parents: str, run: bool = True) -> str:
        text = f"A commit after {len(parents)}\n\n{'Trunkline-Run: otter' if run else ''}"
        before = [word for parent in parents for word in ("-p", parent)]
        return git(root, "commit-tree", "HEAD^{tree}", *before, "-m", text)

    return commit


def _head(root: Path) -> str:
    return programs.git(root, "rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("run", "branch"),
    [("quiet-otter", "run-quiet-otter"), ("../a b~1", "run-a-b-1"), ("2026-01-01T00:00", None)],
)
def test_a_run_has_a_branch_of_its_own(root: Path, run: str, branch: str | None) -> None:
    """Whatever a run is called, git takes the name."""
    name = branches.of_run(run)
    assert branch is None or name == f"trunkline/{branch}"
    branches.check(root, name, _head(root))


@pytest.mark.parametrize("name", ["", "-x", "a..b", "a b", "@{-1}", "a.lock", "/a"])
def test_a_name_that_git_would_not_take_is_refused(root: Path, name: str) -> None:
    """Before anything is run."""
    with pytest.raises(ValueError, match=r"^--branch: expected a name for a branch, received '"):
        branches.check(root, name, _head(root))


def test_a_branch_that_someone_works_on_is_refused(
    root: Path, git: Program, tmp_path: Path
) -> None:
    """A commit there would look like changes of the person in front of that checkout."""
    git(root, "worktree", "add", "--quiet", "-b", "feature", str(tmp_path / "other"))
    for name, place in (("main", root), ("feature", tmp_path / "other")):
        with pytest.raises(ValueError, match=f"'{name}' is checked out in {place}, and a commit"):
            branches.check(root, name, _head(root))


def test_a_branch_with_work_of_people_is_refused(
    root: Path, git: Program, make: Callable[..., str]
) -> None:
    """The next run's files would be without it."""
    head = _head(root)
    own = make(make(head, run=False))
    git(root, "branch", NAME, own)
    with pytest.raises(ValueError, match=r"holds commits .* such as '\w+ A commit after 1'; merge"):
        branches.check(root, NAME, head)
    branches.check(root, NAME, make(head, own, run=False))  # merged into what is run


def test_a_branch_of_runs_is_taken_as_the_checkout_moves_on(
    root: Path, git: Program, make: Callable[..., str]
) -> None:
    """Commits that a run merged were the checkout's, so they are no one's work on the branch."""
    first = _head(root)
    run = make(first)
    second = make(first, run=False)
    git(root, "branch", NAME, make(run, second))
    branches.check(root, NAME, make(second, run=False))


def test_a_commit_follows_the_branch_and_what_was_run(
    root: Path, git: Program, make: Callable[..., str]
) -> None:
    """First the branch's last commit, then the one that was run unless the branch has it."""
    first = _head(root)
    assert branches.parents(root, NAME, first) == [first]
    run = make(first)
    git(root, "branch", NAME, run)
    assert branches.parents(root, NAME, first) == [run]
    second = make(first, run=False)
    assert branches.parents(root, NAME, second) == [run, second]
    merged = make(second, run, run=False)
    assert branches.parents(root, NAME, merged) == [merged]


@pytest.mark.usefixtures("remote")
def test_a_branch_ends_where_the_later_of_two_ends(
    root: Path, git: Program, make: Callable[..., str]
) -> None:
    """Another machine may have pushed to it, or a push of ours may have failed."""
    first = make(_head(root))
    second = make(first)
    for here, there in ((first, second), (second, first), (second, second)):
        git(root, "update-ref", f"refs/heads/{NAME}", here)
        git(root, "update-ref", f"refs/remotes/origin/{NAME}", there)
        assert branches.tip(root, NAME) == second
    git(root, "update-ref", "-d", f"refs/heads/{NAME}")
    assert branches.tip(root, NAME) == second


@pytest.mark.usefixtures("remote")
def test_a_branch_that_went_two_ways_is_told(
    root: Path, git: Program, make: Callable[..., str]
) -> None:
    """Which of them is right is for people to say."""
    first = make(_head(root))
    git(root, "update-ref", f"refs/heads/{NAME}", make(first))
    git(root, "update-ref", f"refs/remotes/origin/{NAME}", make(first, _head(root)))
    with pytest.raises(
        ValueError, match=r"'trunkline/nightly' here .*have gone different ways; re"
    ):
        branches.tip(root, NAME)


def test_the_remote_is_the_one_that_git_would_push_to(root: Path, git: Program) -> None:
    """The only one, or origin, or the one that is set."""
    assert branches.remote(root) is None
    git(root, "remote", "add", "backup", "../backup")
    assert branches.remote(root) == "backup"
    git(root, "remote", "add", "fork", "../fork")
    with pytest.raises(ValueError, match="one git remote or an 'origin', found backup, fork; choo"):
        branches.remote(root)
    git(root, "remote", "add", "origin", "../origin")
    assert branches.remote(root) == "origin"
    git(root, "config", "remote.pushDefault", "fork")
    assert branches.remote(root) == "fork"


def test_runs_that_the_remote_has_not_are_told_from_those_it_has(
    root: Path, remote: Path, git: Program, make: Callable[..., str]
) -> None:
    """Commits of people are none of them, and without a remote the last run is meant."""
    assert branches.unpublished(root, NAME, "origin") == []
    person = make(_head(root), run=False)
    first = make(person)
    second = make(first)
    git(root, "branch", NAME, second)
    assert branches.unpublished(root, NAME, None) == [second]
    assert branches.unpublished(root, NAME, "origin") == [first, second]
    git(root, "push", "--quiet", "origin", f"{first}:refs/heads/{NAME}")
    assert branches.unpublished(root, NAME, "origin") == [second]
    git(root, "push", "--quiet", "origin", NAME)
    assert branches.unpublished(root, NAME, "origin") == []


def test_a_branch_is_fetched_and_no_other(
    root: Path, remote: Path, git: Program, make: Callable[..., str]
) -> None:
    """Where it ends at the remote is seen, and nothing of the checkout moves."""
    branches.fetch(root, NAME)  # there is none yet
    made = make(_head(root))
    git(root, "push", "--quiet", str(remote), f"{made}:refs/heads/{NAME}", f"{made}:refs/heads/x")
    branches.fetch(root, NAME)
    assert branches.tip(root, NAME) == made
    assert git(root, "for-each-ref", "--format=%(refname)").splitlines() == [
        "refs/heads/main",
        f"refs/remotes/origin/{NAME}",
    ]
    assert not (root / ".git" / "FETCH_HEAD").exists()


def test_a_remote_that_does_not_answer_stops_the_run(root: Path, git: Program) -> None:
    """Before hours of work are done for a branch that may be elsewhere by now."""
    git(root, "remote", "add", "origin", str(root / "nowhere"))
    with pytest.raises(programs.ProgramError, match=r"(?s)ls-remote.*does not appear to be a git"):
        branches.fetch(root, NAME)


def test_a_branch_that_moves_meanwhile_is_not_overwritten(
    root: Path, git: Program, make: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says how to keep what was made."""
    first = make(_head(root))
    git(root, "branch", NAME, make(first))
    monkeypatch.setattr(branches, "local", lambda folder, branch: first)
    made = make(first, _head(root))
    with pytest.raises(ValueError, match=f"cannot move .*keep the commit: git branch NAME {made}"):
        branches.move(root, NAME, made, "otter")
