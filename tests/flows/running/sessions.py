"""Runs of small DVC repositories without Prefect, in this process and in others."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

from flows.running import attempts, plan, session
from tests.flows.running.workspaces import Seen

ROOT = Path(__file__).parents[3]


FILES = {"in.txt": "one\n"}
TWO: dict[str, dict[str, object]] = {
    "a": {"cmd": "(echo a; cat in.txt) > a", "deps": ["in.txt"], "outs": ["a"]},
    "b": {"cmd": "(echo b; cat a) > b", "deps": ["a"], "outs": ["b"]},
}


def waiting(name: str) -> dict[str, object]:
    """Return a stage that waits for the file `go`."""
    line = f"until test -e go; do sleep 0.01; done; (echo {name}; cat in.txt) > {name}"
    return {"cmd": line, "deps": ["in.txt"], "outs": [name]}


def lock(folder: Path) -> dict[str, object]:
    """Return the stages of `dvc.lock`."""
    path = folder / "dvc.lock"
    found: dict[str, object] = yaml.safe_load(path.read_text())["stages"] if path.exists() else {}
    return found


def runs(folder: Path) -> list[Path]:
    """Return the records of earlier runs."""
    return [path for path in (folder / ".dvc/cache/runs").rglob("*") if path.is_file()]


class Logs:
    """What each stage printed, by name."""

    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = {}

    @contextlib.contextmanager
    def open(self, stage: str, _: attempts.Say) -> Iterator[attempts.Say]:
        """Open the log of a stage."""
        yield self.lines.setdefault(stage, []).append


def run(
    folder: Path,
    *,
    seen: Seen | None = None,
    logs: Logs | None = None,
    launch: Callable[[plan.Step], None] = lambda step: None,
    **options: object,
) -> Seen:
    """Run a workspace on four cores, or as `session.Options` says; return what was seen.

    Args:
        folder: The workspace.
        seen: Who is told.
        logs: Keeps what commands print.
        launch: Is called before a thread starts.
        options: Fields of `session.Options`.
    """
    seen = seen or Seen()
    with ThreadPoolExecutor(16) as threads:

        def start(step: plan.Step, body: attempts.Body) -> attempts.Done:
            launch(step)
            return threads.submit(body, lambda line: None)

        asked = session.Options(**{"jobs": 4, **options})  # type: ignore[arg-type]
        session.Session(folder, asked, start, seen, (logs or Logs()).open).run()
    return seen


def fails(folder: Path, *, seen: Seen | None = None, **options: object) -> Seen:
    """Run a workspace in which stages fail; return what was seen."""
    seen = seen or Seen()
    try:
        run(folder, seen=seen, **options)  # type: ignore[arg-type]
    except plan.StagesFailedError:
        return seen
    raise AssertionError("no stage failed")


@contextlib.contextmanager
def elsewhere(folder: Path, ready: str) -> Iterator[subprocess.Popen[str]]:
    """Run a workspace in another process, at work once it has printed some line.

    Args:
        folder: The workspace.
        ready: The beginning of that line.
    """
    command = [sys.executable, "-u", "-m", "tests.flows.running.runner", str(folder)]
    with started(command, ROOT, ready) as process:
        yield process


@contextlib.contextmanager
def by_hand(folder: Path, ready: str) -> Iterator[subprocess.Popen[str]]:
    """Run `dvc repro` in another process, at work once it has printed some line."""
    with started([sys.executable, "-u", "-m", "dvc", "repro"], folder, ready) as process:
        yield process


@contextlib.contextmanager
def started(command: list[str], folder: Path, ready: str) -> Iterator[subprocess.Popen[str]]:
    """Start a process, wait for a line of it, and kill it in the end if it still runs."""
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    with process:
        said = []
        try:
            for line in process.stdout:
                said.append(line)
                if line.startswith(ready):
                    break
            else:
                raise AssertionError("".join(said))
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def dvc(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of DVC by hand, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "dvc", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "500"},
    )
