"""One run at a time, and a run that is cancelled leaves nothing running."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.flows.server.api import HERE, Api, until

pytestmark = [pytest.mark.server, pytest.mark.slow]
PIPELINE = "pipeline/pipeline"


@pytest.fixture
def endless(deployed: Api, project: Path) -> Iterator[str]:
    """Yield the id of a run in a stage that never ends by itself."""
    started = project / "aside" / "started"
    started.unlink(missing_ok=True)
    run = deployed.start(PIPELINE, targets=["aside/dvc.yaml:endless"], **HERE)
    until(lambda: started.exists() or deployed.final(run), "stage that has started")
    assert started.exists(), deployed.messages(run)
    yield run
    deployed.cancel(run)
    deployed.ended(run)


def sleepers(project: Path) -> list[int]:
    """Return the ids of processes of the endless stage."""
    folder = str(project / "aside")
    return [
        process.pid
        for process in psutil.process_iter(["cmdline", "cwd"])
        if "86399" in (process.info["cmdline"] or []) and process.info["cwd"] == folder
    ]


def test_a_second_run_is_cancelled(deployed: Api, endless: str) -> None:
    """It does not wait in a queue, and says why; the first goes on."""
    second = deployed.ended(deployed.start(PIPELINE, **HERE))
    assert second["state_type"] == "CANCELLED"
    assert "concurrency" in second["state"]["message"]
    assert deployed.of_run("task_runs", second["id"]) == []
    assert deployed.run(endless)["state_type"] == "RUNNING"


def test_cancelling_a_run_ends_its_stage(deployed: Api, project: Path, endless: str) -> None:
    """The command of the stage is gone, and the slot is free for the next run."""
    assert sleepers(project)
    deployed.cancel(endless)
    assert deployed.ended(endless)["state_type"] == "CANCELLED"
    until(lambda: not sleepers(project), "end of the stage's processes")
    after = deployed.ended(deployed.start(PIPELINE, **HERE))
    assert after["state_type"] == "COMPLETED", deployed.messages(after["id"])
