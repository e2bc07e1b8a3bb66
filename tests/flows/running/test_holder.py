"""One run at a time holds a workspace, and a name is there for who asks."""

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows.running import holder

ROOT = Path(__file__).parents[3]
HOLD = """
import sys, pathlib
from flows.running import holder
held = holder.Holder(pathlib.Path(sys.argv[1]))
held.take()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """Return where a lock may be; its folder does not exist."""
    return tmp_path / "tmp" / "lock"


def hold(lock: Path) -> subprocess.Popen[str]:
    """Hold a workspace in another process; it lets go by dying."""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock), "some", "words"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


def test_who_comes_second_is_told_who_is_there(lock: Path) -> None:
    """The message has the process id, its command, and what to do."""
    with hold(lock) as other:
        words = (
            f"this workspace is held by process {other.pid}: -c {lock} some words; "
            "wait for it to end, or add --wait"
        )
        with pytest.raises(holder.WorkspaceHeldError, match=f"^{re.escape(words)}$"):
            holder.Holder(lock).take()
        other.kill()


def test_a_killed_holder_holds_nothing(lock: Path) -> None:
    """After SIGKILL the next one takes the workspace, and its own name stands there."""
    with hold(lock) as other:
        other.send_signal(signal.SIGKILL)
    assert str(other.pid) in lock.read_text()
    mine = holder.Holder(lock)
    mine.take()
    assert json.loads(lock.read_text()) == {"pid": os.getpid(), "command": " ".join(sys.argv)}
    mine.let_go()


LEAVE = """
import os, pathlib, sys, time
from flows.running import holder
held = holder.Holder(pathlib.Path(sys.argv[1]))
held.take()
if os.fork() == 0:  # a child that has not become its command yet
    time.sleep(1)
    os._exit(0)
os._exit(0)
"""


def test_a_dead_holder_s_child_is_waited_for(lock: Path) -> None:
    """A child has the lock until it becomes its command, or dies: soon, so no one is refused."""
    subprocess.run([sys.executable, "-c", LEAVE, str(lock)], cwd=ROOT, check=True, timeout=60)
    mine = holder.Holder(lock)
    mine.take()
    assert json.loads(lock.read_text())["pid"] == os.getpid()
    mine.let_go()


def test_a_dead_holder_s_child_that_stays_is_told(
    lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When its time is up, the workspace is held."""
    monkeypatch.setattr(holder, "PATIENCE", 0.05)
    with hold(lock) as other:
        other.kill()
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(holder.WorkspaceHeldError, match=f"held by process {other.pid}: "):
            holder.Holder(lock).take()


def test_who_lets_go_leaves_no_name(lock: Path) -> None:
    """Then others may take it, and letting go twice does no harm."""
    first, second = holder.Holder(lock), holder.Holder(lock)
    first.take()
    with pytest.raises(holder.WorkspaceHeldError, match=f"held by process {os.getpid()}: "):
        second.take()
    first.let_go()
    assert lock.read_text() == ""
    second.take()
    first.let_go()
    with pytest.raises(holder.WorkspaceHeldError, match="held by process"):
        first.take()
    second.let_go()


@pytest.mark.parametrize("said", ["", '{"pid": 12, "comm'])
def test_a_name_that_is_just_being_written(lock: Path, said: str) -> None:
    """Whoever looks at that moment is told that another run is there, without a name."""
    lock.parent.mkdir()
    lock.write_text(said)
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(holder.WorkspaceHeldError, match=r"^another run has this workspace; "):
            holder.Holder(lock).take()
