"""One run, or one `dvc repro`, works in a workspace; others wait, or are told who is there."""

import json
import os
import re
import signal
from pathlib import Path

import pytest

from flows.running import holder, session, strays
from tests.flows.running import sessions, workspaces
from tests.flows.running.sessions import FILES, TWO, lock, run, waiting
from tests.flows.running.workspaces import content, write


def test_a_second_run_is_told_who_runs(folder: Path) -> None:
    """At once, with process and command; with `wait`, it comes after the first."""
    one = workspaces.make(folder, {"a": waiting("a")}, FILES)
    with sessions.elsewhere(one, "a running") as first:
        words = f"held by process {first.pid}: .*runner.py {re.escape(str(one))}; wait for it"
        with pytest.raises(holder.WorkspaceHeldError, match=words):
            run(one)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(session.time, "sleep", lambda _: (one / "go").touch())
            assert run(one, wait=True).last() == {"a": "cached"}
        assert first.wait(60) == 0


def test_a_killed_run_holds_nothing(folder: Path) -> None:
    """The next one ends what it started, and runs it again."""
    one = workspaces.make(folder, {"a": waiting("a")}, FILES)
    with sessions.elsewhere(one, "a running") as first:
        first.send_signal(signal.SIGKILL)
        first.wait(60)
    write(one, {"go": ""})
    assert run(one).last() == {"a": "ran"}
    assert strays.find(strays.mark(one)) == []


def test_dvc_repro_is_told_who_runs(folder: Path) -> None:
    """It fails with the process of the flow, and changes nothing; other commands may read."""
    one = workspaces.make(folder, {"a": waiting("a")}, FILES)
    with sessions.elsewhere(one, "a running") as first:
        before = content(one)
        repro = sessions.dvc(one, "repro")
        assert repro.returncode != 0
        assert f"(PID {first.pid}): " in repro.stdout
        assert sessions.dvc(one, "dag").returncode == 0
        assert content(one) == before
        (one / "go").touch()
        assert first.wait(60) == 0
    assert list(lock(one)) == ["a"]


def test_a_run_is_told_of_dvc_repro(folder: Path) -> None:
    """With its process; with `wait`, it comes after it."""
    one = workspaces.make(folder, {"a": waiting("a")}, FILES)
    with sessions.by_hand(one, "> until") as first:
        with pytest.raises(holder.WorkspaceHeldError, match=rf"\(PID {first.pid}\): .*repro"):
            run(one)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(session.time, "sleep", lambda _: (one / "go").touch())
            assert run(one, wait=True).last() == {"a": "cached"}
        assert first.wait(60) == 0


def entries(folder: Path) -> dict[str, object]:
    """Return what DVC's list says about who is at work."""
    found: dict[str, object] = json.loads((folder / ".dvc/tmp/rwlock").read_text())
    return found


def test_a_list_of_dead_processes_holds_nobody_back(folder: Path) -> None:
    """DVC's list names those who were killed, until somebody looks."""
    one = workspaces.make(folder, TWO, FILES)
    gone = sessions.dvc(one, "--version")
    dead = {"pid": 2**22 + 1, "cmd": gone.args[0]}  # more than Linux gives
    lists = {
        "write": {str(one): dead, str(one / "a"): dead},
        "read": {str(one / "in.txt"): [dead]},
    }
    write(one, {".dvc/tmp/rwlock": json.dumps(lists)})
    assert run(one).last() == {"a": "ran", "b": "ran"}
    assert entries(one) == {"write": {}, "read": {}}


def test_a_live_process_in_the_list_is_named(folder: Path) -> None:
    """And its entry stays."""
    one = workspaces.make(folder, TWO, FILES)
    alive = {"pid": os.getppid(), "cmd": "dvc repro"}
    lists = {"write": {str(one / "a"): alive}, "read": {}}
    write(one, {".dvc/tmp/rwlock": json.dumps(lists)})
    with pytest.raises(holder.WorkspaceHeldError, match=rf"\(PID {os.getppid()}\): dvc repro"):
        run(one)
    assert entries(one) == lists


@pytest.mark.parametrize("half", ["", '{"write": {"/x'])
def test_a_list_that_was_never_finished_begins_anew(folder: Path, half: str) -> None:
    """Whoever wrote it was killed; DVC itself would refuse to work for good."""
    one = workspaces.make(folder, TWO, FILES)
    write(one, {".dvc/tmp/rwlock": half})
    assert run(one).last() == {"a": "ran", "b": "ran"}
    assert entries(one) == {"write": {}, "read": {}}


def test_a_list_that_is_lost_during_a_run_does_no_harm(folder: Path) -> None:
    """DVC advises people to remove it."""
    stage = {"cmd": "rm .dvc/tmp/rwlock; echo > a", "outs": ["a"]}
    one = workspaces.make(folder, {"a": stage}, {})
    assert run(one).last() == {"a": "ran"}
    assert list(lock(one)) == ["a"]
