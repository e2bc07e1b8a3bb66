"""What a strategy adds to a compiled epoch: terms of the loss, weights of its own, other steps.

An extra is built and compiled once for each network and set of options; what differs between runs,
such as the source's weights, lies in variables that are assigned before each.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, ClassVar, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from trunkline.networks.learner import Learner
from trunkline.settings.phases import Phases
from trunkline.training import behaviour
from trunkline.training.batches import Losses, Table

Penalty = Callable[[], tf.Tensor]


class Seen(NamedTuple):
    """A batch as a term of the loss sees it, while it trains."""

    table: Table
    rows: tf.Tensor  # int32 [B]
    weight: tf.Tensor  # float32 [B], 0 for padding
    inputs: tf.Tensor  # [B, ...]
    features: Sequence[tf.Tensor]  # of each layer after its activation, [B, ..., channels]
    hidden: tf.Tensor  # [B, width]

    def mean(self, values: tf.Tensor) -> tf.Tensor:
        """Return the mean of a value a row [B] over the rows that count."""
        return tf.math.divide_no_nan(
            tf.reduce_sum(self.weight * values), tf.reduce_sum(self.weight)
        )


class Extra:
    """Nothing added: what trains without it, bit for bit. Others say what they change."""

    learned: ClassVar[tuple[str, ...]] = ()  # values that are trained beside the network

    def __init__(
        self, learner: Learner, options: Any = None, values: Mapping[str, np.ndarray] | None = None
    ) -> None:
        """Make a variable of each value.

        Args:
            learner: the network that trains.
            options: of the strategy.
            values: float32 arrays by name; their shapes are those of every run.
        """
        self.learner, self.options = learner, options
        self.values = {
            name: keras.Variable(
                value, trainable=name in self.learned, dtype="float32", name=name.replace("/", "_")
            )
            for name, value in (values or {}).items()
        }

    @property
    def trained(self) -> list[keras.Variable]:
        """Variables that are trained beside the network."""
        return [self.values[name] for name in self.learned]

    def assign(self, values: Mapping[str, np.ndarray]) -> None:
        """Set the values of the next run."""
        for name, value in values.items():
            self.values[name].assign(value)

    def watched(self, losses: Callable[[Learner], Losses]) -> Losses:
        """Return the losses of the network that trains.

        Args:
            losses: makes them of a learner.
        """
        return losses(self.learner)

    def joined(self, penalty: Penalty) -> Penalty:
        """Return what is added to the losses of a batch, `penalty` included."""
        return penalty

    def stepping(self, optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
        """Return what applies the gradients."""
        return optimizer


class Term(Extra, ABC):
    """An extra that adds a term to the loss of each batch, while the trunk trains."""

    @abstractmethod
    def term(self, seen: Seen) -> tf.Tensor:
        """Return what is added, a scalar."""

    def watched(self, losses: Callable[[Learner], Losses]) -> Losses:
        """Return the losses; those of a training batch leave behind what the network saw."""
        trunk = _Watched(self.learner.trunk)
        found = losses(replace(self.learner, trunk=trunk))

        def watching(table: Table, rows: tf.Tensor, weight: tf.Tensor, training: bool) -> tf.Tensor:
            value = found(table, rows, weight, training)
            if training:
                self._seen = Seen(table, rows, weight, *trunk.last)
            return value

        return watching

    def joined(self, penalty: Penalty) -> Penalty:
        """Return `penalty` plus the term of the batch whose losses were taken last."""
        return lambda: penalty() + self.term(self._seen)


class _Watched:
    """A trunk that remembers what it read and gave."""

    def __init__(self, trunk: keras.Model) -> None:
        self._layers = behaviour.layers(trunk)

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        *features, hidden = self._layers(inputs, training=training)
        self.last = inputs, features, hidden
        return hidden


@dataclass(frozen=True)
class Addition:
    """An extra as a run wants it.

    Attributes:
        make: builds it; with `options` and the shapes of the values it decides what is compiled.
        options: of the strategy.
        values: of this run, see `Extra`.
        statistics: of batch normalisation, see `trunks.build`.
    """

    make: Callable[[Learner, Any, Mapping[str, np.ndarray]], Extra]
    options: Hashable
    values: Mapping[str, np.ndarray] = field(default_factory=dict)
    statistics: str = "kept"

    @property
    def key(self) -> Hashable:
        """What is the same for all runs of one compilation."""
        shapes = tuple((name, np.shape(value)) for name, value in self.values.items())
        options = self.options
        if isinstance(options, Phases):  # how long and how fast is no part of what is compiled
            options = replace(options, **asdict(Phases()))
        return self.make, options, shapes

    def built(self, learner: Learner, other: Callable[[str], Learner]) -> Extra:
        """Return the extra of a learner, or of the one that `other` makes of other statistics."""
        kept = self.statistics == "kept"
        return self.make(learner if kept else other(self.statistics), self.options, self.values)


NOTHING = Addition(Extra, None)
