"""A worktree shares the checkout's cache and remotes."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.trail import data, programs, slots

Program = Callable[..., str]


@pytest.fixture
def worktree(root: Path) -> Iterator[Path]:
    """Give a worktree without data."""
    with slots.worktree(root, "one", "HEAD") as folder:
        yield folder


def test_the_cache_and_the_data_of_the_commit_are_there(
    root: Path, worktree: Path, dvc: Program
) -> None:
    """Nothing is left to run, and what DVC remembers goes with the worktree."""
    data.share(root, worktree)
    assert dvc(worktree, "cache", "dir") == str(root / ".dvc" / "cache")
    assert (worktree / "data" / "big.txt").read_text() == "1\n2\n3\n"
    assert dvc(worktree, "status") == "Data and pipelines are up to date."
    assert (worktree / ".dvc" / "tmp" / "site").is_dir()


def test_what_the_cache_lacks_is_left_for_the_run(root: Path, worktree: Path) -> None:
    """A fresh clone has no data at all."""
    (root / ".dvc" / "cache").rename(root / ".dvc" / "elsewhere")
    data.share(root, worktree)
    assert not (worktree / "data" / "big.txt").exists()


@pytest.mark.parametrize("settings", ["checkout/.dvc/config.local", "home/config"])
def test_a_cache_that_is_set_is_the_one(
    root: Path, worktree: Path, tmp_path: Path, dvc: Program, settings: str
) -> None:
    """Whichever settings name it, and from wherever."""
    place = tmp_path / "shared"
    (tmp_path / settings).write_text(f"[cache]\n    dir = {place}\n", encoding="utf-8")
    data.share(root, worktree)
    assert dvc(worktree, "cache", "dir") == str(place)


def test_remotes_are_those_of_the_checkout(
    root: Path, worktree: Path, tmp_path: Path, dvc: Program
) -> None:
    """Relative paths mean the same place, secrets come along, and others do not read them."""
    (root / ".dvc" / "config").write_text(
        "[core]\n  remote = one\n['remote \"one\"']\n  url = ../../storage\n"
        "['remote \"two\"']\n  url = ssh://example.org/a\n  keyfile = ../key\n",
        encoding="utf-8",
    )
    (root / ".dvc" / "config.local").write_text(
        '[\'remote "two"\']\n  password = "a, b#c"\n[\'remote "three"\']\n  url = ~/a\n',
        encoding="utf-8",
    )
    data.share(root, worktree)
    listed = dvc(worktree, "config", "--list", "--local").splitlines()
    assert f"remote.one.url={tmp_path / 'storage'}" in listed
    assert "remote.two.url=ssh://example.org/a" in listed
    assert f"remote.two.keyfile={root / 'key'}" in listed
    assert "remote.two.password=a, b#c" in listed
    assert f"remote.three.url={Path.home() / 'a'}" in listed
    assert data.remote(worktree) == "one"
    mode = (worktree / ".dvc" / "config.local").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_data_is_pushed_and_the_run_cache_is_not(root: Path, worktree: Path, storage: Path) -> None:
    """What other runs made stays here."""
    data.share(root, worktree)
    assert data.remote(worktree) == "store"
    data.push(worktree)
    assert [path.name for path in storage.iterdir()] == ["files"]
    assert len([path for path in storage.rglob("*") if path.is_file()]) == 1


def test_no_remote_is_no_error_until_one_pushes(root: Path, worktree: Path) -> None:
    """Then DVC's own words say it."""
    data.share(root, worktree)
    assert data.remote(worktree) == ""
    with pytest.raises(programs.ProgramError, match=r"(?s)dvc push.*no remote"):
        data.push(worktree)


def test_a_commit_without_dvc_is_refused(root: Path, git: Program) -> None:
    """It was set up and never committed."""
    git(root, "rm", "-r", "--cached", "--quiet", ".dvc")
    git(root, "commit", "--quiet", "--message=Away")
    with (
        slots.worktree(root, "one", "HEAD") as worktree,
        pytest.raises(ValueError, match=r"--commit: the commit holds no .*\.dvc; commit it first"),
    ):
        data.share(root, worktree)
