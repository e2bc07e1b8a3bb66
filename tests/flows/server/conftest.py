"""One Prefect server for all tests of this folder, on SQLite and again on PostgreSQL."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.flows.server import postgres, processes, projects
from tests.flows.server.api import Api, until

BIN = Path(sys.executable).parent
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Installation:
    """A server at work.

    Args:
        api: Asks it.
        home: A folder of its own, with the logs of all processes.
        environment: With the variables that any of its commands needs.
    """

    api: Api
    home: Path
    environment: dict[str, str]

    def prefect(self, *arguments: str, folder: Path) -> str:
        """Return what a command of Prefect's says; fail if it fails."""
        return self.done([str(BIN / "prefect"), "--no-prompt", *arguments], folder)

    def python(self, code: str, folder: Path, **variables: str) -> str:
        """Return what Python code prints; fail if it fails."""
        return self.done([str(BIN / "python"), "-c", code], folder, **variables)

    def done(self, command: Sequence[str], folder: Path, **variables: str) -> str:
        """Return what a program says; fail if it fails."""
        done = subprocess.run(
            command,
            cwd=folder,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextlib.contextmanager
    def running(self, name: str, *command: str, folder: Path) -> Iterator[psutil.Process]:
        """Run a program of the environment until the end of the block, with a log of that name."""
        log = self.home / f"{name}.log"
        program = [str(BIN / command[0]), *command[1:]]
        with processes.running(program, folder, self.environment, log) as process:
            yield psutil.Process(process.pid)


def switches() -> dict[str, str]:
    """Return what the Makefile adds to the environment of its commands: telemetry is off."""
    bare = {"PATH": os.environ["PATH"]}
    show = ["make", "--silent", "--eval=show: ; @env", "show"]
    done = subprocess.run(
        show, cwd=projects.ROOT, env=bare, capture_output=True, text=True, check=True
    )
    lines = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    return {name: value for name, value in lines.items() if name not in ("PATH", "PWD", "SHLVL")}


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Start a server with a home of its own, on either database."""
    if request.param == "postgresql" and not postgres.program("initdb"):
        pytest.skip("PostgreSQL is not installed")
    with contextlib.ExitStack() as stack:
        home = tmp_path_factory.mktemp(request.param)
        port = processes.free_port()
        paths = [FOLDER / "witness", projects.ROOT, os.environ.get("PYTHONPATH", "")]
        environment = {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "HOME": str(home),
            "PYTHONPATH": ":".join(str(path) for path in paths if path),
            "WITNESS": str(home / "witness.log"),
            "PREFECT_HOME": str(home / "prefect"),
            "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "PREFECT_RUNNER_POLL_FREQUENCY": "1",
        }
        if request.param == "postgresql":
            address = stack.enter_context(postgres.database(home / "postgres.log"))
            environment["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = address
        installation = Installation(Api(environment["PREFECT_API_URL"]), home, environment)
        server = Installation(installation.api, home, environment | switches())
        command = ("prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
        stack.enter_context(server.running("server", *command, folder=home))
        until(installation.api.healthy, "server")
        yield installation


@pytest.fixture(scope="session")
def project(server: Installation) -> Path:
    """Make a project with the flows."""
    return projects.make(server.home / "project")


@pytest.fixture(scope="session")
def worker(server: Installation, project: Path) -> Iterator[None]:
    """Start a worker in the project, as by hand: without the switches of the Makefile."""
    command = ("prefect", "worker", "start", "--pool", "trunkline", "--type", "process")
    with server.running("worker", *command, folder=project):
        until(lambda: pooled(server.api), "work pool")
        yield


def pooled(api: Api) -> bool:
    """Return whether the worker has made its pool."""
    return bool(api.ask("POST", "/work_pools/filter", {}))


@pytest.fixture(scope="session")
def deployed(server: Installation, project: Path, worker: None) -> Api:
    """Deploy prefect.yaml as it is, then let its schedules wait; return who can be asked about it.

    A run of a schedule in the midst of a test would cancel the one that the test starts.
    """
    server.prefect("deploy", "--all", folder=project)
    for deployment in server.api.ask("POST", "/deployments/filter", {}):
        assert not deployment["paused"], deployment["name"]
        server.api.ask("POST", f"/deployments/{deployment['id']}/pause_deployment")
    return server.api
