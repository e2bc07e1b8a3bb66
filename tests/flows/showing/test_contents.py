"""All that a run leaves for people to see in Prefect."""

import re
from pathlib import Path

from flows.showing import contents
from tests.flows.showing import workspace
from tests.flows.showing.workspace import Clock, Steps


def test_a_whole_run_has_six_parts(tmp_path: Path, clock: Clock, steps: Steps) -> None:
    """Each under a key that Prefect takes."""
    workspace.study(tmp_path, "digits", [workspace.COMPARISON])
    workspace.dataset(tmp_path, "digits", {"rows": 1, "expectations": []})
    workspace.note(tmp_path, "train", {"seconds": 2})
    workspace.report(tmp_path)
    found = contents.gather(tmp_path, workspace.run(clock, steps("train")), [workspace.CHANGE])
    assert [content.key.removeprefix("pipeline-") for content in found] == [
        "stages", "metrics", "verdicts", "validation", "machine", "report",
    ]  # fmt: skip
    assert all(re.fullmatch("[a-z0-9-]+", content.key) for content in found)
    assert found[0].description == "1 stage, 2.0 s: 1 ran"


def test_another_project_has_its_stages_alone(tmp_path: Path, clock: Clock, steps: Steps) -> None:
    """Nothing is created for what it does not have."""
    (found,) = contents.gather(tmp_path, workspace.run(clock, steps("train")))
    assert isinstance(found, contents.Table)
    assert found.rows[0]["Stage"] == "train"


def test_the_report_is_linked_and_its_path_told(tmp_path: Path) -> None:
    """Browsers follow no link from a server's page to a file."""
    root = tmp_path / "a (new) place"
    workspace.report(root)
    link = contents.report(root)
    assert link is not None
    assert link.target == f"file://{tmp_path}/a%20%28new%29%20place/reports/index.html"
    assert f"`{root}/reports/index.html`" in link.description
    assert link.words == "reports/index.html"


def test_there_may_be_no_report(tmp_path: Path) -> None:
    """Before the first run, or in another project."""
    assert contents.report(tmp_path) is None
