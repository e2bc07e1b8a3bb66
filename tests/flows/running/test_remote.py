"""Data and earlier runs are pushed to DVC's remote, and pulled from it."""

from pathlib import Path

import pytest

from flows.running import commands, repository
from tests.flows.running import stand_ins, workspaces
from tests.flows.running.sessions import FILES, TWO, run
from tests.flows.running.workspaces import content, serial, write


def test_push_here_and_pull_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is run in the second workspace, though its lock file knows of nothing."""
    one = workspaces.make(folder, TWO, FILES)
    remote = folder.with_name("remote")
    write(one, {".dvc/config": f"[core]\nremote = r\n['remote \"r\"']\nurl = {remote}\n"})
    workspaces.commit(one)
    two = folder.with_name("two")
    workspaces.git(one, "clone", "--quiet", str(one), str(two))
    assert run(one, push=True).last() == {"a": "ran", "b": "ran"}
    monkeypatch.setattr(commands, "_start_warden", stand_ins.raising(AssertionError("started")))
    assert run(two, pull=True).last() == {"a": "restored", "b": "restored"}
    assert content(two) == content(one)


def test_pull_what_is_recorded_but_not_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clone with its lock file has nothing to do but fetch."""
    one = workspaces.make(folder, TWO, FILES)
    remote = folder.with_name("remote")
    write(one, {".dvc/config": f"[core]\nremote = r\n['remote \"r\"']\nurl = {remote}\n"})
    run(one, push=True)
    workspaces.commit(one)
    two = folder.with_name("two")
    workspaces.git(one, "clone", "--quiet", str(one), str(two))
    monkeypatch.setattr(commands, "_start_warden", stand_ins.raising(AssertionError("started")))
    assert run(two, pull=True).last() == {"a": "cached", "b": "cached"}
    assert (two / "b").read_bytes() == (one / "b").read_bytes()


def test_a_remote_that_lacks_data(folder: Path) -> None:
    """What cannot be fetched is run."""
    one = workspaces.make(folder, TWO, FILES)
    remote = folder.with_name("remote")
    remote.mkdir()
    write(one, {".dvc/config": f"[core]\nremote = r\n['remote \"r\"']\nurl = {remote}\n"})
    run(one)
    workspaces.commit(one)
    two, three = folder.with_name("two"), folder.with_name("three")
    for clone in (two, three):
        workspaces.git(one, "clone", "--quiet", str(one), str(clone))
    assert serial(two, pull=True) == ""
    assert run(three, pull=True).last() == {"a": "ran", "b": "ran"}
    assert content(three) == content(two)


def test_a_push_that_fails_leaves_what_was_done(folder: Path) -> None:
    """Lock file and `.gitignore` are those of a run without it."""
    one = workspaces.make(folder, TWO, FILES)
    two = workspaces.twin(one)
    assert serial(one) == ""
    with pytest.raises(repository.RefusedError, match="no remote specified"):
        run(two, push=True)
    assert content(two) == content(one)


def test_a_pull_without_a_remote(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """There is nothing to fetch, which is told, so what has changed is run."""
    one = workspaces.make(folder, TWO, FILES)
    assert run(one, pull=True).last() == {"a": "ran", "b": "ran"}
    assert "the run-cache can't be pulled: config file error: no remote specified" in caplog.text
    assert run(one, pull=True).last() == {"a": "cached", "b": "cached"}
