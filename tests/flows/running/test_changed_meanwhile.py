"""A stage whose dependency changed while it ran is not recorded: nobody can say what it read."""

from pathlib import Path

import pytest

from tests.flows.running import sessions, workspaces
from tests.flows.running.sessions import FILES, TWO, fails, lock, run, runs
from tests.flows.running.workspaces import content, serial, write


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        ("echo more >> in.txt", "in.txt"),
        ("echo more > data/new", "data"),
        ("echo 'rate: 2' > params.yaml", "params.yaml"),
        ("echo more >> in.txt; echo more > data/new", "in.txt, data"),
    ],
)
def test_nothing_is_recorded(folder: Path, edit: str, named: str) -> None:
    """It fails and names what changed: no entry in `dvc.lock`, no earlier run; then it runs."""
    stage = {
        "cmd": f"cat in.txt data/* params.yaml > a; test -e quiet || ({edit})",
        "deps": ["in.txt", "data"],
        "params": ["rate"],
        "outs": ["a"],
    }
    files = {**FILES, "data/old": "", "params.yaml": "rate: 1\n"}
    one = workspaces.make(folder, {"a": stage}, files)
    seen = fails(one)
    assert seen.last() == {"a": "failed"}
    assert seen.messages["a"] == (
        f"{named} changed while 'a' ran, so nobody can say what its outputs were made from; "
        "nothing is recorded, run it again"
    )
    assert lock(one) == {}
    assert runs(one) == []
    write(one, {"quiet": ""})
    two = workspaces.twin(one)
    assert run(one).last() == {"a": "ran"}
    assert serial(two) == ""
    assert content(two) == content(one)


def test_an_older_record_stays(folder: Path) -> None:
    """The next run does not take the new outputs for those of the old dependencies."""
    stage = {"cmd": "cat in.txt > a; cat edit >> in.txt", "deps": ["in.txt"], "outs": ["a"]}
    one = workspaces.make(folder, {"a": stage}, {**FILES, "edit": ""})
    run(one)
    before = lock(one)
    write(one, {"in.txt": "two\n", "edit": "edited\n"})
    fails(one)
    assert lock(one) == before
    write(one, {"in.txt": "one\n", "edit": ""})
    assert run(one).last() == {"a": "restored"}
    assert (one / "a").read_text() == "one\n"


def test_a_dependency_that_vanishes(folder: Path) -> None:
    """It is named."""
    stage = {"cmd": "cat in.txt > a; rm in.txt", "deps": ["in.txt"], "outs": ["a"]}
    one = workspaces.make(folder, {"a": stage}, FILES)
    message = fails(one).messages["a"]
    assert message.startswith("'a': ")
    assert "in.txt" in message
    assert (lock(one), runs(one)) == ({}, [])


def test_what_stands_before_it_is_recorded(folder: Path) -> None:
    """Also where the stage has edited an output of it, which the next run then restores."""
    edits = {"cmd": "cat b > c; cat edit >> b", "deps": ["b"], "outs": ["c"]}
    one = workspaces.make(folder, {**TWO, "c": edits}, {**FILES, "edit": "edited\n"})
    assert fails(one).last() == {"a": "ran", "b": "ran", "c": "failed"}
    assert list(lock(one)) == ["a", "b"]
    write(one, {"edit": ""})
    assert run(one).last() == {"a": "cached", "b": "restored", "c": "ran"}
    assert (one / "c").read_text() == "b\na\none\n"


def test_with_keep_going_others_go_on(folder: Path) -> None:
    """What depends on it is skipped."""
    stages = {
        "a": {"cmd": "cat in.txt > a; echo >> in.txt", "deps": ["in.txt"], "outs": ["a"]},
        "b": TWO["b"],
        "c": {"cmd": "echo > c", "outs": ["c"]},
    }
    one = workspaces.make(folder, stages, FILES)
    assert fails(one, keep_going=True).last() == {"a": "failed", "b": "skipped", "c": "ran"}
    assert list(sessions.lock(one)) == ["c"]
