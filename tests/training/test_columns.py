"""Losses of tasks with several columns and with weights: hand numbers and theorems."""

import numpy as np
import pytest
import tensorflow as tf

from trunkline.networks import learner as learners
from trunkline.networks.learner import Learner
from trunkline.settings.study import Network, Training
from trunkline.tasks.budgets import Draw
from trunkline.training import columns, courses
from trunkline.training.batches import Table
from trunkline.training.joint_losses import weighted_losses
from trunkline.training.outputs import Output
from trunkline.training.trainer import Trainer

ROWS, FEATURES = 12, 4
KINDS = {
    "one": Output("binary", 1),
    "many": Output("multilabel", 3),
    "class": Output("multiclass", 3),
    "amount": Output("regression", 1),
}
C = 6  # columns: 1 + 3 + 1 + 1


def made(seed: int = 1) -> Table:
    """Return rows with labels of all four kinds, known throughout."""
    rng = np.random.Generator(np.random.PCG64(seed))
    y = np.concatenate(
        [
            rng.integers(2, size=(4, ROWS)),
            rng.integers(3, size=(1, ROWS)),
            rng.normal(size=(1, ROWS)),
        ]
    )
    x = rng.normal(size=(ROWS, FEATURES))
    ones = tf.ones((C, ROWS))
    return Table(tf.constant(x, tf.float32), tf.constant(y, tf.float32), ones, tf.ones(len(KINDS)))


def built(outputs: dict[str, Output]) -> Learner:
    """Return a network of these outputs with weights drawn."""
    units = {task: output.units for task, output in outputs.items()}
    learner = learners.build(Network(widths=(5,)), (FEATURES,), units)
    learner.initialise(3)
    return learner


def sums(table: Table, rows: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    """Return the sum of each task's losses and of their weights over rows, [2, T]."""
    index = tf.constant(rows, tf.int32)
    counts = tf.ones(index.shape) if weight is None else tf.constant(weight, tf.float32)
    losses = weighted_losses(built(KINDS), KINDS, trunk_trains=True)
    found: np.ndarray = losses(table, index, counts, True).numpy()
    return found


def test_each_task_reads_its_columns() -> None:
    """Other labels of one column change the loss of its task alone."""
    table, rows = made(), np.arange(ROWS)
    before = sums(table, rows)[0]
    for column, task in ((0, 0), (1, 1), (3, 1), (4, 2), (5, 3)):
        y = table.y.numpy()
        y[column] = 1 - y[column] if column < 4 else (y[column] + 1) % 3
        after = sums(table._replace(y=tf.constant(y)), rows)[0]
        assert [bool(a != b) for a, b in zip(after, before, strict=True)] == [
            number == task for number in range(len(KINDS))
        ]


def test_several_labels_by_hand() -> None:
    """At logits of 0 each known label costs log 2, and the mean is over those known."""
    learner = built(KINDS)
    for variable in learner.heads["many"].weights:
        variable.assign(tf.zeros_like(variable.value))
    weight = np.ones((C, ROWS), np.float32)
    weight[1, :5] = 0
    weight[3, 7] = 0
    table = made()._replace(weight=tf.constant(weight))
    losses = weighted_losses(learner, KINDS, trunk_trains=True)
    total, counts = losses(table, tf.range(ROWS), tf.ones(ROWS), True).numpy()[:, 1]
    assert counts == 3 * ROWS - 6
    assert total / counts == pytest.approx(np.log(2))


def test_several_labels_are_binary_tasks_together() -> None:
    """The loss of known labels is the mean of those of binary tasks on the same head."""
    table, learner = made(), built(KINDS)
    losses = weighted_losses(learner, KINDS, trunk_trains=True)
    joint = losses(table, tf.range(ROWS), tf.ones(ROWS), True).numpy()[:, 1]
    z = learner.heads["many"](learner.trunk(table.x)).numpy()
    y = table.y.numpy()[1:4].T
    expected = np.mean(np.log1p(np.exp(z)) - y * z)
    assert joint[0] / joint[1] == pytest.approx(expected, rel=1e-5)


def test_a_missing_label_has_no_gradient() -> None:
    """Its output is not pushed anywhere, while the row's other labels push theirs."""
    weight = np.ones((C, ROWS), np.float32)
    weight[2] = 0
    table, learner = made()._replace(weight=tf.constant(weight)), built(KINDS)
    losses = weighted_losses(learner, KINDS, trunk_trains=True)
    kernel = learner.heads["many"].trainable_variables[0]
    with tf.GradientTape() as tape:
        total = losses(table, tf.range(ROWS), tf.ones(ROWS), True)[0, 1]
    gradient = tape.gradient(total, kernel.value).numpy()
    assert (gradient[:, 1] == 0).all()
    assert (gradient[:, 0] != 0).any()


@pytest.mark.parametrize("row", [0, 7])
def test_weight_2_is_the_row_twice(row: int) -> None:
    """For every kind: the mean loss of a batch is that of the batch with the row repeated."""
    table = made()
    weight = np.ones((C, ROWS), np.float32)
    weight[:, row] = 2
    ours = sums(table._replace(weight=tf.constant(weight)), np.arange(ROWS))
    repeated = sums(table, np.append(np.arange(ROWS), row))
    np.testing.assert_allclose(ours, repeated, rtol=1e-6)


def test_weight_2_is_the_row_twice_in_a_run() -> None:
    """Trained in one batch, the two give the same network; weight 0 is the row left out."""
    outputs = {"one": KINDS["one"]}
    settings = Training(learning_rate=0.1, optimizer="sgd", batch_size=16, epochs=5)
    sizes = courses.sizes(settings, train_rows=16, held_rows=1)
    trainer = Trainer(
        Network(widths=(5,)), settings, shape=(FEATURES,), outputs=outputs, sizes=sizes
    )

    def trained(rows: list[int], weights: dict[int, float]) -> np.ndarray:
        weight = np.ones((1, ROWS), np.float32)
        for row, value in weights.items():
            weight[0, row] = value
        full = made()
        table = Table(full.x, full.y[:1], tf.constant(weight), tf.ones(1))
        trainer.learner.initialise(3)
        draw = Draw(np.array(rows, np.int32), np.zeros(0, np.int32))
        trainer.fit(table, draw, seed=1, label="a run")
        return trainer.learner.arrays()["trunk/dense_0/kernel"]

    every = list(range(ROWS))
    np.testing.assert_allclose(trained(every, {4: 2.0}), trained([*every, 4], {}), rtol=1e-5)
    np.testing.assert_allclose(trained(every, {4: 0.0}), trained([*every[:4], *every[5:]], {}),
                               rtol=1e-5)  # fmt: skip
    assert (trained(every, {4: 2.0}) != trained(every, {})).any()


def test_one_label_is_a_binary_task() -> None:
    """Bit for bit: the same rows, start and order give the same weights."""
    settings = Training(learning_rate=0.05, batch_size=4, epochs=3)
    sizes = courses.sizes(settings, train_rows=ROWS, held_rows=ROWS)
    full, found = made(), []
    draw = Draw(np.arange(8, dtype=np.int32), np.arange(8, 12, dtype=np.int32))
    for kind in ("binary", "multilabel"):
        trainer = Trainer(
            Network(widths=(5,)), settings, shape=(FEATURES,), outputs={"0": Output(kind, 1)},
            sizes=sizes,
        )  # fmt: skip
        trainer.learner.initialise(3)
        table = Table(full.x, full.y[:1], full.weight[:1], tf.ones(1))
        trainer.fit(table, draw, seed=1, label="a run")
        found.append(trainer.learner.arrays())
    for name, array in found[0].items():
        np.testing.assert_array_equal(found[1][name], array)


def test_places_cover_the_columns() -> None:
    """Each column belongs to one task, in the order of the tasks."""
    assert columns.places(KINDS.values()) == [0, slice(1, 4), 4, 5]
