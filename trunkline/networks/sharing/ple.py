"""Progressive layered extraction: CGC after CGC, one for each layer of the trunk."""

from collections.abc import Sequence

import keras

from trunkline.networks import gates, trunks
from trunkline.networks.branches import Architecture
from trunkline.settings.sharing import Ple
from trunkline.settings.study import Network


def build(options: Ple) -> Architecture:
    """Return PLE: x_t^l = sum_k softmax(W_t^l x_t^(l-1))_k f_tk^l at each layer l.

    The sum runs over the experts of t and the shared ones; over all experts in the shared
    x_s^l = sum_k softmax(W_s^l x_s^(l-1))_k f_k^l. Both begin with the row; h_t is the x_t of the
    last layer, which has no x_s. An expert is one layer of the trunk: those of t read x_t^(l-1),
    the shared ones x_s^(l-1). On one layer it is CGC.

    Args:
        options: how many experts of either sort, a layer.

    References:
        Tang, Liu, Zhao and Gong, "Progressive Layered Extraction (PLE)", RecSys 2020, section
        4.2, equations 5 and 6.
    """

    def represent(
        begun: keras.KerasTensor, network: Network, tasks: int
    ) -> list[keras.KerasTensor]:
        of_tasks, of_all = [begun] * tasks, begun
        for number in range(len(network.widths)):
            own = [
                _experts(reads, network, number, [f"own_{t}_{n}_" for n in range(options.own)])
                for t, reads in enumerate(of_tasks)
            ]
            names = [f"shared_{n}_" for n in range(options.shared)]
            shared = _experts(of_all, network, number, names)
            last = number == len(network.widths) - 1
            level = "" if last else f"_level_{number}"
            of_tasks = [
                gates.gated(reads, [*own[task], *shared], f"gate_{task}{level}")
                for task, reads in enumerate(of_tasks)
            ]
            if not last:
                every = [*(expert for experts in own for expert in experts), *shared]
                of_all = gates.gated(of_all, every, f"gate_shared{level}")
        return of_tasks

    return Architecture(represent=represent)


def _experts(
    reads: keras.KerasTensor, network: Network, number: int, names: Sequence[str]
) -> list[keras.KerasTensor]:
    return [trunks.layer(reads, network, number, name) for name in names]
