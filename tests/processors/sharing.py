"""Sharing architectures: the pieces of work whose bits are compared."""

from collections.abc import Iterator
from dataclasses import fields
from typing import get_args

from tests.processors import pieces, steps
from tests.processors.work import digest
from trunkline.networks import architectures
from trunkline.networks import learner as learners
from trunkline.networks.branches import Architecture
from trunkline.settings.sharing import DselectK, Mmoe, Sharing
from trunkline.settings.study import Network
from trunkline.training import joint_losses

DENSE = Network(widths=(16,), l2=0.001)
CONV = Network(trunk="conv", widths=(4, 4), batch_norm=True)
FEWER = {"mmoe": Mmoe(experts=2), "dselect_k": DselectK(experts=2, k=2)}


def results() -> Iterator[tuple[str, str]]:
    """Take steps of each sharing architecture and evaluate it, and one on convolutions."""
    kinds = {field.name: get_args(field.type) for field in fields(Sharing)}
    every = Sharing(**{name: some[0]() for name, some in kinds.items() if some} | FEWER)
    for name, architecture in architectures.chosen(every).items():
        yield from _trained(f"sharing, {name}", DENSE, (100,), architecture)
        if name == "mmoe":  # a gate beside convolutions
            yield from _trained(f"sharing, conv, {name}", CONV, (8, 8, 1), architecture)


def _trained(
    name: str, network: Network, shape: tuple[int, ...], architecture: Architecture
) -> Iterator[tuple[str, str]]:
    outputs = {head: pieces.HEADS[head] for head in ("0", "1")}
    units = {head: output.units for head, output in outputs.items()}
    learner = learners.build(network, shape, units, sharing=architecture)
    learner.initialise(2)
    learner.restart_dropout(3)  # the random numbers of a branch, too
    given = pieces.table(name, shape, len(outputs))
    steps.descend(
        steps.joint(
            joint_losses.weighted_losses(learner, outputs, trunk_trains=True),
            lambda: learner.penalised(joint_losses.shared_penalty(learner.trunk, network.l2)),
        ),
        [v for model in learner.parts.values() for v in model.trainable_variables],
        given,
        jit=network is not CONV,
    )
    yield f"{name}: weights", digest(*learner.arrays().values())
    yield f"{name}: predictions", pieces.predicted(learner, network, given)
