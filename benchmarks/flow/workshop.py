"""Throwaway repositories, and how each is run and timed: every run is a process of its own."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

JOBS = "2"
ROOT = Path(__file__).parents[2]


class Flow(NamedTuple):
    """Seconds that the flow took: all of them, and those without Prefect's start and end."""

    whole: float
    own: float

    @property
    def prefect(self) -> float:
        """Seconds of Prefect's start and end."""
        return self.whole - self.own


class Workshop:
    """A folder for repositories; DVC and Prefect keep what they remember in it, too.

    Args:
        folder: Where.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        self._environment = kept | {
            "DO_NOT_TRACK": "1",
            "DVC_GLOBAL_CONFIG_DIR": str(folder / "site"),
            "DVC_NO_ANALYTICS": "1",
            "DVC_SITE_CACHE_DIR": str(folder / "site"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PREFECT_HOME": str(folder / "prefect"),
            "PYTHONPATH": str(ROOT),
        }

    def graph(self, name: str, stages: int) -> Path:
        """Make a repository of stages that do nothing, each behind the same file."""
        place = self._folder / name
        (place / "out").mkdir(parents=True)
        (place / "in.txt").write_text("one\n")
        lines = [
            f"  s{number:04}:\n    cmd: echo {number} > out/{number}\n"
            f"    deps: [in.txt]\n    outs: [out/{number}]\n"
            for number in range(stages)
        ]
        (place / "dvc.yaml").write_text(f"stages:\n{''.join(lines)}")
        self._run(place, "git", "init", "--quiet")
        self._run(place, "dvc", "init", "--quiet")
        self._run(place, "git", "add", "-A")
        who = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@localhost")
        self._run(place, "git", *who, "commit", "--quiet", "--message", "A graph")
        return place

    def project(self, name: str) -> Path:
        """Clone the last commit of this project; no data comes with it."""
        place = self._folder / name
        self._run(self._folder, "git", "clone", "--quiet", str(ROOT), name)
        return place

    def serial(self, place: Path) -> float:
        """Return the seconds of `dvc repro`."""
        return self._run(place, "dvc", "repro").seconds

    def bare(self, place: Path) -> float:
        """Return the seconds of the flow without Prefect."""
        return self._run(place, "python", "-m", "benchmarks.flow.bare", JOBS).seconds

    def flow(self, place: Path) -> Flow:
        """Run the flow on a server of Prefect's own, whose database is made first, untimed."""
        if not Path(self._environment["PREFECT_HOME"]).exists():
            self._run(self._folder, "prefect", "server", "database", "upgrade", "--yes")
        done = self._run(place, "python", "-m", "benchmarks.flow.timed", JOBS)
        own = float(done.said.splitlines()[-1])
        return Flow(done.seconds, own)

    def _run(self, place: Path, *command: str) -> "_Done":
        """Run a program; a clone of the project has packages of its own in it."""
        began = time.perf_counter()
        done = subprocess.run(  # noqa: S603  # the words are ours
            command, cwd=place, env=self._environment, capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - began
        if done.returncode:
            said = (done.stdout + done.stderr)[-2000:]
            raise RuntimeError(f"`{' '.join(command)}` failed with {done.returncode}:\n{said}")
        return _Done(seconds, done.stdout)


class _Done(NamedTuple):
    seconds: float
    said: str


@contextlib.contextmanager
def opened() -> Iterator[Workshop]:
    """Open a workshop in a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="trunkline-benchmarks-"))
    try:
        yield Workshop(folder)
    finally:
        shutil.rmtree(folder)


def compare(one: Path, two: Path) -> None:
    """Refuse times of runs that do not leave the same behind.

    Raises:
        RuntimeError: The two lock files differ.
    """
    if (one / "dvc.lock").read_bytes() != (two / "dvc.lock").read_bytes():
        raise RuntimeError(f"dvc.lock differs between {one.name} and {two.name}: see `make test`")
