"""Customized gate control: experts for all tasks, experts for one, and a gate for each task."""

import keras

from trunkline.networks import branches, gates, trunks
from trunkline.networks.branches import Architecture
from trunkline.settings.sharing import Cgc
from trunkline.settings.study import Network


def build(options: Cgc) -> Architecture:
    """Return CGC: h_t = sum_k softmax(W_t x)_k f_tk(x), f_tk the experts of t, then the shared.

    An expert is a whole trunk. All tasks share the shared experts; experts of a task learn from
    it alone. So a task can turn away from what harms it, which it cannot in MMoE.

    Args:
        options: how many experts of either sort.

    References:
        Tang, Liu, Zhao and Gong, "Progressive Layered Extraction (PLE): A Novel Multi-Task
        Learning (MTL) Model for Personalized Recommendations", RecSys 2020, equations 1 to 4.
    """

    def represent(
        begun: keras.KerasTensor, network: Network, tasks: int
    ) -> list[keras.KerasTensor]:
        shared = [
            branches.expert(begun, network, f"shared_{number}") for number in range(options.shared)
        ]
        reads = trunks.readable(begun)
        found = []
        for task in range(tasks):
            names = [f"own_{task}_{number}" for number in range(options.own)]
            own = [branches.expert(begun, network, name) for name in names]
            found.append(gates.gated(reads, [*own, *shared], f"gate_{task}"))
        return found

    return Architecture(represent=represent)
