"""A run of a strategy that can be followed by hand: one linear layer, gradient descent, no batches.

h = x W + b, z = h v + c, L = mean (z - y)^2.
"""

from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
import tensorflow as tf

from trunkline.networks import trunks
from trunkline.settings.study import Network, Training
from trunkline.tasks.budgets import Draw
from trunkline.training import courses
from trunkline.training.batches import Table
from trunkline.training.outputs import Output
from trunkline.training.trainer import Trainer
from trunkline.training.transferring.arm import Arm

ROWS, RATE = 8, 0.05
W, B = "trunk/dense_0/kernel", "trunk/dense_0/bias"
V, C = "head/target/dense/kernel", "head/target/dense/bias"
Arrays = dict[str, np.ndarray]
Added = Callable[[Arrays], Arrays]


def trainer(
    output: Output | None = None, *, shape: tuple[int, ...] = (2,), **network: Any
) -> Trainer:
    """Return a network that takes all rows in one step of plain descent."""
    training = Training(optimizer="sgd", learning_rate=RATE, batch_size=ROWS, epochs=6)
    with mock.patch.object(trunks, "compiled_by_xla", return_value=False):
        return Trainer(
            Network(**{"widths": (3,), "activation": "linear", **network}),
            training,
            shape=shape,
            outputs={"target": output or Output("regression", 1)},
            sizes=courses.sizes(training, train_rows=ROWS, held_rows=ROWS),
        )


def table(labels: np.ndarray | None = None) -> Table:
    """Return eight rows of two inputs and a label."""
    rng = np.random.Generator(np.random.PCG64(4))
    x = rng.normal(size=(ROWS, 2))
    y = x @ [1.0, -1.0] if labels is None else labels
    return Table(
        tf.constant(x, tf.float32), tf.constant(y[None], tf.float32), tf.ones((1, ROWS)), tf.ones(1)
    )


def arm(made: Trainer, *, epochs: int = 4, rows: Table | None = None, **source: Any) -> Arm:
    """Return a run from a trunk of its own, without held rows."""
    made.learner.initialise(9)
    trunk = {k: v + 0.1 for k, v in made.learner.arrays().items() if k.startswith("trunk/")}
    draw = Draw(np.arange(ROWS, dtype=np.int32), np.zeros(0, np.int32))
    return Arm(made, rows or table(), draw, trunk, 5, epochs, "an arm", source)


def begun(given: Arm) -> Arrays:
    """Return the weights with which a transfer begins."""
    given.start(pretrained=True)
    return {name: value.astype(np.float64) for name, value in given.learner.arrays().items()}


def descended(
    weights: Arrays, rows: Table, *, rate: float, steps: int = 1,
    added: Added = lambda _: {}, only: tuple[str, ...] = (W, B, V, C),
) -> Arrays:  # fmt: skip
    """Return the weights after steps of w - rate (dL/dw + what is added), of some of them."""
    x, y = (value.numpy().astype(np.float64) for value in (rows.x, rows.y[0]))
    for _ in range(steps):
        hidden = x @ weights[W] + weights[B]
        error = 2 * (hidden @ weights[V] + weights[C] - y[:, None]) / len(y)
        back = error @ weights[V].T
        gradient = {W: x.T @ back, B: back.sum(0), V: hidden.T @ error, C: error.sum(0)}
        more = added(weights)
        weights = weights | {
            name: weights[name] - rate * (gradient[name] + more.get(name, 0)) for name in only
        }
    return weights


def compare(given: Arm, wanted: Arrays) -> None:
    """Compare the weights that a run left with others."""
    for name, value in given.learner.arrays().items():
        np.testing.assert_allclose(value, wanted[name], rtol=2e-4, atol=2e-6, err_msg=name)
