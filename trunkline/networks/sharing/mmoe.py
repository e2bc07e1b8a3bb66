"""Multi-gate mixture of experts: experts for all tasks, and a gate for each."""

import keras

from trunkline.networks import branches, gates, trunks
from trunkline.networks.branches import Architecture
from trunkline.settings.sharing import Mmoe
from trunkline.settings.study import Network


def build(options: Mmoe) -> Architecture:
    """Return MMoE: h_t = sum_k softmax(W_t x)_k f_k(x).

    An expert is a whole trunk; a gate is linear in the row's inputs. All tasks share the experts;
    the gates are their own. With one expert it is hard sharing.

    Args:
        options: how many experts.

    References:
        Ma, Zhao, Yi, Chen, Hong and Chi, "Modeling Task Relationships in Multi-task Learning with
        Multi-gate Mixture-of-Experts", KDD 2018, section 4.2.
    """

    def represent(
        begun: keras.KerasTensor, network: Network, tasks: int
    ) -> list[keras.KerasTensor]:
        experts = [
            branches.expert(begun, network, f"expert_{number}") for number in range(options.experts)
        ]
        reads = trunks.readable(begun)
        return [gates.gated(reads, experts, f"gate_{task}") for task in range(tasks)]

    return Architecture(represent=represent)
