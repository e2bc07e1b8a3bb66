"""What rebuilds a study's networks, as JSON."""

from dataclasses import asdict
from typing import Any

from trunkline.data import encoders
from trunkline.data.encoders import Encoder
from trunkline.networks import front
from trunkline.settings.inputs import Inputs
from trunkline.settings.study import Network, Question

READ_BY = {"pieces": "embedding", "size": "embedding", "windows": "text", "filters": "text"}


def describe(study: Question, encoder: Encoder, source: Encoder | None = None) -> dict[str, Any]:
    """Return the trunk, the shape of a row and the tasks: with the weights, the whole model.

    Sharing architectures are told where a study names any, by the arm of which each is; the blocks
    of a row where it holds more than numbers.

    Args:
        study: the question.
        encoder: of the inputs.
        source: encoder of the source's inputs, told where they are its own.
    """
    own, named = study.pretrain.inputs, study.multitask.sharing.named()
    more: dict[str, Any] = {}
    if named:
        more["sharing"] = {name: asdict(options) for name, options in named.items()}
    if own is not None and source is not None:
        more["source"] = {"inputs": _told(own), "encoder": encoders.to_json(source)}
    if not front.plain(encoder.layout):
        more["layout"] = [asdict(block) for block in encoder.layout]
    return more | {
        "network": _read(study.network),
        "inputs": _told(study.inputs),
        "tasks": {name: asdict(task) for name, task in study.tasks.items()},
    }


def _told(inputs: Inputs) -> dict[str, Any]:
    """Return the inputs; how columns are encoded is told where a study says so.

    How many rows are held in memory is no part of a network.
    """
    told = {name: value for name, value in asdict(inputs).items() if name != "in_memory"}
    return {name: value for name, value in told.items() if name != "encode" or value}


def _read(network: Network) -> dict[str, Any]:
    """Return the options that its trunk reads."""
    return {
        name: value
        for name, value in asdict(network).items()
        if READ_BY.get(name, network.trunk) == network.trunk
    }
