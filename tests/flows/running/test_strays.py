"""Processes are found by their mark and ended, and no others."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.running import strays
from tests.flows.running import patience

SLEEP = (sys.executable, "-I", "-S", "-c", "import time; print(flush=True); time.sleep(1000)")


class Started:
    """Starts processes with a mark, and ends what is left of them."""

    def __init__(self) -> None:
        self.all: list[subprocess.Popen[bytes]] = []

    def __call__(self, mark: str, command: tuple[str, ...] = SLEEP) -> int:
        """Start a command; return its process id when it has printed a line."""
        one = subprocess.Popen(
            command,
            env={**os.environ, strays.VARIABLE: mark},
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self.all.append(one)
        assert one.stdout is not None
        one.stdout.readline()
        return one.pid


@pytest.fixture
def start() -> Iterator[Started]:
    """Return what starts processes."""
    started = Started()
    yield started
    for each in started.all:
        each.kill()
        each.communicate()


def test_a_mark_names_workspace_run_and_command(tmp_path: Path) -> None:
    """The parts are joined by colons, and a link is followed, so that a folder has one mark."""
    (tmp_path / "link").symlink_to(tmp_path)
    assert strays.mark(tmp_path, "run", "7") == f"{tmp_path}:run:7"
    assert strays.mark(tmp_path / "link") == strays.mark(tmp_path)


def test_a_mark_keeps_its_parts_apart() -> None:
    """A colon in a name is no border, and what stands for it is written differently."""
    assert strays.mark("/a:b", "c") == "/a%3Ab:c"
    assert strays.mark("/a%3Ab", "c") == "/a%253Ab:c"


def test_what_carries_the_mark_is_found(start: Started, tmp_path: Path) -> None:
    """By the mark of its workspace, its run or itself; in whatever session."""
    pid = start(strays.mark(tmp_path, "run", "1"))
    for names in ((), ("run",), ("run", "1")):
        assert strays.find(strays.mark(tmp_path, *names)) == [pid]


@pytest.mark.parametrize(
    "other",
    [("/a/b2",), ("/a/b:2",), ("/a",), ("/a/c",), ("/a/b", "run2"), ("/a/b", "ru"), ("/a/b",)],
)
def test_what_carries_another_mark_is_not_found(start: Started, other: tuple[str, ...]) -> None:
    """A mark that only begins with the same letters is another."""
    pid = start(strays.mark(*other))
    assert pid not in strays.find(strays.mark("/a/b", "run"))
    assert (pid in strays.find(strays.mark("/a/b"))) == (other[0] == "/a/b")


def test_a_mark_may_hold_any_name(start: Started, tmp_path: Path) -> None:
    """Folders have names in every script, and in none."""
    folder = tmp_path / os.fsdecode("ü \xff=".encode("latin-1"))
    pid = start(strays.mark(folder))
    assert strays.find(strays.mark(folder)) == [pid]


def test_a_process_that_has_ended_is_not_found(start: Started, tmp_path: Path) -> None:
    """Even if nobody has waited for it yet."""
    mark = strays.mark(tmp_path)
    pid = start(mark, ("/bin/sh", "-c", "echo"))
    patience.until(lambda: f"{pid} (sh) Z" in Path(f"/proc/{pid}/stat").read_text())
    assert strays.find(mark) == []
    assert strays.end(mark) == {}


def test_neither_we_nor_our_own_are_found(start: Started, tmp_path: Path) -> None:
    """A run within a command does not end itself, who started it, nor what it has started."""
    mark = strays.mark(tmp_path)
    inner = f"""
import os, subprocess
from flows.running import strays
server = subprocess.Popen(["sleep", "1000"])
for pid in (os.getpid(), os.getppid(), server.pid):
    while {strays.VARIABLE!r} not in open(f"/proc/{{pid}}/environ").read():
        pass
print(strays.find({mark!r}))
server.kill()
"""
    other = start(f"{mark}:run:2")
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@"; exit $?', "sh", sys.executable, "-c", inner],
        env={**os.environ, strays.VARIABLE: f"{mark}:run:1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == (f"[{other}]\n", 0), done.stderr


def test_all_that_carries_the_mark_is_ended(start: Started, tmp_path: Path) -> None:
    """Also what ignores other signals, and what those processes have started."""
    mark = strays.mark(tmp_path, "run")
    family = start(mark, ("/bin/sh", "-c", "trap '' TERM INT HUP; setsid sleep 1000 & echo; wait"))
    alone, other = start(f"{mark}:1"), start(strays.mark(tmp_path, "other"))
    patience.until(lambda: len(strays.find(mark)) == 3)
    ended = strays.end(mark)
    assert {family, alone} < ended.keys()
    assert "sleep 1000" in ended.values()
    assert strays.find(mark) == []
    assert strays.find(strays.mark(tmp_path)) == [other]


def test_what_is_born_behind_the_searchs_back_is_ended(start: Started, tmp_path: Path) -> None:
    """One search that finds nothing is not enough."""
    mark = strays.mark(tmp_path)
    found: Iterator[list[int]] = iter([[], [start(mark)], [], []])
    assert len(strays.end_found(lambda: next(found))) == 1
    patience.until(lambda: strays.find(mark) == [])


def test_a_process_that_cannot_be_ended_is_an_error(
    start: Started, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the process and its command, and says what to do."""
    pid = start(strays.mark(tmp_path), ("/bin/sh", "-c", "echo; exec sleep 1000"))
    patience.until(lambda: strays.command(pid) == "sleep 1000")

    def refuse(pid: int, number: int) -> None:
        raise PermissionError

    sentence = rf"outlived SIGKILL by 0.1 s: {pid} \(sleep 1000\).* end it, and"
    monkeypatch.setattr(os, "kill", refuse)
    with pytest.raises(strays.StrayAlive, match=sentence):
        strays.end(strays.mark(tmp_path), patience=0.1)
    monkeypatch.undo()


def test_descendants_are_children_and_theirs(start: Started) -> None:
    """Whatever session they are in."""
    shell = start("any", ("/bin/sh", "-c", "setsid /bin/sh -c 'sleep 1000; :' & echo; wait; :"))
    patience.until(lambda: len(strays.descendants(shell)) == 2)
    middle, last = strays.descendants(shell)
    assert strays.descendants(middle) == [last]
    assert strays.descendants(last) == []
    for pid in (middle, last):
        os.kill(pid, signal.SIGKILL)


def test_a_command_line_is_cut_short(start: Started) -> None:
    """An error that names processes stays readable."""
    pid = start("any", (*SLEEP, "x" * 1000))
    assert strays.command(pid).startswith(f"{sys.executable} -I -S -c import time")
    assert len(strays.command(pid)) == 200


def test_a_process_that_is_gone_has_no_command_line() -> None:
    """It may end while we look."""
    done = subprocess.Popen(["true"])
    done.wait()
    assert strays.command(done.pid) == "?"
    assert strays.descendants(done.pid) == []


def test_without_proc_nothing_is_claimed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where processes cannot be looked up, finding none would be no truth."""
    monkeypatch.setattr(strays, "PROC", str(tmp_path / "none"))
    with pytest.raises(OSError, match="as Linux has it, and it is not there: run the flow on"):
        strays.find("any")
