"""What rebuilds a study's networks, as JSON."""

from dataclasses import asdict
from typing import Any

from trunkline.data import encoders
from trunkline.data.encoders import Encoder
from trunkline.settings.inputs import Inputs
from trunkline.settings.study import Question


def describe(study: Question, source: Encoder | None = None) -> dict[str, Any]:
    """Return the trunk, the shape of a row and the tasks: with the weights, the whole model.

    Sharing architectures are told where a study names any, by the arm of which each is.

    Args:
        study: the question.
        source: encoder of the source's inputs, told where they are its own.
    """
    own, named = study.pretrain.inputs, study.multitask.sharing.named()
    more: dict[str, Any] = {}
    if named:
        more["sharing"] = {name: asdict(options) for name, options in named.items()}
    if own is not None and source is not None:
        more["source"] = {"inputs": _told(own), "encoder": encoders.to_json(source)}
    return more | {
        "network": asdict(study.network),
        "inputs": _told(study.inputs),
        "tasks": {name: asdict(task) for name, task in study.tasks.items()},
    }


def _told(inputs: Inputs) -> dict[str, Any]:
    """Return the inputs; how columns are encoded is told where a study says so."""
    return {name: value for name, value in asdict(inputs).items() if name != "encode" or value}
