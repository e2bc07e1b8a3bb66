"""What rebuilds a study's networks, as JSON."""

from dataclasses import asdict
from typing import Any

from trunkline.data import encoders
from trunkline.data.encoders import Encoder
from trunkline.settings.study import Question


def describe(study: Question, source: Encoder | None = None) -> dict[str, Any]:
    """Return the trunk, the shape of a row and the tasks: with the weights, the whole model.

    Args:
        study: the question.
        source: encoder of the source's inputs, told where they are its own.
    """
    own = study.pretrain.inputs
    more: dict[str, Any] = {}
    if own is not None and source is not None:
        more["source"] = {"inputs": asdict(own), "encoder": encoders.to_json(source)}
    return more | {
        "network": asdict(study.network),
        "inputs": asdict(study.inputs),
        "tasks": {name: asdict(task) for name, task in study.tasks.items()},
    }
