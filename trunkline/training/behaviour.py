"""What each layer of a trunk says of rows, and how much a task needs each of its channels."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import keras
import numpy as np
import tensorflow as tf

from trunkline.networks.learner import Learner
from trunkline.objectives.losses import OBJECTIVES, Objective
from trunkline.training.batches import Table

Layers = Sequence[keras.layers.Layer]


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
        learner: trunk and head as they are; its trunk is a chain of layers.
        kinds: of its one task, by name.
        table: rows and labels.
        rows: to measure the loss on.

    Returns:
        [channels] for each layer, by `name`.
    """
    ((task, head),) = learner.heads.items()
    steps = [*learner.trunk.layers[1:], head]  # the first is the input
    hidden, y = tf.gather(table.x, rows), tf.gather(table.y[0], rows)
    found: dict[str, np.ndarray] = {}
    for number, layer in enumerate(steps, start=1):
        hidden = layer(hidden)
        if layer.name.startswith("activation_"):
            loss = partial(_loss, hidden, steps[number:], OBJECTIVES[kinds[task]], y)
            found[name(len(found))] = _shares(loss, hidden.shape[-1])
    return found


def _shares(loss: Callable[[np.ndarray], float], channels: int) -> np.ndarray:
    """Return the softmax of how much the loss grows when a channel is set to 0: [channels]."""
    whole = np.ones(channels, np.float32)
    without = whole - np.eye(channels, dtype=np.float32)
    grown = np.array([loss(mask) for mask in without]) - loss(whole)
    exponents = np.exp(grown - grown.max())
    return np.asarray(exponents / exponents.sum(), np.float32)


def _loss(
    hidden: tf.Tensor, left: Layers, objective: Objective, y: tf.Tensor, mask: np.ndarray
) -> float:
    """Return the mean loss of what the layers that are left make of channels times `mask`."""
    said = hidden * mask
    for layer in left:
        said = layer(said)
    return float(tf.reduce_mean(objective(y, said)))
