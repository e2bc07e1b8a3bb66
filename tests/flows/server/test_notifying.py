"""A failed run is told to people, by a block and an automation: no code of ours."""

import http.server
import json
import queue
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flows.server import projects
from tests.flows.server.api import HERE, LIMIT, Api
from tests.flows.server.conftest import Installation

pytestmark = [pytest.mark.server, pytest.mark.slow]
ADDRESS = "https://hooks.example.com/..."


def commands() -> str:
    """Return the commands of docs/deploy.md that ask for notifications."""
    text = (projects.ROOT / "docs" / "deploy.md").read_text("utf-8")
    (found,) = [part for part in re.findall(r"```\n(.*?)```", text, re.DOTALL) if ADDRESS in part]
    return f"set -e\n{found}"


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes what is posted."""

    def do_POST(self) -> None:
        """Keep the text."""
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.put(json.loads(content)["text"])  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def received(server: Installation, deployed: Api, project: Path) -> Iterator[queue.Queue[str]]:
    """Yield what takes the notifications of failed runs, as long as it is asked to be told."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as listener:
        listener.received = queue.Queue()  # type: ignore[attr-defined]
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{listener.server_port}/hook"
        server.done(["bash", "-c", commands().replace(ADDRESS, address)], folder=project)
        yield listener.received  # type: ignore[attr-defined]
        for automation in deployed.ask("POST", "/automations/filter", {}):
            if automation["name"] == "A run has failed":
                deployed.ask("DELETE", f"/automations/{automation['id']}")
        listener.shutdown()


def test_a_failed_run_is_told(deployed: Api, received: "queue.Queue[str]") -> None:
    """One message: which run, what is wrong and where to look; none for a run that went well."""
    well = deployed.ended(deployed.start("pipeline/pipeline", **HERE))
    assert well["state_type"] == "COMPLETED", deployed.messages(well["id"])
    failed = deployed.ended(
        deployed.start("pipeline/pipeline", **HERE, targets=["aside/dvc.yaml:broken"])
    )
    assert failed["state_type"] == "FAILED"
    told = received.get(timeout=LIMIT)
    assert told.startswith("pipeline: Failed\n")
    assert failed["name"] in told
    assert failed["state"]["message"] in told
    assert f"/runs/flow-run/{failed['id']}" in told
    assert received.empty()


def test_the_address_is_a_secret(server: Installation, project: Path, received: Any) -> None:
    """Who lists or inspects the block does not see where it sends."""
    shown = server.prefect("block", "inspect", "custom-webhook/failures", folder=project)
    assert "{{address}}" in shown
    assert "/hook" not in shown
