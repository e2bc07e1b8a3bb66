"""`prefect deploy --all`, a worker and a schedule: runs start by themselves and can be seen."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.flows.server import projects
from tests.flows.server.api import Api, until
from tests.flows.server.conftest import Installation

pytestmark = [pytest.mark.server, pytest.mark.slow]
STATED = yaml.safe_load((projects.ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]


@pytest.mark.parametrize("stated", STATED, ids=lambda entry: entry["name"])
def test_each_deployment_is_as_stated(deployed: Api, stated: dict[str, Any]) -> None:
    """Schedules with time zone, one run at a time, the pool, and no path of this machine."""
    found = deployed.deployment(f"{stated['name']}/{stated['name']}")
    (schedule,) = found["schedules"]
    (wanted,) = stated["schedules"]
    assert schedule["active"]
    assert schedule["slug"] == wanted["slug"]
    assert schedule["schedule"]["cron"] == wanted["cron"]
    assert schedule["schedule"]["timezone"] == wanted["timezone"]
    assert found["global_concurrency_limit"]["limit"] == 1
    assert found["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert found["work_pool_name"] == "trunkline"
    assert found["path"] is None
    assert found["pull_steps"] == [
        {"prefect.deployments.steps.set_working_directory": {"directory": "."}}
    ]


def test_the_trigger_starts_pipeline(deployed: Api) -> None:
    """There is one automation: a changed source runs the deployment `pipeline`."""
    pipeline = deployed.deployment("pipeline/pipeline")
    (automation,) = deployed.ask(
        "GET", f"/automations/related-to/prefect.deployment.{pipeline['id']}"
    )
    assert automation["trigger"]["expect"] == ["trunkline.source.changed"]
    (action,) = automation["actions"]
    assert action["type"] == "run-deployment"
    assert action["deployment_id"] == pipeline["id"]


@pytest.fixture
def scheduled(server: Installation, deployed: Api, project: Path) -> dict[str, Any]:
    """Return a run, ended, that a schedule of seconds has started; the deployment is gone."""
    stated = STATED[0] | {
        "name": "soon",
        "schedules": [{"slug": "soon", "interval": 20}],
        "parameters": {"force": True},
    }
    file = server.home / "soon.yaml"
    pull = [{"prefect.deployments.steps.set_working_directory": {"directory": "."}}]
    file.write_text(yaml.safe_dump({"name": "soon", "pull": pull, "deployments": [stated]}))
    server.prefect("deploy", "--prefect-file", str(file), "--all", folder=project)
    run = until(lambda: next(iter(deployed.runs("pipeline/soon")), None), "run on schedule")
    identifier = deployed.deployment("pipeline/soon")["id"]
    deployed.ask("POST", f"/deployments/{identifier}/pause_deployment")
    for each in deployed.runs("pipeline/soon"):
        deployed.ended(each["id"])
    deployed.ask("DELETE", f"/deployments/{identifier}")
    return deployed.run(run["id"])


def test_a_schedule_starts_a_run(deployed: Api, project: Path, scheduled: dict[str, Any]) -> None:
    """Nobody has started it: its state, logs, graph and artifacts are read back from the API."""
    run = scheduled["id"]
    assert scheduled["auto_scheduled"]
    assert scheduled["state_type"] == "COMPLETED", deployed.messages(run)
    assert (project / "word.txt").read_text() == "a\nb\n"
    for said in ("writing a", "writing b"):  # logs and tasks reach the database after the state
        until(lambda said=said: said in deployed.messages(run), f"log of '{said}'")
    tasks = until(lambda: completed(deployed, run), "graph of three tasks")
    assert tasks.keys() == {"letter@a", "letter@b", "word"}
    assert edges(tasks, "word") == {"letter@a", "letter@b"}
    assert edges(tasks, "letter@a") == edges(tasks, "letter@b") == set()
    artifacts = {made["key"] for made in deployed.of_run("artifacts", run)}
    assert {"pipeline-stages", "pipeline-metrics"} <= artifacts


def completed(deployed: Api, run: str) -> dict[str, dict[str, Any]] | None:
    """Return a run's tasks by their names, once there are three and each is completed."""
    tasks = {task["name"]: task for task in deployed.of_run("task_runs", run)}
    states = [task["state_type"] for task in tasks.values()]
    return tasks if states == ["COMPLETED"] * 3 else None


def edges(tasks: dict[str, dict[str, Any]], name: str) -> set[str]:
    """Return the names of the tasks that a task has waited for."""
    names = {task["id"]: name for name, task in tasks.items()}
    inputs = tasks[name]["task_inputs"].get("wait_for", [])
    return {names[entry["id"]] for entry in inputs}


def test_watch_shows_each_dataset(deployed: Api) -> None:
    """The flow `watch` runs from its deployment and leaves its table."""
    run = deployed.ended(deployed.start("watch/watch"))
    assert run["state_type"] == "COMPLETED", deployed.messages(run["id"])
    (table,) = deployed.of_run("artifacts", run["id"])
    assert table["key"] == "watch-sources"
    assert "digits" in table["data"]


def test_reproduce_reports(deployed: Api) -> None:
    """The flow `reproduce` runs from its deployment; here it finds what was never recorded."""
    run = deployed.ended(deployed.start("reproduce/reproduce", quick=True))
    assert run["state_type"] == "FAILED"
    assert "aside/dvc.yaml:broken" in run["state"]["message"]
    (report,) = deployed.of_run("artifacts", run["id"])
    assert report["key"] == "reproducibility"
