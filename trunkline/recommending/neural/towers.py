"""Dense layers of a recommender: weights by name, in TensorFlow and in NumPy.

Layer d of a network `name` has the weights `name/kernel_<d>` [inputs, units] and `name/bias_<d>`
[units], or none of the latter; all but the last are followed by a ReLU.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.networks import portable
from trunkline.recommending.model import Arrays

NAME = "two_tower"  # of the random numbers
SPREAD = 0.1  # of the first vectors of users; those of items start at 0


def shapes(name: str, inputs: int, units: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """Return the shape of each weight."""
    found: dict[str, tuple[int, ...]] = {}
    for depth, (before, after) in enumerate(zip([inputs, *units], units, strict=False)):
        found |= {f"{name}/kernel_{depth}": (before, after), f"{name}/bias_{depth}": (after,)}
    return found


def start(shape: Mapping[str, tuple[int, ...]], seed: int, model: str) -> dict[str, np.ndarray]:
    """Return first weights: kernels uniform in +-sqrt(6 / (inputs + units)), all else 0.

    References:
        Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
        networks", AISTATS 2010, equation 16.
    """
    begun = {name: np.zeros(size, np.float32) for name, size in shape.items()}
    for name in (name for name in shape if "/kernel_" in name):
        limit = np.sqrt(6 / sum(shape[name]))
        rng = seeds.generator(seed, "recommending", model, name)
        begun[name] = rng.uniform(-limit, limit, shape[name]).astype(np.float32)
    return begun


def layers(made: Iterable[str], name: str) -> int:
    """Return how many layers a network has."""
    return sum(key.startswith(f"{name}/kernel_") for key in made)


def through(inputs: tf.Tensor, made: Mapping[str, keras.Variable], name: str) -> tf.Tensor:
    """Return what all layers of a name make of rows [B, inputs]: [B, units]."""
    depth = layers(made, name)
    for place in range(depth):
        inputs = portable.product(inputs, made[f"{name}/kernel_{place}"].value)
        if f"{name}/bias_{place}" in made:
            inputs += made[f"{name}/bias_{place}"].value
        inputs = inputs if place + 1 == depth else tf.nn.relu(inputs)
    return inputs


def answered(inputs: np.ndarray, arrays: Arrays, name: str) -> np.ndarray:
    """Return the same in NumPy."""
    depth = layers(arrays, name)
    for place in range(depth):
        inputs = inputs @ arrays[f"{name}/kernel_{place}"] + arrays.get(f"{name}/bias_{place}", 0)
        inputs = inputs if place + 1 == depth else np.maximum(inputs, 0)
    return inputs


class Shape(NamedTuple):
    """The sizes of two towers."""

    users: int
    items: int
    of_users: int  # features
    of_items: int
    size: int
    widths: tuple[int, ...]


def sizes(shape: Shape) -> dict[str, tuple[int, ...]]:
    """Return the shape of each weight of two towers: vectors, layers where there are features."""
    found: dict[str, tuple[int, ...]] = {
        "users": (shape.users, shape.size), "items": (shape.items, shape.size),
        "bias": (shape.items,),
    }  # fmt: skip
    for name, features in (("user_tower", shape.of_users), ("item_tower", shape.of_items)):
        if features:
            found |= shapes(name, features, [*shape.widths, shape.size])
    # What is added to every item changes no softmax: its slope is nothing but rounding errors, of
    # which Adam would make steps.
    found.pop(f"item_tower/bias_{len(shape.widths)}", None)
    return found


def first(made: Mapping[str, keras.Variable], seed: int) -> dict[str, np.ndarray]:
    """Return vectors of users drawn by chance, and layers; items start alike."""
    begun = start({name: tuple(variable.shape) for name, variable in made.items()}, seed, NAME)
    rng = seeds.generator(seed, "recommending", NAME, "users")
    begun["users"] = np.float32(SPREAD) * rng.standard_normal(begun["users"].shape, np.float32)
    return begun


def vectors(
    made: Mapping[str, keras.Variable], name: str, ids: tf.Tensor, features: tf.Tensor
) -> tf.Tensor:
    """Return vectors of ids, and what features add."""
    return ids + through(features, made, name) if layers(made, name) else ids
