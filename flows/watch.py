"""The flow `watch`: has the source of a dataset changed? Then say so, once.

`python -m flows.watch` looks now. The event is what starts the flow `pipeline`, by the trigger of
its deployment in prefect.yaml. Nothing is downloaded and nothing is run.
"""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ruamel.yaml
from prefect import State, artifacts, events, flow, get_run_logger, states
from prefect.settings import get_current_settings

from flows import leaving
from flows.watching import memory, rounds

EVENT = "trunkline.source.changed"
PARAMETERS = Path("params.yaml")


@flow(name="watch")
def watch() -> State[None]:
    """Look at the source of every dataset, and emit an event for each that has changed.

    Returns:
        The state that says what was found.

    Raises:
        ValueError: params.yaml or what was remembered cannot be read.
        ConnectionError: No source at all could be seen.
    """
    logger = get_run_logger()
    findings, kept = rounds.go(datasets(PARAMETERS), memory.read())
    for finding in findings:
        level = logger.warning if finding.outcome is rounds.Outcome.UNKNOWN else logger.info
        level("%s: %s", finding.dataset, _sentence(finding))
    changed = [finding for finding in findings if finding.outcome is rounds.Outcome.CHANGED]
    if changed and get_current_settings().api.url is None:
        logger.warning("PREFECT_API_URL names no server that would hear of it: not remembered")
        kept |= {finding.dataset: memory.read()[finding.dataset] for finding in changed}
    elif changed:
        asyncio.run(_emit(changed))
    memory.write(kept)  # after the events: what fails before is found again the next time
    _show(findings)
    return states.Completed(message=_conclude(findings))


def datasets(parameters: Path) -> Mapping[str, Any]:
    """Return the datasets of params.yaml as they are written there.

    Raises:
        ValueError: There are none.
    """
    content = ruamel.yaml.YAML(typ="safe", pure=True).load(parameters.read_text(encoding="utf-8"))
    section = content.get("datasets") if isinstance(content, dict) else None
    if not isinstance(section, dict) or not all(_has_source(entry) for entry in section.values()):
        raise ValueError(
            f"{parameters}: expected a mapping of datasets, each with its source; "
            "`python -m stages check` says what is wrong"
        )
    return section


def _has_source(entry: object) -> bool:
    if not isinstance(entry, dict):
        return False
    listed = entry.get("sources", [entry.get("source")])
    return isinstance(listed, list) and all(isinstance(source, dict) for source in listed)


async def _emit(changed: Sequence[rounds.Finding]) -> None:
    """Send an event for each changed dataset, and wait until the server has them."""
    async with events.get_events_client(checkpoint_every=1) as client:
        for finding in changed:
            resource = {
                "prefect.resource.id": f"trunkline.dataset.{finding.dataset}",
                "prefect.resource.name": finding.dataset,
            }
            facts = {"facts": finding.message}
            await client.emit(
                events.Event(event=EVENT, resource=events.Resource(resource), payload=facts)
            )


def _show(findings: Sequence[rounds.Finding]) -> None:
    rows = [
        {"dataset": finding.dataset, "source": finding.outcome.value, "": finding.message}
        for finding in findings
    ]
    artifacts.create_table_artifact(
        rows, key="watch-sources", description="The source of each dataset"
    )


def _sentence(finding: rounds.Finding) -> str:
    return finding.outcome.value + (f" ({finding.message})" if finding.message else "")


def _conclude(findings: Sequence[rounds.Finding]) -> str:
    """Return what was found in a sentence; fail where there was nothing to be found."""
    names = {
        outcome: [finding.dataset for finding in findings if finding.outcome is outcome]
        for outcome in rounds.Outcome
    }
    unknown = names[rounds.Outcome.UNKNOWN]
    if unknown and len(unknown) + len(names[rounds.Outcome.FIXED]) == len(findings):
        raise ConnectionError(
            f"expected to see a source, received none of {', '.join(unknown)}: "
            + "; ".join(finding.message for finding in findings if finding.message)
        )
    return "; ".join(f"{key.value}: {', '.join(names[key])}" for key in names if names[key])


def main(arguments: Sequence[str] | None = None) -> int:
    """Look once; return 0, or 1 if no source could be seen."""
    what = "Look whether the source of a dataset has changed."
    argparse.ArgumentParser(prog="python -m flows.watch", description=what).parse_args(arguments)
    try:
        watch()
    except (ConnectionError, ValueError):  # Prefect has logged it
        return 1
    return 0


if __name__ == "__main__":
    leaving.program(main)
