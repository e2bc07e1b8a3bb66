"""Cross-stitch networks: a trunk for each task, which mix after each layer."""

import keras
import numpy as np
import tensorflow as tf

from trunkline.networks import branches, trunks
from trunkline.networks.branches import Architecture
from trunkline.settings.sharing import CrossStitch
from trunkline.settings.study import Network


def build(options: CrossStitch) -> Architecture:
    """Return cross-stitch: z_t^l = f_t^l(h_t^(l-1)), h_t^l = sum_s a_ts^l z_s^l.

    All trunks start alike, as in the publication, where each was the same pretrained network;
    a_tt starts at `own`, a_ts at (1 - own) / (T - 1). The layers mix also below the heads. The
    publication learns the a by a rate 100 to 1000 times that of the rest; here all learn by one.

    Args:
        options: how much of itself a trunk keeps at the start.

    References:
        Misra, Shrivastava, Gupta and Hebert, "Cross-stitch Networks for Multi-task Learning",
        CVPR 2016, equation 1, for T tasks.
    """

    def start(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        del rng
        others = (1 - options.own) / max(1, shape[0] - 1)
        return np.where(np.eye(shape[0], dtype=bool), options.own, others)

    return Architecture(represent=_represent, starts={"mixture": start})


@keras.saving.register_keras_serializable("trunkline")
class Stitch(keras.layers.Layer):  # type: ignore[misc]  # Keras is untyped
    """A cross-stitch unit: T inputs of one shape -> T outputs, h_t = sum_s a_ts z_s."""

    def build(self, shapes: list[tuple[int, ...]]) -> None:
        """Make the weight `mixture`, a [T, T]."""
        self.mixture = self.add_weight(shape=(len(shapes),) * 2, name="mixture")

    def call(self, inputs: list[tf.Tensor]) -> list[tf.Tensor]:
        """Mix the inputs."""
        mixture = self.mixture.value
        return [
            tf.add_n([mixture[task, other] * hidden for other, hidden in enumerate(inputs)])
            for task in range(len(inputs))
        ]


def _represent(begun: keras.KerasTensor, network: Network, tasks: int) -> list[keras.KerasTensor]:
    hidden = [begun] * tasks
    for number in range(len(network.widths)):
        layers = [
            trunks.layer(one, network, number, branches.of_task(task))
            for task, one in enumerate(hidden)
        ]
        hidden = Stitch(name=f"stitch_{number}")(layers)
    end = trunks.TRUNKS[network.trunk].end
    return [end(one, branches.of_task(task)) for task, one in enumerate(hidden)]
