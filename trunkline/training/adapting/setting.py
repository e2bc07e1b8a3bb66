"""What every method of adaptation is told, and what it adds to the source's loss."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import keras
import tensorflow as tf

from trunkline.objectives.losses import binary_cross_entropy


class Seen(NamedTuple):
    """One batch: n rows of the source, then n of the target."""

    hidden: tf.Tensor  # [2 n, width], the trunk's representation
    logits: tf.Tensor  # [2 n, units], of the head that learns the source
    strength: tf.Tensor  # scalar, from 0 to 1 over the run


@dataclass(frozen=True)
class Term:
    """What a method adds to the source's loss.

    Attributes:
        value: of a batch, a scalar.
        weight: its weight.
        parts: networks of its own, by name; they are trained with all others.
    """

    value: Callable[[Seen], tf.Tensor]
    weight: float = 1.0
    parts: Mapping[str, keras.Model] = field(default_factory=dict)


class Method(Protocol):
    """A module of this package."""

    def term(self, options: Any, *, kind: str, width: int, units: int) -> Term:
        """Return what is added for a trunk of `width` and a head of `units` outputs."""


def halves(values: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return what belongs to the source and to the target, n rows each."""
    source, target = tf.split(values, 2)
    return source, target


def probabilities(logits: tf.Tensor, kind: str) -> tf.Tensor:
    """Return what the head thinks of each class, [rows, classes]; a binary task has two."""
    if kind == "binary":
        logits = tf.concat([tf.zeros_like(logits), logits], axis=1)
    return tf.nn.softmax(logits)


def entropies(shares: tf.Tensor) -> tf.Tensor:
    """Return H = -sum_c p_c log p_c of each row [rows, classes]; 0 log 0 is 0."""
    return -tf.reduce_sum(shares * tf.math.log(tf.maximum(shares, 1e-30)), axis=1)


def reversed_gradient(values: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    """Return the values; their gradient comes back times -`strength`."""

    @tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
    def identity(x: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        return tf.identity(x), lambda upstream: -strength * upstream

    return identity(values)


def discriminator(inputs: int, width: int) -> keras.Model:
    """Return a network with one hidden layer: [rows, inputs] -> logit of being the source's."""
    given = keras.Input((inputs,), name="representation")
    hidden = keras.layers.Dense(width, activation="relu", name="hidden")(given)
    return keras.Model(given, keras.layers.Dense(1, name="dense")(hidden), name="head")


def domain_loss(logits: tf.Tensor, weight: tf.Tensor | None = None) -> tf.Tensor:
    """Return the mean cross-entropy of the discriminator [2 n, 1]: 1 is the source, 0 the target.

    Args:
        logits: of the source's rows, then of the target's.
        weight: of each row, with mean 1 in each half; none: 1.
    """
    half = logits.shape[0] // 2
    truth = tf.concat([tf.ones(half), tf.zeros(half)], axis=0)
    loss = binary_cross_entropy(truth, logits)
    return tf.reduce_mean(loss if weight is None else weight * loss)
