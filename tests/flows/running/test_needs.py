"""What `meta:` of a stage asks for is respected."""

import re
from pathlib import Path

import pytest

from flows.running import strays
from tests.flows.running import workspaces
from tests.flows.running.sessions import FILES, Logs, fails, run
from tests.flows.running.workspaces import content, serial, write


def marking(name: str, **meta: object) -> dict[str, object]:
    """Return a stage that writes down when it starts and ends."""
    line = f"echo +{name} >> marks; sleep 0.1; echo -{name} >> marks; echo > {name}"
    return {"cmd": line, "deps": ["in.txt"], "outs": [name], "meta": meta}


def overlaps(folder: Path) -> set[frozenset[str]]:
    """Return the pairs of stages that have run side by side."""
    now: set[str] = set()
    found: set[frozenset[str]] = set()
    for mark in (folder / "marks").read_text().split():
        name = mark[1:]
        if mark[0] == "-":
            now.remove(name)
        else:
            found |= {frozenset({name, other}) for other in now}
            now.add(name)
    assert now == set()
    return found


@pytest.mark.parametrize("meta", [{"cpus": 2}, {"cpus": 64}, {"memory": "900000GiB"}])
def test_a_stage_that_needs_all_runs_alone(folder: Path, meta: dict[str, object]) -> None:
    """Also if it asks for more than there is."""
    small = {"memory": 1} if "memory" in meta else {}
    stages: dict[str, object] = {name: marking(name, **small) for name in "abc"}
    one = workspaces.make(folder, {"large": marking("large", **meta), **stages}, FILES)
    assert set(run(one, jobs=2).last().values()) == {"ran"}
    assert not [pair for pair in overlaps(one) if "large" in pair]


def test_two_with_one_mutex_do_not_meet(folder: Path) -> None:
    """Whatever else they hold; others may run beside them."""
    stages: dict[str, object] = {
        "a": marking("a", mutex=["gpu", "disk"]),
        "b": marking("b", mutex="gpu"),
        "c": marking("c", mutex="disk"),
    }
    one = workspaces.make(folder, stages, FILES)
    assert set(run(one).last().values()) == {"ran"}
    assert overlaps(one) <= {frozenset("bc")}


def test_a_stage_that_takes_too_long_is_ended(folder: Path) -> None:
    """With all it has started; the message says what to change."""
    line = "(setsid sleep 1000.25 &) ; sleep 1000.25; echo > a"
    stage = {"cmd": ["true", line], "outs": ["a"], "meta": {"timeout": "3s"}}
    one = workspaces.make(folder, {"a": stage}, {})
    message = fails(one).messages["a"]
    assert message == (
        f"`{line}` was ended: the stage took longer than the 3 s of its `meta: timeout` in "
        "dvc.yaml; raise that, or give the stage less to do"
    )
    assert strays.find(strays.mark(one)) == []


def test_retries_start_from_removed_outputs(folder: Path) -> None:
    """Two failures, then it works; the log has all attempts, the lock file what serial has."""
    line = "ls -d a b; echo x >> tries; mkdir a; echo > b; test $(wc -l < tries) -ge 3"
    stage = {"cmd": line, "deps": ["in.txt"], "outs": ["a", "b"], "meta": {"retries": 2}}
    one = workspaces.make(folder, {"a": stage}, FILES)
    two = workspaces.twin(one)
    logs = Logs()
    assert run(one, logs=logs).states["a"] == ["running", "running", "running", "ran"]
    attempt = [
        f"> {line}",
        *(f"ls: cannot access '{out}': No such file or directory" for out in "ab"),
    ]
    again = f", because: `{line}` failed with exit code 1"
    told = [*attempt, f"attempt 2{again}", *attempt, f"attempt 3{again}", *attempt]
    assert [re.sub(r"^/\S*ls:", "ls:", each) for each in logs.lines["a"]] == told
    write(two, {"tries": "x\nx\n"})
    assert serial(two) == ""
    assert content(two) == content(one)


def test_retries_come_to_an_end(folder: Path) -> None:
    """What the last one left is left, as after any failure."""
    line = "echo x >> tries; cp tries a; false"
    stage = {"cmd": line, "outs": ["a"], "meta": {"retries": 1}}
    one = workspaces.make(folder, {"a": stage}, {})
    assert fails(one).messages["a"] == f"`{line}` failed with exit code 1"
    assert (one / "a").read_text() == "x\nx\n"
