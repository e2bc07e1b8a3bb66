"""Whatever interrupts a run, and when: the next one comes to the bytes of the serial run."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows.running import lockfiles, plan, strays
from flows.running.plan import State
from tests.flows.running import sessions, stand_ins, workspaces
from tests.flows.running.sessions import FILES, TWO, lock, run, waiting
from tests.flows.running.workspaces import content, serial, write

FOUR: dict[str, object] = {
    "a": TWO["a"],
    "b": waiting("b"),
    "c": {"cmd": "echo half > c; cat a in.txt > c", "deps": ["a", "in.txt"], "outs": ["c"]},
    "d": waiting("d"),
}


@pytest.mark.parametrize(
    ("name", "state", "written", "then"),
    [
        ("a", State.RUNNING, [], {"a": "ran", "c": "ran"}),
        ("a", State.RAN, [], {"a": "restored", "c": "ran"}),
        ("c", State.RUNNING, ["a"], {"a": "cached", "c": "ran"}),
        ("c", State.RAN, ["a"], {"a": "cached", "c": "restored"}),
    ],
)
def test_interrupted_where_it_tells_a_state(
    folder: Path, name: str, state: State, written: list[str], then: dict[str, str]
) -> None:
    """Commands are ended; old outputs are back, but where the lock file has the new ones."""
    one = workspaces.make(folder, FOUR, {**FILES, "go": ""})
    assert serial(one) == ""
    (one / "go").unlink()
    write(one, {"in.txt": "two\n"})
    old, locked = {name: (one / name).read_text() for name in "abcd"}, lock(one)
    two = workspaces.twin(one)
    seen = stand_ins.at(name, state, stand_ins.interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(two, seen=seen)
    assert seen.over
    assert strays.find(strays.mark(two)) == []
    assert [stage for stage in "abcd" if lock(two)[stage] != locked[stage]] == written
    assert [stage for stage in "abcd" if (two / stage).read_text() != old[stage]] == written
    for workspace in (one, two):
        write(workspace, {"go": ""})
    assert serial(one) == ""
    last = run(two).last()
    assert {stage: last[stage] for stage in then} == then
    assert content(two) == content(one)


def test_interrupted_by_who_launches(folder: Path) -> None:
    """What runs is ended and forgotten, what is done is written."""
    one = workspaces.make(folder, FOUR, FILES)

    def refuse(step: plan.Step) -> None:
        if step.name == "c":
            raise ConnectionError("no server")

    with pytest.raises(ConnectionError, match="no server"):
        run(one, launch=refuse)
    assert strays.find(strays.mark(one)) == []
    assert list(lock(one)) == ["a"]
    assert not any((one / name).exists() for name in "bcd")


KILL = """
import os, signal, sys
from pathlib import Path
from flows.running import aside, lockfiles, stages
from tests.flows.running import runner

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

{place} = {kill}
runner.main(Path(sys.argv[1]))
"""


@pytest.mark.parametrize(
    ("place", "kill"),
    [
        ("stages.Stage.settle", "die"),
        ("aside.Aside.drop", "die"),
        ("lockfiles._replace", "die"),
        ("lockfiles.shutil", "type('', (), {'move': die})"),
    ],
)
def test_killed_between_done_and_written(folder: Path, place: str, kill: str) -> None:
    """The stage comes back as restored, and its command does not run a second time."""
    counted = {**TWO["a"], "cmd": "echo x >> count; cat in.txt > a"}
    one = workspaces.make(folder, {**TWO, "a": counted}, FILES)
    write(one, {"a": "old\n"})
    two = workspaces.twin(one)
    assert serial(one) == ""
    script = KILL.format(place=place, kill=kill)
    killed = subprocess.run(
        [sys.executable, "-c", script, str(two)],
        cwd=sessions.ROOT,
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert lock(two) == {}
    assert (two / "count").read_text() == "x\n"
    assert run(two).last()["a"] == "restored"
    assert content(two) == content(one)


def test_what_a_killed_run_had_put_aside_is_back_before_anything_else(folder: Path) -> None:
    """The next run fails before that stage begins; the serial run would never have touched it."""
    stages: dict[str, object] = {
        "first": {**waiting("first"), "deps": ["in.txt", "more.txt"]},
        "second": waiting("second"),
    }
    one = workspaces.make(folder, stages, {**FILES, "more.txt": "", "go": ""})
    assert serial(one) == ""
    (one / "go").unlink()
    write(one, {"in.txt": "two\n"})
    two = workspaces.twin(one)
    with sessions.elsewhere(two, "second running") as killed:
        killed.kill()
        killed.wait(60)
    assert not (two / "second").exists()
    for workspace in (one, two):
        (workspace / "more.txt").unlink()
    assert serial(one) == "failed to reproduce 'first'"
    assert sessions.fails(two).last() == {"first": "failed", "second": "skipped"}
    assert content(two) == content(one)
    assert (two / "second").read_text() == "second\none\n"


def test_a_process_that_a_killed_run_left_is_ended_first(folder: Path) -> None:
    """It would write into outputs; its mark tells whose it is."""
    one = workspaces.make(folder, TWO, FILES)
    mark = strays.mark(one, "an earlier run", "1")
    with subprocess.Popen(["sleep", "1000"], env={strays.VARIABLE: mark}) as left:
        run(one)
        ended = left.poll()
        left.kill()
    assert ended == -signal.SIGKILL


def test_what_would_not_come_back_is_written_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stage that adds to its output must not run twice: `dvc.lock` has it while others run."""
    monkeypatch.setattr(lockfiles, "PATIENCE", 1e9)
    stages: dict[str, object] = {
        "long": {"cmd": "echo > long", "outs": ["long"]},
        "grow": {"cmd": "echo x >> log", "outs": [{"log": {"persist": True}}]},
        "look": {
            "cmd": "for i in $(seq 3000); do grep grow: dvc.lock && break; sleep 0.01; done > look",
            "deps": ["log"],
            "outs": ["look"],
        },
    }
    one = workspaces.make(folder, stages, {})
    run(one)
    assert (one / "look").read_text() == "  grow:\n"
