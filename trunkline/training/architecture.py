"""What rebuilds a study's networks, as JSON."""

from dataclasses import asdict
from typing import Any

from trunkline.settings.study import Question


def describe(study: Question) -> dict[str, Any]:
    """Return the trunk, the shape of a row and the tasks: with the weights, the whole model."""
    return {
        "network": asdict(study.network),
        "inputs": asdict(study.inputs),
        "tasks": {name: asdict(task) for name, task in study.tasks.items()},
    }
