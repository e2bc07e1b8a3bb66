"""What a run takes, in multiply-adds: counted from shapes, so the same on every machine.

One row through a network takes one multiply-add for each value of a kernel, in a convolution for
each at every place of its output, and none to be looked up. With F of the whole network and G of
its trained part, a run of E epochs over N rows, with H rows held back, takes

    operations = E (N (F + 2 G) + H F):

once forward; backward once for the gradient of the weights and once for that of what they read.
Under a balancer that asks for each task's gradient, the backward part of the trunk counts once for
each task. Rows of a second table that go by in a batch count as rows. Not counted: biases,
activations, the optimizer, solvers of balancers, and what a strategy adds to the loss.
"""

from collections.abc import Iterable
from typing import NamedTuple

import keras
import numpy as np

from trunkline.networks.front import Front
from trunkline.networks.learner import Learner
from trunkline.tasks.budgets import Draw


class Effort(NamedTuple):
    """What one run takes.

    Attributes:
        trained: weights that change in some phase of it.
        operations: multiply-adds of all epochs.
    """

    trained: int = 0
    operations: int = 0

    def then(self, after: "Effort") -> "Effort":
        """Return two phases as one run."""
        return Effort(max(self.trained, after.trained), self.operations + after.operations)


NOTHING = Effort()


def of_run(
    learner: Learner, draw: Draw, epochs: int, *, heads_only: bool, passes: int = 1, tables: int = 1
) -> Effort:
    """Return the effort of so many epochs.

    Args:
        learner: what is trained.
        draw: the rows of an epoch, and those held for early stopping.
        epochs: that ran.
        heads_only: whether the trunk stays as it is.
        passes: backward passes through the trunk of each step.
        tables: how many have as many rows in each batch as `draw` says.
    """
    heads = list(learner.heads.values())
    trunk, head = _forward([learner.trunk]), _forward(heads)
    backward = 2 * head + (0 if heads_only else 2 * passes * trunk)
    a_row = trunk + head
    rows = draw.train.size * tables
    operations = epochs * (rows * (a_row + backward) + draw.held.size * a_row)
    parts = heads if heads_only else [learner.trunk, *heads]
    return Effort(_weights(parts), operations)


def _weights(parts: Iterable[keras.Model]) -> int:
    return sum(int(np.prod(v.shape)) for model in parts for v in model.trainable_weights)


def _forward(parts: Iterable[keras.Model]) -> int:
    """Return the multiply-adds of one row through models, one beside the other."""
    return sum(_of_layer(layer) for model in parts for layer in model.layers)


def _of_layer(layer: keras.layers.Layer) -> int:
    if isinstance(layer, Front):
        return layer.operations()
    kernels = sum(int(np.prod(v.shape)) for v in layer.trainable_weights if len(v.shape) > 1)
    if not isinstance(layer, keras.layers.Conv2D):
        return kernels
    _, height, width, _ = layer.output.shape
    return kernels * int(height) * int(width)
