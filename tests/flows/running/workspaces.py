"""Small DVC repositories, run one by one and side by side, and compared byte by byte."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from dvc.exceptions import ReproductionError
from dvc.repo import Repo

from flows.running import attempts, coordinator, plan, repository, resources


@dataclass
class Seen:
    """An observer that remembers."""

    states: dict[str, list[str]] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    over: bool = False

    def planned(self, steps: Sequence[plan.Step]) -> None:
        """Start a list for each stage."""
        self.states = {step.name: [] for step in steps}

    def entered(self, step: plan.Step, state: plan.State, message: str = "") -> None:
        """Remember a state."""
        self.states[step.name].append(state.value)
        self.messages[step.name] = message

    def finished(self) -> None:
        """Remember the end."""
        self.over = True

    def last(self) -> dict[str, str]:
        """Return the last state of each stage."""
        return {name: states[-1] for name, states in self.states.items()}


def git(folder: Path, *arguments: str) -> str:
    """Return what git says in a folder."""
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def make(folder: Path, stages: Mapping[str, object], files: Mapping[str, str]) -> Path:
    """Make a repository of stages and files, committed."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet")
    Repo.init(str(folder)).close()
    write(folder, {"dvc.yaml": yaml.safe_dump({"stages": dict(stages)}, sort_keys=False), **files})
    commit(folder)
    return folder


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def commit(folder: Path) -> None:
    """Commit all that git does not ignore."""
    git(folder, "add", "-A")
    who = ["-c", "user.name=t", "-c", "user.email=t@localhost"]
    git(folder, *who, "commit", "--quiet", "--allow-empty", "-m", "state")


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work in a folder, as DVC expects."""
    with contextlib.chdir(folder):
        yield


def twin(folder: Path) -> Path:
    """Return a copy of a repository beside it."""
    copy = folder.with_name(folder.name + "-twin")
    shutil.copytree(folder, copy, symlinks=True)
    return copy


def serial(folder: Path, targets: Sequence[str] = (), **options: object) -> str:
    """Run `dvc repro`; return why it failed, or nothing."""
    with contextlib.chdir(folder), Repo() as repo:
        try:
            repo.reproduce(list(targets) or None, **options)
        except ReproductionError as error:
            return str(error)
    return ""


def shell(
    found: repository.Repository, running: list[subprocess.Popen[bytes]]
) -> Callable[[plan.Step], attempts.Work]:
    """Return what runs a stage's commands, as plainly as can be."""

    def work(step: plan.Step) -> attempts.Work:
        commands = found.commands(step)

        def run(_: object) -> None:
            for arguments in commands.arguments:
                process = subprocess.Popen(
                    arguments,
                    cwd=commands.folder,
                    env=dict(commands.environment),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                running.append(process)
                if process.wait():
                    raise RuntimeError(f"exit code {process.returncode}")

        return attempts.Work(run, contextlib.nullcontext)

    return work


def parallel(
    folder: Path,
    targets: Sequence[str] = (),
    *,
    jobs: int = 4,
    keep_going: bool = False,
    force: bool = False,
    pull: bool = False,
    seen: Seen | None = None,
) -> str:
    """Run the coordinator on threads; return why it failed, or nothing."""
    running: list[subprocess.Popen[bytes]] = []
    observer = seen or Seen()
    with contextlib.chdir(folder), ThreadPoolExecutor(jobs + 2) as threads:
        found = repository.Repository(folder, force=force, pull=pull)
        try:
            with found.held():
                steps = found.steps(targets)
                run = coordinator.Coordinator(
                    steps,
                    found,
                    resources.Pool(jobs, 2**40),
                    shell(found, running),
                    lambda step, body: threads.submit(body, lambda line: None),
                    observer,
                    keep_going=keep_going,
                )
                run.run(lambda: [process.kill() for process in running])
        except plan.StagesFailedError as error:
            return str(error)
    return ""


def content(folder: Path) -> dict[str, bytes | str]:
    """Return every file of a repository that a run may touch, with its bytes."""
    found: dict[str, bytes | str] = {"git status": git(folder, "status", "--porcelain")}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if name.parts[0] == ".git" or name.parts[:2] == (".dvc", "tmp") or path.is_dir():
            continue
        found[str(name)] = os.readlink(path).encode() if path.is_symlink() else path.read_bytes()
    return found
