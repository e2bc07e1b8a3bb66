"""The deployments of prefect.yaml on one machine, without a work pool: `python -m flows.serve`.

One process that stays: it asks the server in PREFECT_API_URL for runs that are due and starts each
in a process of its own. When it is stopped, the schedules are paused, so that no runs pile up for
nobody; when it starts, they go on.
"""

import argparse
import contextlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import prefect
import ruamel.yaml
from prefect import events, schedules
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.settings import get_current_settings

CONFIGURATION = Path("prefect.yaml")


def deployments(configuration: Path = CONFIGURATION) -> list[RunnerDeployment]:
    """Return the deployments that a file of the form of prefect.yaml states, but for their pool.

    Raises:
        ValueError: It states none.
    """
    content = ruamel.yaml.YAML(typ="safe", pure=True).load(configuration.read_text("utf-8"))
    stated = content.get("deployments") if isinstance(content, dict) else None
    if not stated:
        raise ValueError(
            f"{configuration}: expected a list of deployments, received {stated!r}; "
            "`git checkout prefect.yaml` brings it back"
        )
    return [_deployment(entry) for entry in stated]


def _deployment(stated: Mapping[str, Any]) -> RunnerDeployment:
    return RunnerDeployment.from_entrypoint(
        stated["entrypoint"],
        name=stated["name"],
        description=stated.get("description"),
        parameters=stated.get("parameters"),
        schedules=[schedules.Schedule(**entry) for entry in stated.get("schedules", [])],
        concurrency_limit=ConcurrencyLimitConfig(**stated["concurrency_limit"]),
        triggers=[events.DeploymentEventTrigger(**entry) for entry in stated.get("triggers", [])],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; return 0, or 1 if that would be of no use."""
    what = "Run the deployments of prefect.yaml here, on their schedules, until stopped."
    argparse.ArgumentParser(prog="python -m flows.serve", description=what).parse_args(arguments)
    if trouble := without_server():
        sys.stderr.write(
            f"expected a Prefect server, received {trouble}; start one with `make server` and set "
            "PREFECT_API_URL=http://127.0.0.1:4200/api\n"
        )
        return 1
    served = deployments()
    if pooled := in_pools(served):
        sys.stderr.write(
            f"expected deployments that no work pool runs, received {', '.join(pooled)}: `make "
            "deploy` gave them to one; keep `make worker`, or delete them with "
            f"`prefect deployment delete {pooled[0]}`\n"
        )
        return 1
    prefect.serve(*served)
    return 0


def without_server() -> str | None:
    """Return why there is no server to ask; None if there is one."""
    url = get_current_settings().api.url
    if url is None:
        return "no address in PREFECT_API_URL"
    with prefect.get_client(sync_client=True) as client:
        error = client.api_healthcheck()
    return f"no answer at {url} ({error})" if error else None


def in_pools(served: Sequence[RunnerDeployment]) -> list[str]:
    """Return those deployments whose runs the server would give to a worker, and not to us."""
    pooled = []
    with prefect.get_client(sync_client=True) as client:
        for deployment in served:
            with contextlib.suppress(ObjectNotFound):
                if client.read_deployment_by_name(deployment.full_name).work_pool_name:
                    pooled.append(deployment.full_name)
    return pooled


if __name__ == "__main__":
    sys.exit(main())
