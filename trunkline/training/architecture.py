"""What rebuilds a study's networks, as JSON."""

from dataclasses import asdict
from typing import Any

from trunkline.settings.study import Question


def describe(study: Question) -> dict[str, Any]:
    """Return the trunk, the shape of a row and the tasks: with the weights, the whole model.

    Sharing architectures are told where a study names any, by the arm of which each is.
    """
    named = study.multitask.sharing.named()
    shared = {"sharing": {name: asdict(options) for name, options in named.items()}}
    return {
        "network": asdict(study.network),
        "inputs": asdict(study.inputs),
        "tasks": {name: asdict(task) for name, task in study.tasks.items()},
        **(shared if named else {}),
    }
