"""Trunkline's meta-learners, in the compiled epoch."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from benchmarks import episodes
from trunkline.metalearning.method import Form, Method, Task
from trunkline.metalearning.methods import fomaml, maml, prototypes
from trunkline.settings.metalearning.methods import Fomaml, Maml, Prototypes
from trunkline.settings.study import Network, Training
from trunkline.training import optimizers
from trunkline.training.batches import Course
from trunkline.training.epoch import CompiledEpochs

TRAINING = Training(learning_rate=episodes.OUTER)


class Table(NamedTuple):
    """Rows and episodes as the compiled epoch gathers them."""

    x: tf.Tensor
    support: tf.Tensor
    query: tf.Tensor
    support_y: tf.Tensor
    query_y: tf.Tensor
    task_weight: tf.Tensor


def make() -> dict[str, Callable[[], object]]:
    """Return what is timed, by name."""
    form = Form(
        Network(widths=episodes.WIDTHS), (episodes.INPUTS,), episodes.WAYS, episodes.SHOTS,
        episodes.QUERIES, steps=episodes.STEPS,
    )  # fmt: skip
    rate, steps = episodes.RATE, episodes.INNER
    table = Table._make([*(tf.constant(one) for one in episodes.draw()), tf.ones(1)])
    return {
        "maml": _run(maml.build(form, Maml(rate=rate, steps=steps)), table),
        "fomaml": _run(fomaml.build(form, Fomaml(rate=rate, steps=steps)), table),
        "prototypes": _run(prototypes.build(form, Prototypes()), table),
    }


def _run(method: Method, table: Table) -> Callable[[], object]:
    def losses(table: Table, rows: tf.Tensor, weight: tf.Tensor, training: bool) -> tf.Tensor:
        support, query = (tf.gather(one, rows) for one in (table.support, table.query))
        labels = (
            tf.broadcast_to(y, (rows.shape[0], y.shape[0]))
            for y in (table.support_y, table.query_y)
        )
        support_y, query_y = labels
        task = Task(tf.gather(table.x, support), support_y, tf.gather(table.x, query), query_y)
        each = method.loss(task, training)
        return tf.stack([tf.reduce_sum(weight * each), tf.reduce_sum(weight)])[:, None]

    method.start(0)
    epochs = CompiledEpochs(
        losses, trained=list(method.trained.values()), kept=list(method.kept.values()),
        optimizer=optimizers.build(TRAINING),
    )  # fmt: skip
    course = _course()
    return lambda: epochs.run(table, course, epochs.start())


def _course() -> Course:
    """Return one pass over all episodes, without held ones."""
    rows = np.arange(episodes.BATCH * episodes.STEPS, dtype=np.int32)
    shape = 1, episodes.STEPS, episodes.BATCH
    one, steps = np.int32(1), np.int32(episodes.STEPS)
    return Course(
        rows.reshape(shape), np.ones(shape, np.float32),
        np.full(shape[:2], episodes.OUTER, np.float32), rows[None, : episodes.BATCH],
        np.ones((1, episodes.BATCH), np.float32), one, steps, np.int32(0), one,
    )  # fmt: skip
