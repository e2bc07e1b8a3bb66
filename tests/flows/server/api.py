"""The API of a Prefect server, as any client sees it, and patience with it."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

T = TypeVar("T")
LIMIT = 180.0  # seconds; what takes so long never comes
HERE = {"commit": False, "branch": None}  # parameters of a run in the worker's folder itself
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def until(reached: Callable[[], T | None], what: str) -> T:
    """Return what is found in the end; fail if it never is."""
    limit = time.monotonic() + LIMIT
    while not (found := reached()):
        assert time.monotonic() < limit, f"after {LIMIT:g} s there is still no {what}"
        time.sleep(0.5)
    return found


class Api:
    """Asks a server.

    Args:
        url: Its address, with `/api`.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return what the server answers; None without a body.

        A server that is busy with its database says so; like Prefect's clients, ask again.
        """
        return until(lambda: self._answer(method, path, body), f"answer to {method} {path}")[0]

    def _answer(self, method: str, path: str, body: Any) -> tuple[Any] | None:
        request = urllib.request.Request(  # noqa: S310 - an address of our own
            f"{self.url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=LIMIT) as answer:  # noqa: S310
                content = answer.read()
        except urllib.error.HTTPError as error:
            error.close()
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            return None
        return (json.loads(content) if content else None,)

    def healthy(self) -> bool:
        """Return whether the server answers yet."""
        try:
            return bool(self.ask("GET", "/health"))
        except OSError:
            return False

    def deployment(self, name: str) -> dict[str, Any]:
        """Return a deployment by its name, `<flow>/<deployment>`."""
        answer: dict[str, Any] = self.ask("GET", f"/deployments/name/{name}")
        return answer

    def start(self, name: str, **parameters: Any) -> str:
        """Start a run of a deployment; return its id."""
        path = f"/deployments/{self.deployment(name)['id']}/create_flow_run"
        run: str = self.ask("POST", path, {"parameters": parameters})["id"]
        return run

    def runs(self, name: str) -> list[dict[str, Any]]:
        """Return the runs of a deployment that do not wait for their time."""
        filters = {
            "deployments": {"id": {"any_": [self.deployment(name)["id"]]}},
            "flow_runs": {"state": {"type": {"not_any_": ["SCHEDULED"]}}},
        }
        answer: list[dict[str, Any]] = self.ask("POST", "/flow_runs/filter", filters)
        return answer

    def run(self, identifier: str) -> dict[str, Any]:
        """Return a flow run."""
        answer: dict[str, Any] = self.ask("GET", f"/flow_runs/{identifier}")
        return answer

    def ended(self, identifier: str) -> dict[str, Any]:
        """Wait until a flow run has ended; return it."""
        return until(lambda: self.final(identifier), f"end of the run {identifier}")

    def final(self, identifier: str) -> dict[str, Any] | None:
        """Return a flow run if it has ended."""
        run = self.run(identifier)
        return run if run["state_type"] in FINAL else None

    def cancel(self, identifier: str) -> None:
        """Cancel a flow run, as the button of the UI does."""
        state = {"type": "CANCELLING", "name": "Cancelling"}
        self.ask("POST", f"/flow_runs/{identifier}/set_state", {"state": state})

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return all events of a name."""
        filters = {"filter": {"event": {"name": [name]}}}
        answer: list[dict[str, Any]] = self.ask("POST", "/events/filter", filters)["events"]
        return answer

    def of_run(self, kind: str, identifier: str) -> list[dict[str, Any]]:
        """Return the task runs, logs or artifacts of a flow run."""
        filters = {
            "task_runs": {"task_runs": {"flow_run_id": {"any_": [identifier]}}},
            "logs": {"logs": {"flow_run_id": {"any_": [identifier]}}},
            "artifacts": {"artifacts": {"flow_run_id": {"any_": [identifier]}}},
        }
        answer: list[dict[str, Any]] = self.ask("POST", f"/{kind}/filter", filters[kind])
        return answer

    def messages(self, identifier: str) -> str:
        """Return the log of a flow run, and its state."""
        lines = [line["message"] for line in self.of_run("logs", identifier)]
        state = self.run(identifier)["state"]
        return "\n".join([*lines, f"{state['name']}: {state['message']}"])
