"""The same commit gives the same bytes: elsewhere, as someone else, after a crash.

One study here, from its source to its verdicts; `make check` runs them all in odd surroundings.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OUTPUTS = ("data", "lists", "models", "results", "reports", "plots", "metrics")
STUDY = "evaluate@digits"  # and all before it
PATIENCE = 2400  # seconds; a hung pipeline must not hang the tests

pytestmark = pytest.mark.slow


def git(folder: Path, *arguments: str) -> str:
    """Return what git says in a folder."""
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def locale() -> str:
    """Return a locale of this machine with decimal commas if there is one."""
    listed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout
    found = [name for name in listed.split() if name.startswith(("de_", "fr_", "ru_", "tr_"))]
    return found[0] if found else "POSIX"


def one_core() -> None:
    """Keep a process, and what it starts, on one core."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def start(clone: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start `dvc repro` of the study in a clone, with nothing of the caller's but the packages."""
    home = clone.parent / "home of someone"
    home.mkdir(exist_ok=True)
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(home),
        "USER": "someone",
        "LC_ALL": locale(),
        "TZ": "Pacific/Chatham",
        "PYTHONHASHSEED": "12345",
        "DVC_SITE_CACHE_DIR": str(clone.parent / "site"),
        "OMP_NUM_THREADS": "7",  # to be overridden
    }  # no SHELL
    with log.open("wb") as output:
        return subprocess.Popen(
            ["dvc", "repro", STUDY],
            cwd=clone,
            env=environment,
            executable=Path(sys.executable).with_name("dvc"),
            preexec_fn=one_core,
            start_new_session=True,
            stderr=subprocess.STDOUT,
            stdout=output,
            umask=0o077,
        )


def kill_during(stage: str, run: subprocess.Popen[bytes], log: Path) -> None:
    """Kill a run and all it started, in the middle of a stage."""
    end = time.monotonic() + PATIENCE
    while f"Running stage '{stage}'".encode() not in log.read_bytes():
        assert run.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.2)
    time.sleep(4)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the last commit, run under odd conditions, killed once and run again."""
    folder = tmp_path_factory.mktemp("elsewhere") / "it's a clone, ünd $ödd"
    git(ROOT, "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder))
    log = folder.parent / "log"
    kill_during("finetune@digits", start(folder, log), log)
    again = start(folder, log)
    again.wait(PATIENCE)
    assert again.returncode == 0, log.read_text()
    return folder


def test_the_study_has_run(clone: Path) -> None:
    """What follows is said of something: its verdicts are there, as the lock has them."""
    status = subprocess.run(
        [sys.executable, "-m", "dvc", "status", STUDY],
        cwd=clone, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "up to date" in status.stdout


def test_the_lock_stays_as_it_was_committed(clone: Path) -> None:
    """Path, home, user, zone, locale, hash seed, umask, cores and a crash change no hash."""
    assert git(clone, "diff", "--", "dvc.lock") == ""


def test_nothing_is_left_behind(clone: Path) -> None:
    """Outputs are ignored or, where tracked, as committed."""
    assert git(clone, "status", "--porcelain") == ""


def test_no_output_names_a_place(clone: Path) -> None:
    """Neither the clone's path nor the home, the user or the installation is in any output."""
    files = [path for name in OUTPUTS for path in (clone / name).rglob("*") if path.is_file()]
    places = [str(place).encode() for place in (clone, clone.parent, ROOT, sys.prefix)]
    found = [
        (str(path.relative_to(clone)), place)
        for path in [*files, clone / "dvc.lock"]
        for place in places
        if place in path.read_bytes()
    ]
    assert len(files) > 20
    assert found == []
