"""Nothing is reported to anybody: no process that serves or runs flows leaves this machine."""

import json
from pathlib import Path

import pytest

from tests.flows.server.api import HERE, Api
from tests.flows.server.conftest import Installation

pytestmark = [pytest.mark.server, pytest.mark.slow]


def seen(server: Installation) -> str:
    """Return what the witness of all processes of the session has written down."""
    file = Path(server.environment["WITNESS"])
    return file.read_text() if file.exists() else ""


def test_the_witness_sees_what_leaves(server: Installation, tmp_path: Path) -> None:
    """A look-up of a name is written down, or the other tests here would prove nothing."""
    log = tmp_path / "witness.log"
    code = "import contextlib, socket\nwith contextlib.suppress(OSError):\n    "
    call = "socket.getaddrinfo('nowhere.invalid', 80)"
    server.python(code + call, folder=tmp_path, WITNESS=str(log))
    assert "socket.getaddrinfo nowhere.invalid" in log.read_text()


def test_server_worker_and_runs_report_nothing(server: Installation, deployed: Api) -> None:
    """Server with the Makefile's switches, deploying, a worker without them, a run with its own."""
    run = deployed.ended(deployed.start("pipeline/pipeline", **HERE))
    assert run["state_type"] == "COMPLETED", deployed.messages(run["id"])
    assert seen(server) == ""


@pytest.mark.parametrize("module", ["flows.pipeline", "flows.watch"])
def test_a_flow_by_hand_reports_nothing(server: Installation, project: Path, module: str) -> None:
    """`python -m flows.<flow>` with Prefect's own temporary server, without a switch set."""
    server.python(
        "import os, runpy, sys\n"
        "del os.environ['PREFECT_API_URL']\n"
        f"sys.argv = [{json.dumps(module)}]\n"
        f"runpy.run_module({json.dumps(module)}, run_name='__main__', alter_sys=True)",
        folder=project,
        PREFECT_HOME=str(server.home / "by-hand"),
        PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS="180",
    )
    assert seen(server) == ""
