"""Many heads on one trunk as a few products: those of one kind and size are one wide layer.

Each head is compiled with its product, its gradient and its step of the optimizer, so that a
network of 200 tasks would take minutes to compile. Side by side in one layer they take seconds.
An optimizer changes each weight by itself, so stacked heads learn what single ones learn, but
for the last digits: sums come in another order. Below `MANY` tasks heads stay single.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from trunkline.networks import learner as learners
from trunkline.networks.branches import Architecture
from trunkline.networks.learner import Learner
from trunkline.objectives.losses import OBJECTIVES
from trunkline.training import columns
from trunkline.training.batches import Losses, Table
from trunkline.training.signals import Balancer
from trunkline.training.trainer import Fit, Trainer

MANY = 8  # tasks; networks of more are stacked
Kind = tuple[str, int]  # of a task, and the outputs of its head


class Stack:
    """The heads of a learner, side by side."""

    def __init__(self, learner: Learner, outputs: Mapping[str, Kind]) -> None:
        """Make a wide head for the tasks of each kind and size.

        Args:
            learner: whose heads all read one representation.
            outputs: of each task, in the order of the table's labels.
        """
        self._learner = learner
        groups: dict[Kind, list[str]] = defaultdict(list)
        for task, (kind, units) in outputs.items():
            groups[kind, units].append(task)
        self._tasks = dict(groups)
        width = learner.trunk.output_shape[-1]
        self._heads = {
            wanted: learners.head(width, wanted[1] * len(tasks)) for wanted, tasks in groups.items()
        }
        places = dict(zip(outputs, columns.places(outputs.values()), strict=True))
        self._columns = {
            wanted: np.concatenate([np.atleast_1d(_numbers(places[task])) for task in tasks])
            for wanted, tasks in groups.items()
        }
        stacked = [task for tasks in groups.values() for task in tasks]
        self._order = [stacked.index(task) for task in outputs]

    @property
    def variables(self) -> list[keras.Variable]:
        """The weights of the wide heads."""
        return [v for head in self._heads.values() for v in head.trainable_variables]

    def collect(self) -> None:
        """Set the wide heads to the learner's heads."""
        for wanted, head in self._heads.items():
            single = [self._learner.heads[task].trainable_variables for task in self._tasks[wanted]]
            for number, variable in enumerate(head.trainable_variables):
                parts = [variables[number].numpy() for variables in single]
                variable.assign(np.concatenate(parts, axis=-1))

    def distribute(self) -> None:
        """Set the learner's heads to the wide heads."""
        for wanted, head in self._heads.items():
            tasks = self._tasks[wanted]
            for number, variable in enumerate(head.trainable_variables):
                parts = np.split(variable.numpy(), len(tasks), axis=-1)
                for task, part in zip(tasks, parts, strict=True):
                    self._learner.heads[task].trainable_variables[number].assign(part)

    def losses(self, *, trunk_trains: bool) -> Losses:
        """Return the losses of the tasks, as `weighted_losses` does for single heads."""

        def losses(table: Table, index: tf.Tensor, weight: tf.Tensor, training: bool) -> tf.Tensor:
            inputs = self._learner.gather(table.x, index, training=training)  # [B, ...]
            hidden = self._learner.trunk(inputs, training=training and trunk_trains)  # [B, width]
            y = tf.transpose(tf.gather(table.y, index, axis=1))  # [B, C]
            counts = tf.transpose(tf.gather(table.weight, index, axis=1)) * weight[:, None]
            sums = [
                self._sums(wanted, head(hidden, training=training), y, counts)
                for wanted, head in self._heads.items()
            ]
            return tf.gather(tf.concat(sums, axis=1), self._order, axis=1)  # [2, T]

        return losses

    def _sums(self, wanted: Kind, z: tf.Tensor, y: tf.Tensor, counts: tf.Tensor) -> tf.Tensor:
        """Return the weighted sum of each task's losses and of its weights, [2, G].

        Args:
            wanted: kind and size of a group of G tasks.
            z: their outputs, [B, G units].
            y: all labels, [B, C].
            counts: what each of them counts, [B, C].
        """
        kind, units = wanted
        tasks, chosen = len(self._tasks[wanted]), self._columns[wanted]
        own = tf.gather(y, chosen, axis=1)  # [B, G], or [B, G labels]
        flat = tf.reshape(own, (-1, units) if kind == "multilabel" else (-1,))
        loss = OBJECTIVES[kind](flat, tf.reshape(z, (-1, units)))
        known = tf.gather(counts, chosen, axis=1)
        both = tf.stack([known * tf.reshape(loss, tf.shape(own)), known])
        return tf.reduce_sum(tf.reshape(both, (2, -1, tasks, chosen.size // tasks)), axis=(1, 3))


def _numbers(place: columns.Place) -> np.ndarray:
    """Return the numbers of a task's columns."""
    return np.array([place] if isinstance(place, int) else range(place.start, place.stop))


class StackedTrainer(Trainer):
    """A trainer of many tasks, whose heads are stacked while it trains."""

    _stack: Stack | None = None

    def fit(self, *given: Any, **named: Any) -> Fit:
        """Train as `Trainer.fit` does."""
        self._stacked().collect()
        done = super().fit(*given, **named)
        self._stacked().distribute()
        return done

    def _stacked(self) -> Stack:
        if self._stack is None:
            self._stack = Stack(self.learner, self._outputs)
        return self._stack

    def _heads(self, learner: Learner) -> list[keras.Variable]:
        self._check(learner)
        return self._stacked().variables

    def _losses(self, learner: Learner, *, trunk_trains: bool) -> Losses:
        self._check(learner)
        return self._stacked().losses(trunk_trains=trunk_trains)

    def _check(self, learner: Learner) -> None:
        if learner is not self.learner:
            raise NotImplementedError("stacked heads train with the statistics of each batch only")


def trainer_of(
    tasks: int, balancer: Balancer | None = None, sharing: Architecture | None = None
) -> type[Trainer]:
    """Return what trains a network of so many tasks.

    Heads stay single where each reads a representation of its own, and where a balancer asks each
    task for its gradient, which heads in one product do not give.
    """
    apart = sharing is not None or (balancer is not None and balancer.needs != "losses")
    return StackedTrainer if tasks > MANY and not apart else Trainer
