"""One machine without a work pool: the same deployments, by `python -m flows.serve`."""

import subprocess
from pathlib import Path

import pytest

from tests.flows.server import projects
from tests.flows.server.api import HERE, Api, until
from tests.flows.server.conftest import BIN, Installation

pytestmark = [pytest.mark.server, pytest.mark.slow]
SERVE = ("python", "-m", "flows.serve")
PIPELINE = "pipeline/laptop"


@pytest.fixture
def laptop(server: Installation) -> Path:
    """Make a project whose deployments have names of their own."""
    folder = projects.make(server.home / "laptop" / "project")
    file = folder / "prefect.yaml"
    text = file.read_text("utf-8").replace("- name: pipeline", "- name: laptop")
    for name in ("reproduce", "watch"):
        text = text.replace(f"- name: {name}", f"- name: laptop-{name}")
    file.write_text(text, "utf-8")
    return folder


def paused(api: Api) -> bool:
    """Return whether the schedules of the deployment wait."""
    answer: bool = api.deployment(PIPELINE)["paused"]
    return answer


def exists(api: Api) -> bool:
    """Return whether the deployment is there."""
    found = {"deployments": {"name": {"any_": ["laptop"]}}}
    return bool(api.ask("POST", "/deployments/filter", found))


def test_what_is_served_runs_and_pauses_when_stopped(server: Installation, laptop: Path) -> None:
    """It runs; stopped, its schedules wait; started again, they go on."""
    api = server.api
    with server.running("serve", *SERVE, folder=laptop) as serving:
        until(lambda: exists(api), "deployment")
        run = api.ended(api.start(PIPELINE, **HERE))
        assert run["state_type"] == "COMPLETED", api.messages(run["id"])
        assert (laptop / "word.txt").read_text() == "a\nb\n"
        assert not paused(api)
        until(lambda: not serving.children(), "end of the run's process")
    assert paused(api)
    with server.running("serve", *SERVE, folder=laptop):
        until(lambda: not paused(api), "deployment that goes on")


def test_deployments_of_a_pool_are_not_served(
    server: Installation, deployed: Api, project: Path
) -> None:
    """The server would give their runs to a worker; that is told, and nothing waits in vain."""
    command = [str(BIN / SERVE[0]), *SERVE[1:]]
    done = subprocess.run(
        command, cwd=project, env=server.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "received pipeline/pipeline, reproduce/reproduce, watch/watch" in done.stderr
