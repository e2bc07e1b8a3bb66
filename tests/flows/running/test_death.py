"""However a run ends, its commands end with it, and the next run comes to the same bytes."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.running import strays
from tests.flows.running import workspaces

ROOT = Path(__file__).parents[3]
PROBE = re.compile(r"\.[\w-]{22}\.tmp")  # DVC's own, of a moment, to try how files can be linked
PATIENCE = 60  # seconds; a hung run must not hang the tests
FILES = {"in.txt": "one\n", "out/.gitkeep": ""}


def stage(name: str, pause: float, *deps: str) -> dict[str, object]:
    """Return a stage that writes in two parts, and leaves a process in a session of its own."""
    out = f"out/{name}"
    lines = (
        f"(setsid sleep 5 > /dev/null 2>&1 &); cat {' '.join(deps)} > {out}; sleep {pause}; "
        f"echo {name} >> {out}"
    )
    return {"cmd": lines, "deps": list(deps), "outs": [out]}


STAGES = {
    "a": stage("a", 0.3, "in.txt"),
    "b": stage("b", 0.2, "in.txt"),
    "c": stage("c", 0.3, "out/a"),
    "d": stage("d", 0.1, "out/b"),
    "e": stage("e", 0.4, "out/b"),
    "f": stage("f", 0.2, "out/c", "out/d"),
}


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Start a run in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.flows.running.runner", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def until_planned(run: subprocess.Popen[bytes]) -> None:
    """Wait until a run holds its workspace and has its plan."""
    assert run.stdout is not None
    for line in run.stdout:
        if line == b"planned\n":
            return
    pytest.fail("the run ended before it had a plan")


def nothing_left(folder: Path) -> None:
    """Wait until no process of a workspace is left."""
    mark = strays.mark(folder)
    end = time.monotonic() + PATIENCE
    while strays.find(mark):
        assert time.monotonic() < end, [Path(f"/proc/{pid}/cmdline") for pid in strays.find(mark)]
        time.sleep(0.02)


def clear_probes(folder: Path) -> None:
    """Remove what DVC leaves where it is killed while it tries links: files of nothing, or `test`.

    It leaves them in `dvc repro` too, and reads none again.
    """
    for path in folder.rglob(".*.tmp"):
        if PROBE.fullmatch(path.name) and path.read_bytes() in {b"", b"test"}:
            path.unlink()


def test_killed_twenty_times_at_random(folder: Path) -> None:
    """SIGKILL, SIGTERM and SIGINT at any moment; what is left is finished to the same bytes."""
    one = workspaces.make(folder, STAGES, FILES)
    two = workspaces.twin(one)
    assert workspaces.serial(one) == ""
    chance = random.Random(11)  # noqa: S311  # moments, no secrets
    killed = 0
    for _ in range(20):
        run = start(two)
        until_planned(run)
        time.sleep(chance.uniform(0, 0.5))
        how = chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
        os.kill(run.pid, how)
        run.communicate(timeout=PATIENCE)
        killed += run.returncode != 0
        nothing_left(two)
        if run.returncode == 0:  # it was done: begin anew with another input
            another = {"in.txt": f"{chance.random()}\n"}
            for workspace in (one, two):
                workspaces.write(workspace, another)
            assert workspaces.serial(one) == ""
    assert killed >= 10
    last = start(two)
    said, _ = last.communicate(timeout=PATIENCE)
    assert last.returncode == 0, said
    clear_probes(two)
    assert workspaces.content(two) == workspaces.content(one)
