"""Steps of another length for each weight, under any optimizer."""

from collections.abc import Mapping, Sequence

import keras
import tensorflow as tf

from trunkline.networks import front
from trunkline.networks.learner import Learner
from trunkline.training.extras import Extra


class Scaled(Extra):
    """Each weight goes a share of its step; the values are the shares, by its name."""

    def stepping(self, optimizer: keras.optimizers.Optimizer) -> "ScaledSteps":
        """Return the optimizer, whose steps are scaled."""
        shares = {
            id(variable): self.values[name].value
            for name, variable in self.learner.variables().items()
            if name in self.values
        }
        return ScaledSteps(optimizer, shares)


class ScaledSteps:
    """An optimizer whose steps are scaled, and not its gradients, of which Adam forgets the scale.

    w <- w + s (w' - w), w' where the optimizer alone would have gone: the same as s times its
    learning rate. A share of 0 leaves every bit as it is, one of 1 takes the step as it is.
    """

    def __init__(
        self, optimizer: keras.optimizers.Optimizer, shares: Mapping[int, tf.Tensor]
    ) -> None:
        """Scale the steps of `optimizer`; a weight without a share, by its `id`, takes all."""
        self._optimizer, self._shares = optimizer, shares

    @property
    def variables(self) -> list[keras.Variable]:
        """What the optimizer remembers."""
        return list(self._optimizer.variables)

    @property
    def learning_rate(self) -> tf.Tensor:
        """The rate of a weight whose share is 1."""
        return self._optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, rate: tf.Tensor) -> None:
        self._optimizer.learning_rate = rate

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Prepare to train `variables`."""
        self._optimizer.build(variables)

    def apply(self, gradients: Sequence[tf.Tensor], variables: Sequence[keras.Variable]) -> None:
        """Take a step."""
        before = [tf.identity(variable.value) for variable in variables]
        self._optimizer.apply(gradients, variables)
        for variable, old in zip(variables, before, strict=True):
            share = self._shares.get(id(variable))
            if share is not None:
                new = tf.identity(variable.value)
                some = tf.where(share == 0.0, old, old + share * (new - old))
                variable.assign(tf.where(share == 1.0, new, some))


def depths(learner: Learner) -> dict[str, int]:
    """Return how far below the head the layer of each of the trunk's weights is, from 1, by name.

    A layer is told by the number at the end of its name, as `trunks` gives it; the front, which
    looks up what the first layer reads, is below all of them.
    """
    layers = {
        name: _number(name.split("/")[1])
        for name in learner.variables()
        if name.startswith("trunk/")
    }
    last = max(layers.values())
    return {name: last - layer + 1 for name, layer in layers.items()}


def _number(layer: str) -> int:
    return -1 if layer == front.NAME else int(layer.rpartition("_")[2])
