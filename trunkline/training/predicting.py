"""What trained networks say of rows they have not seen."""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from trunkline.data.layout import Layout
from trunkline.data.scratch import Scratch
from trunkline.networks import learner as learners
from trunkline.networks import looking
from trunkline.networks.branches import Architecture
from trunkline.networks.learner import Arrays
from trunkline.settings.study import Network
from trunkline.training.outputs import Output

AT_ONCE = 4096  # rows of a text trunk, whose filters read a matrix of each
BLOCK = 65536  # rows that are read from a file
BESIDE = ("scale/", "source/")  # what is kept with a network's weights and is none of them


class Predictor:
    """A network whose weights are exchanged, traced once.

    Its products come out the same on every processor: `looking.graph` says how.
    """

    def __init__(
        self,
        network: Network,
        *,
        shape: tuple[int, ...],
        outputs: Mapping[str, Output],
        sharing: Architecture | None = None,
        layout: Layout = (),
    ) -> None:
        """Build the network that was trained.

        Args:
            network: the trunk.
            shape: shape of one row.
            outputs: by the name of the head.
            sharing: what the tasks share of the trunk; none: all of it.
            layout: what the entries of a row are; none: numbers.
        """
        self._at_once = AT_ONCE if network.trunk == "text" else None
        units = {head: output.units for head, output in outputs.items()}
        self.learner = learners.build(network, shape, units, sharing=sharing, layout=layout)
        self._predict = looking.graph(self.learner, self._outputs)

    def predict(self, x: tf.Tensor | Scratch, arrays: Arrays) -> dict[str, np.ndarray]:
        """Return what each head puts out for `x` [rows, ...]: [repeats, rows, units].

        Args:
            x: encoded rows, in memory or in a file.
            arrays: weights [repeats, ...] by name; `scale/<head>` holds the mean and
                deviation by which a regression's labels were scaled, [repeats, 2].
        """
        repeats = next(iter(arrays.values())).shape[0]
        outputs: dict[str, list[np.ndarray]] = {head: [] for head in self.learner.heads}
        for repeat in range(repeats):
            weights = {k: v[repeat] for k, v in arrays.items() if not k.startswith(BESIDE)}
            self.learner.load(weights, whole=True)
            for head, output in self._said(x).items():
                mean, deviation = arrays[f"scale/{head}"][repeat]
                outputs[head].append(output * deviation + mean)
        return {head: np.stack(values) for head, values in outputs.items()}

    def _said(self, x: tf.Tensor | Scratch) -> dict[str, np.ndarray]:
        """Return what each head puts out with the present weights: [rows, units]."""
        rows = max(1, x.shape[0])
        size = self._at_once or (BLOCK if isinstance(x, Scratch) else rows)
        blocks: dict[str, list[np.ndarray]] = {head: [] for head in self.learner.heads}
        for first in range(0, rows, size):
            for head, output in self._predict(
                tf.convert_to_tensor(x[first : first + size])
            ).items():
                blocks[head].append(output.numpy())
        return {head: np.concatenate(parts) for head, parts in blocks.items()}

    def _outputs(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        hidden = self.learner.represent(x)  # [rows, width] each
        return {
            task: head(hidden[task], training=False) for task, head in self.learner.heads.items()
        }
