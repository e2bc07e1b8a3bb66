"""What each layer of a trunk says of rows, and how much a task needs each of its channels."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from trunkline.networks.learner import Learner
from trunkline.objectives.losses import OBJECTIVES, Objective
from trunkline.training import columns
from trunkline.training.batches import Table

Layers = Sequence[keras.layers.Layer]
MOST = 2**22  # numbers at a time


class Truth(NamedTuple):
    """The labels of rows, and what each counts: [rows], or [rows, labels]."""

    y: tf.Tensor
    weight: tf.Tensor


def layers(trunk: keras.Model) -> keras.Model:
    """Return a model of what each layer says after its activation, and of what the trunk says."""
    found = [layer.output for layer in trunk.layers if layer.name.startswith("activation_")]
    return keras.Model(trunk.inputs, [*found, trunk.output])


def name(layer: int) -> str:
    """Return the name of a layer's attention, from 0."""
    return f"attention/{layer}"


def attention(
    learner: Learner, kinds: Mapping[str, str], table: Table, rows: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the softmax over a layer's channels of what the loss grows by without each.

    Args:
        learner: trunk and head as they are.
        kinds: of its one task, by name.
        table: rows and labels.
        rows: to measure the loss on.

    Returns:
        [channels] for each layer, by `name`.
    """
    ((task, head),) = learner.heads.items()
    (place,) = columns.places([(kinds[task], head.output_shape[-1])])
    steps = learner.trunk.layers[1:]  # the first is the input; each comes after those it reads
    known = {id(learner.trunk.inputs[0]): tf.gather(table.x, rows)}
    truth = Truth(*(columns.gather(values, place, rows) for values in (table.y, table.weight)))
    found: dict[str, np.ndarray] = {}
    for number, layer in enumerate(steps, start=1):
        hidden = known[id(layer.output)] = layer(_read(layer, known.__getitem__))
        if layer.name.startswith("activation_"):
            left = _Left(dict(known), layer, steps[number:], head)
            loss = partial(_losses, left, OBJECTIVES[kinds[task]], truth)
            found[name(len(found))] = _shares(loss, hidden.shape[-1], int(tf.size(hidden)))
    return found


class _Left(NamedTuple):
    """A network that has run up to a layer."""

    known: Mapping[int, tf.Tensor]  # what each layer said, by the id of its output; and the inputs
    layer: keras.layers.Layer
    steps: Layers  # the trunk's layers after it
    head: keras.Model

    def under(self, masks: np.ndarray) -> tf.Tensor:
        """Return what the head says if the layer's channels are masked, [masks * rows, units]."""
        hidden, count = self.known[id(self.layer.output)], len(masks)
        shaped = masks.reshape(count, *[1] * (len(hidden.shape) - 1), masks.shape[-1])
        said = tf.reshape(hidden[None] * shaped, (-1, *hidden.shape[1:]))
        values = {id(self.layer.output): said}

        def value(key: int) -> tf.Tensor:
            return values[key] if key in values else tf.concat([self.known[key]] * count, 0)

        for step in self.steps:
            said = values[id(step.output)] = step(_read(step, value))
        return self.head(said)


def _read(layer: keras.layers.Layer, value: Callable[[int], tf.Tensor]) -> Any:
    """Return what a layer reads, of values by the id of who says them."""
    given = layer.input
    return [value(id(one)) for one in given] if isinstance(given, list) else value(id(given))


def _shares(losses: Callable[[np.ndarray], np.ndarray], channels: int, size: int) -> np.ndarray:
    """Return the softmax of how much the loss grows when a channel is set to 0: [channels].

    Args:
        losses: of masks [masks, channels].
        channels: their number.
        size: numbers that one mask is multiplied with.
    """
    whole = np.ones((1, channels), np.float32)
    masks = np.concatenate([whole, whole - np.eye(channels, dtype=np.float32)])
    together = max(1, MOST // size)
    found = [losses(masks[n : n + together]) for n in range(0, len(masks), together)]
    cost = np.concatenate(found).astype(np.float64)
    grown = cost[1:] - cost[0]
    exponents = np.exp(grown - grown.max())
    return np.asarray(exponents / exponents.sum(), np.float32)


def _losses(left: _Left, objective: Objective, truth: Truth, masks: np.ndarray) -> np.ndarray:
    """Return the mean loss of what the layers that are left make of channels under each mask."""
    said = left.under(masks)
    y, weight = (tf.concat([values] * len(masks), 0) for values in truth)
    found = weight * objective(y, said)  # [masks * rows, ...]
    sums = tf.reduce_sum(tf.reshape(found, (len(masks), -1)), -1)
    return np.asarray(sums / tf.reduce_sum(truth.weight))
