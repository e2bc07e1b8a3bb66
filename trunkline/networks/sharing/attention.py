"""Attention for each task: one trunk, and a mask on each of its layers for each task."""

import keras

from trunkline.networks import trunks
from trunkline.networks.branches import Architecture
from trunkline.settings.sharing import Attention
from trunkline.settings.study import Network


def build(options: Attention) -> Architecture:
    """Return MTAN's idea for a dense trunk: h_t^l = a_t^l * p^l, element by element.

    a_t^l = sigmoid(B_t^l relu(A_t^l [p^l, h_t^(l-1)] + c_t^l) + d_t^l), p^l the output of layer l
    of one trunk; the first mask reads p^1 alone, and the head the last h_t. All tasks share the
    trunk; the masks are their own. The publication masks pictures by 1 x 1 convolutions with
    batch normalisation, where two products with biases stand here.

    Args:
        options: units of the hidden layer of a mask.

    References:
        Liu, Johns and Davison, "End-to-End Multi-Task Learning with Attention", CVPR 2019,
        equations 1 and 2.
    """

    def represent(
        begun: keras.KerasTensor, network: Network, tasks: int
    ) -> list[keras.KerasTensor]:
        shared, masked = begun, [begun] * tasks
        for number in range(len(network.widths)):
            shared = trunks.layer(shared, network, number)
            masked = [
                _masked(shared, below if number else None, options.units, f"mask_{task}_{number}")
                for task, below in enumerate(masked)
            ]
        return masked

    return Architecture(represent=represent)


def _masked(
    shared: keras.KerasTensor, below: keras.KerasTensor | None, units: int, name: str
) -> keras.KerasTensor:
    """Return a * p, a the mask that reads p and what the task has of the layer below."""
    reads = shared
    if below is not None:
        reads = keras.layers.Concatenate(name=f"{name}_reads")([shared, below])
    hidden = keras.layers.Dense(units, activation="relu", name=f"{name}_hidden")(reads)
    mask = keras.layers.Dense(shared.shape[-1], activation="sigmoid", name=name)(hidden)
    return keras.layers.Multiply(name=f"{name}_masked")([mask, shared])
