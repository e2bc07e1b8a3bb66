"""Methods that compare learn, through the compiled epoch, what classes have in common."""

from typing import NamedTuple

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.metalearning import example_episodes as examples
from trunkline.metalearning import metric
from trunkline.metalearning.comparing import Comparing
from trunkline.metalearning.method import Form, Task
from trunkline.settings.study import Network, Training
from trunkline.tasks.budgets import Draw
from trunkline.training import courses
from trunkline.training.epoch import CompiledEpochs

NOISE = 5.0
EPISODES, EPOCHS = 64, 12


class Table(NamedTuple):
    """Episodes, as a compiled epoch gathers them."""

    task: Task
    task_weight: tf.Tensor


def drawn(made: Form, episodes: int, seed: int) -> Task:
    """Return episodes of clouds on two axes, between which two others have loud noise alone."""
    task = examples.drawn(made._replace(shape=(2,)), episodes, seed, spread=0.3)
    rng = np.random.default_rng(seed + 1)

    def loud(rows: tf.Tensor) -> tf.Tensor:
        noise = NOISE * rng.standard_normal(rows.shape)
        return tf.concat([rows, tf.constant(noise, tf.float32)], -1)

    return task._replace(support=loud(task.support), query=loud(task.query))


def trained(method: Comparing, task: Task) -> np.ndarray:
    """Train on all episodes; return the loss of each epoch."""

    def losses(table: Table, rows: tf.Tensor, weight: tf.Tensor, training: bool) -> tf.Tensor:
        batch = Task(*(tf.gather(part, rows) for part in table.task))
        each = method.loss(batch, training)
        return tf.stack([tf.reduce_sum(weight * each), tf.reduce_sum(weight)])[:, None]

    epochs = CompiledEpochs(
        losses, trained=list(method.trained.values()), kept=list(method.kept.values()),
        optimizer=keras.optimizers.Adam(0.01),
    )  # fmt: skip
    training = Training(epochs=EPOCHS, batch_size=4, learning_rate=0.01)
    draw = Draw(np.arange(EPISODES, dtype=np.int32), np.zeros(0, np.int32))
    sizes = courses.sizes(training, train_rows=EPISODES, held_rows=0)
    planned = courses.courses(
        training, sizes, draw, epochs=EPOCHS, rate=0.01, rng=np.random.default_rng(0)
    )
    curve, _ = epochs.follow(Table(task, tf.ones(1)), planned, "example")
    return curve[:, 0]


@pytest.mark.parametrize("name", sorted(metric.BUILD))
def test_it_learns_which_entries_tell_classes_apart(name: str) -> None:
    """Of classes that it has not met it tells more apart than before, and its loss falls."""
    network = Network(widths=(16,), activation="linear" if name == "r2d2" else "relu")
    made = examples.form(network=network)
    method = examples.build(name, made)
    judged = drawn(made, 50, seed=100)
    before = share(method, judged)
    curve = trained(method, drawn(made, EPISODES, seed=1))
    assert curve[-1] < 0.9 * curve[0]
    assert share(method, judged) > before + 0.1


def share(method: Comparing, task: Task) -> float:
    """Return how many queries it tells right."""
    return float(np.mean(np.argmax(method.answers(task), -1) == task.query_y.numpy()))
