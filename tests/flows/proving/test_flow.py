import os
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
from prefect.logging import disable_run_logger

from flows import reproduce
from flows.proving import check, orders, progress
from tests.flows.proving import projects

ROOT = Path(__file__).parents[3]


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Run tasks as functions, without a server; gather what would be published."""
    published: list[str] = []
    monkeypatch.setattr(
        reproduce, "create_markdown_artifact", lambda page, **_: published.append(page)
    )
    for name in ("run_serial", "run_parallel", "compare"):
        monkeypatch.setattr(reproduce, name, getattr(reproduce, name).fn)
    return published


@pytest.fixture
def here(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which we are."""
    monkeypatch.chdir(project)
    return project


def test_a_flow_run_completes_with_a_good_check(here: Path, pages: list[str]) -> None:
    """Its message is the verdict, its artifact the page."""
    with disable_run_logger():
        state = reproduce.reproduce.fn(quick=True)
    assert state.is_completed()
    assert state.message.startswith("Consistent: ")
    assert pages == [(here / orders.REPORT / "report.md").read_text()]


def test_a_flow_run_fails_without_a_trace_of_calls_for_what_may_be_expected(here: Path) -> None:
    """Uncommitted changes are no defect of the flow."""
    projects.edit(here, "hidden", "a", "b")
    with disable_run_logger():
        state = reproduce.reproduce.fn(quick=True)
    assert state.is_failed()
    assert state.message.startswith("Expected no uncommitted changes")


@pytest.mark.parametrize("failing", [False, True])
def test_a_flow_run_makes_both_runs_unless_the_first_fails(
    here: Path, pages: list[str], monkeypatch: pytest.MonkeyPatch, failing: bool
) -> None:
    """What failed serially would fail side by side."""
    command = ("sh", "-c", f"echo run >> {here}/.trunkline/runs; exit {int(failing)}")
    order = orders.Order(here, serial=command, parallel=command)
    with disable_run_logger():
        report = reproduce.prove(order, here / orders.REPORT)
    assert (here / ".trunkline/runs").read_text().count("run") == 2 - failing
    assert [outcome.name for outcome in report.outcomes] == ["serial", "parallel"][: 2 - failing]
    assert not report.good
    assert len(pages) == 1


@pytest.mark.parametrize("only", ["serial", "parallel"])
def test_a_flow_run_makes_the_one_run_that_is_asked_for(
    here: Path, pages: list[str], only: Literal["serial", "parallel"]
) -> None:
    """The report knows of no other."""
    command = ("sh", "-c", f"echo run >> {here}/.trunkline/runs; exit 1")
    order = orders.Order(here, serial=command, parallel=command, only=only)
    with disable_run_logger():
        report = reproduce.prove(order, here / orders.REPORT)
    assert [outcome.name for outcome in report.outcomes] == [only]
    assert (
        check.run(order, here / orders.REPORT, progress.Lines(pages.append)).outcomes[0].name
        == only
    )
    assert (here / ".trunkline/runs").read_text().count("run") == 2


@pytest.mark.server
def test_the_flow_publishes_the_report_and_fails_with_the_check(
    project: Path, tmp_path: Path
) -> None:
    """A Markdown artifact with the page; a failed run if the commit is not what it says."""
    script = tmp_path / "script.py"
    script.write_text(
        "from flows.reproduce import reproduce\n"
        "from prefect.client.orchestration import get_client\n"
        "state = reproduce(quick=True, return_state=True)\n"
        "print(state.name, state.message)\n"
        "with get_client(sync_client=True) as client:\n"
        "    answer = client._client.post('/artifacts/filter', json={})\n"
        "print([each['data'] for each in answer.json() if each['key'] == 'reproducibility'][0])\n"
    )
    variables = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    }
    projects.edit(project, "params.yaml", "0.5", "0.25")
    projects.commit(project)
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=project,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("Failed Inconsistent: each@a: its command is"), done.stderr
    assert "## Reproducibility" in done.stdout
    assert "recorded is '0.5'" in done.stdout
