"""Steps of Adam, or of gradient descent, on many networks at once.

Shapes: B episodes; each weight has a leading axis of its own, [B, ...].
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import tensorflow as tf

from trunkline.metalearning.walking import Tensors

SECOND, EPSILON = 0.999, 1e-8
Gradient = Callable[[tf.Tensor, Tensors], Tensors]  # of the number of a step and the weights


class Rule(NamedTuple):
    """How a step follows from gradients: begin -> a state, and the state after a step."""

    begin: Callable[[Sequence[tf.Tensor]], Tensors]  # the weights come first in it
    turn: Callable[[Gradient, tf.Tensor], Callable[..., tuple[tf.Tensor, Tensors]]]  # of a rate


def adam(first: float = 0.9) -> Rule:
    """Return the rule of Adam, whose moments begin at 0 in each episode.

    m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2;
    theta -= rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon).

    Args:
        first: b1.

    References:
        Kingma and Ba, "Adam", ICLR 2015, algorithm 1.
    """

    def begin(weights: Sequence[tf.Tensor]) -> Tensors:
        zeros = [tf.zeros_like(w) for w in weights]
        return [*weights, *zeros, *zeros, tf.ones(2, weights[0].dtype)]

    def turn(gradient: Gradient, rate: tf.Tensor) -> Callable[..., tuple[tf.Tensor, Tensors]]:
        def step(number: tf.Tensor, state: Tensors) -> tuple[tf.Tensor, Tensors]:
            count = len(state) // 3
            weights, means, squares = (state[k * count : (k + 1) * count] for k in range(3))
            found = gradient(number, weights)
            shrunk = state[-1] * tf.constant([first, SECOND], state[-1].dtype)
            means = [first * m + (1.0 - first) * g for m, g in zip(means, found, strict=True)]
            squares = [
                SECOND * v + (1.0 - SECOND) * g * g for v, g in zip(squares, found, strict=True)
            ]
            sizes = [tf.sqrt(v / (1.0 - shrunk[1])) + EPSILON for v in squares]
            pace = rate / (1.0 - shrunk[0])
            weights = [
                w - pace * m / size for w, m, size in zip(weights, means, sizes, strict=True)
            ]
            return number + 1, [*weights, *means, *squares, shrunk]

        return step

    return Rule(begin, turn)


def plain() -> Rule:
    """Return the rule of gradient descent: theta -= rate g."""

    def turn(gradient: Gradient, rate: tf.Tensor) -> Callable[..., tuple[tf.Tensor, Tensors]]:
        def step(number: tf.Tensor, weights: Tensors) -> tuple[tf.Tensor, Tensors]:
            found = gradient(number, weights)
            return number + 1, [w - rate * g for w, g in zip(weights, found, strict=True)]

        return step

    return Rule(list, turn)
