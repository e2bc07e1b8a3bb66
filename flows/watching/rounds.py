"""A round: look at every dataset's source and compare with the last time."""

import enum
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.watching import sources


class Outcome(enum.Enum):
    """What a look at a dataset's source told."""

    FIXED = "cannot change"
    FIRST = "seen for the first time"
    SAME = "unchanged"
    CHANGED = "changed"
    UNKNOWN = "could not be seen"


@dataclass(frozen=True)
class Finding:
    """What a look at one dataset's source told.

    Args:
        dataset: Its name in params.yaml.
        outcome: In a word.
        message: Which facts changed, or why it could not be seen.
    """

    dataset: str
    outcome: Outcome
    message: str = ""


def go(
    datasets: Mapping[str, Any], last: Mapping[str, Any]
) -> tuple[list[Finding], dict[str, Any]]:
    """Look at every source.

    Args:
        datasets: That section of params.yaml.
        last: What the last round left to remember.

    Returns:
        A finding for each dataset; what to remember. That holds no address and no path: they may
        hold what should not be written down twice. A source that could not be seen is remembered
        as it was; a dataset that is gone is forgotten.
    """
    findings, kept = [], {}
    for name, dataset in datasets.items():
        finding, memory = _visit(name, dataset, last.get(name))
        findings.append(finding)
        if memory is not None:
            kept[name] = memory
    return findings, kept


def _visit(name: str, dataset: Mapping[str, Any], last: Any) -> tuple[Finding, Any]:
    source = dataset.get("sources", dataset.get("source"))
    try:
        seen = _look(source if isinstance(source, list) else [source])
    except (OSError, ValueError) as error:
        return Finding(name, Outcome.UNKNOWN, str(error)), last
    if seen is None:
        return Finding(name, Outcome.FIXED), None
    memory = {"source": _digest(source), "seen": seen}
    if last is None or last["source"] != memory["source"]:
        return Finding(name, Outcome.FIRST), memory
    if last["seen"] == seen:
        return Finding(name, Outcome.SAME), memory
    return Finding(name, Outcome.CHANGED, _differences(last["seen"], seen)), memory


def _look(listed: Sequence[Mapping[str, Any]]) -> sources.Seen | None:
    """Return what can be seen of the sources of a dataset; None where none of them can change."""
    looks = [seen for source in listed if (seen := sources.look(source)) is not None]
    return [fact for seen in looks for fact in seen] if looks else None


def _digest(source: object) -> str:
    """Return a name for a source as params.yaml has it: another place is not a changed source."""
    return hashlib.sha256(json.dumps(source, sort_keys=True, default=str).encode()).hexdigest()


def _differences(before: sources.Seen, after: sources.Seen) -> str:
    """Return the names of the facts that differ."""
    names = {
        fact
        for old, new in zip(before, after, strict=True)  # the source's places are the same
        for fact in old.keys() | new.keys()
        if old.get(fact) != new.get(fact)
    }
    return ", ".join(sorted(names))
