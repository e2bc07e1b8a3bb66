"""`dvc.lock` is written whole or not at all, in serial order, and no more often than it pays."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import pytest
import yaml
from dvc.repo import Repo

from flows.running import lockfiles
from tests.flows.running import stand_ins, workspaces
from tests.flows.running.sessions import lock


class Clock:
    """A clock that goes on when it is told to; each write takes a second."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock by which lock files are written."""
    clock = Clock()
    monkeypatch.setattr(lockfiles.time, "monotonic", clock)
    return clock


@pytest.fixture
def stages(folder: Path) -> Iterator[list[Any]]:
    """Return the stages of a repository, as they are after a run, in two files."""
    made = {name: {"cmd": f"echo > {name}", "outs": [name]} for name in "abcd"}
    sub = {"sub/dvc.yaml": yaml.safe_dump({"stages": {"e": {"cmd": "echo > e", "outs": ["e"]}}})}
    workspaces.make(folder, made, sub)
    workspaces.write(folder, {**dict.fromkeys("abcd", "\n"), "sub/e": "\n"})
    with workspaces.inside(folder), Repo() as repo:
        found = sorted(repo.index.stages, key=lambda stage: stage.name)
        for stage in found:
            stage.save_outs()
        yield found


def writing(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> list[list[str]]:
    """Return what is written, write by write."""
    written: list[list[str]] = []

    def replace(_: object, stages: list[Any]) -> None:
        written.append([stage.name for stage in stages])
        clock.now += 1

    monkeypatch.setattr(lockfiles, "_replace", replace)
    return written


def test_a_long_run_writes_rarely(
    stages: list[Any], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once at first, then only when a write costs a twentieth of the time since the last."""
    written = writing(monkeypatch, clock)
    locks = lockfiles.Lockfiles(lambda: None)
    for stage in stages[:4]:
        locks.add(stage, comes_back=True)
        locks.write(idle=True)
        clock.now += 9
    assert written == [["a"], ["b", "c", "d"]]
    locks.write(idle=True)
    assert len(written) == 2


def test_a_thousand_stages_cost_a_twentieth(
    stages: list[Any], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each write takes a second here, each stage a tenth of one."""
    written = writing(monkeypatch, clock)
    locks = lockfiles.Lockfiles(lambda: None)
    for _ in range(1000):
        locks.add(stages[0], comes_back=True)
        locks.write(idle=True)
        clock.now += 0.1
    assert 4 <= len(written) <= 7
    locks.write()
    assert sum(map(len, written)) == 1000


def test_what_would_not_come_back_is_written_at_once(
    stages: list[Any], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all that waits before it."""
    written = writing(monkeypatch, clock)
    locks = lockfiles.Lockfiles(lambda: None)
    for stage, comes_back in zip(stages[:4], (True, True, False, True), strict=True):
        locks.add(stage, comes_back=comes_back)
        locks.write(idle=True)
    assert written == [["a"], ["b", "c"]]


def test_the_last_write_takes_all(
    stages: list[Any], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file once, in the order in which stages came; what belongs with it comes before."""
    written = writing(monkeypatch, clock)
    locks = lockfiles.Lockfiles(lambda: written.append(["before"]))
    locks.write(idle=True)
    assert written == []
    for number in (4, 1, 0):
        locks.add(stages[number], comes_back=True)
    locks.write()
    assert written == [["before"], ["e"], ["b", "a"]]
    locks.write()
    assert written[3:] == [["before"]]


def test_each_project_has_its_file(stages: list[Any], folder: Path) -> None:
    """Stages stand in the order in which they came, and an older order stays."""
    locks = lockfiles.Lockfiles(lambda: None)
    for number in (2, 4, 0):
        locks.add(stages[number], comes_back=True)
    locks.write()
    assert list(lock(folder)) == ["c", "a"]
    assert list(lock(folder / "sub")) == ["e"]
    for stage in stages[:4]:
        locks.add(stage, comes_back=True)
    locks.write()
    assert list(lock(folder)) == ["c", "a", "b", "d"]


def test_a_write_that_fails_leaves_the_file_as_it_was(
    stages: list[Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a new one is never there under its name, nor left anywhere else."""
    locks = lockfiles.Lockfiles(lambda: None)
    locks.add(stages[0], comes_back=True)
    locks.write()
    before = (folder / "dvc.lock").read_bytes()

    def half(_: object, stream: TextIO) -> None:
        stream.write("stages: {a")
        stream.flush()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dvc.utils.serialize._yaml._dump", half)
    locks.add(stages[1], comes_back=True)
    with pytest.raises(OSError, match="No space left"):
        locks.write()
    assert (folder / "dvc.lock").read_bytes() == before
    assert not (folder / ".dvc/tmp/trunkline-dvc.lock").exists()
    monkeypatch.undo()
    locks.write()
    assert list(lock(folder)) == ["a", "b"]


def test_the_file_is_replaced_in_one_step(
    stages: list[Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then the old one stands there, whole; mode bits stay."""
    locks = lockfiles.Lockfiles(lambda: None)
    locks.add(stages[0], comes_back=True)
    locks.write()
    path = folder / "dvc.lock"
    path.chmod(0o640)
    before, number = path.read_bytes(), path.stat().st_ino
    monkeypatch.setattr(lockfiles.shutil, "move", stand_ins.raising(KeyboardInterrupt()))
    locks.add(stages[1], comes_back=True)
    with pytest.raises(KeyboardInterrupt):
        locks.write()
    assert path.read_bytes() == before
    monkeypatch.undo()
    locks.write()
    assert path.stat().st_ino != number
    assert path.stat().st_mode & 0o777 == 0o640
    assert list((folder / ".dvc/tmp").glob("trunkline*")) == []
