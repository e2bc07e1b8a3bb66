"""A changed source starts `pipeline`; an unchanged one starts nothing."""

from pathlib import Path

import pytest

from tests.flows.server.api import Api, until

pytestmark = [pytest.mark.server, pytest.mark.slow]
EVENT = "trunkline.source.changed"


def watch(deployed: Api) -> str:
    """Run the flow `watch` from its deployment; return the message of its state."""
    run = deployed.ended(deployed.start("watch/watch"))
    assert run["state_type"] == "COMPLETED", deployed.messages(run["id"])
    message: str = run["state"]["message"]
    return message


def test_only_a_changed_source_starts_pipeline(deployed: Api, project: Path) -> None:
    """Seen twice, nothing; written to, one event and one run with the deployment's parameters."""
    watch(deployed)
    assert "unchanged: rows" in watch(deployed)
    before = {run["id"] for run in deployed.runs("pipeline/pipeline")}

    (project.parent / "rows.csv").write_text("a\nb\n")
    assert "changed: rows" in watch(deployed)
    (event,) = until(lambda: deployed.events(EVENT), "event")  # the only one, ever
    assert event["resource"]["prefect.resource.id"] == "trunkline.dataset.rows"
    (run,) = until(
        lambda: [run for run in deployed.runs("pipeline/pipeline") if run["id"] not in before],
        "run of pipeline",
    )
    assert run["created_by"]["type"] == "AUTOMATION"
    assert run["parameters"] == deployed.deployment("pipeline/pipeline")["parameters"]
    ended = deployed.ended(run["id"])
    assert ended["state_type"] == "COMPLETED", deployed.messages(run["id"])
    assert "unchanged: rows" in watch(deployed)
    assert len(deployed.events(EVENT)) == 1
