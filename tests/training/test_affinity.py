"""What a step of one task does for another, and the groups that follow from it."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from trunkline.training import affinity, foresight
from trunkline.training.batches import Batch, Table
from trunkline.training.signals import Signal
from trunkline.training.trainer import Trainer

Make, Tables = Callable[..., Trainer], Callable[..., Table]
RATE = 0.1


def batch(table: Table) -> Batch:
    """Return the first eight rows."""
    return Batch(table, tf.range(8), tf.ones(8), tf.constant(RATE))


def test_by_hand() -> None:
    """L = (theta^2 / 2, (theta - 2)^2 / 2) at 1: steps to 0.9 and 1.1, losses 0.405 and 0.605."""
    theta = tf.Variable(1.0)

    def losses(table: Table, rows: tf.Tensor, weight: tf.Tensor, training: bool) -> tf.Tensor:
        found = 0.5 * tf.square(theta - tf.constant([0.0, 2.0]))
        return tf.stack([found, tf.ones(2)])

    table = Table(tf.zeros((8, 1)), tf.zeros((2, 8)), tf.ones((2, 8)), tf.ones(2))
    found = foresight.affinity(losses, [theta], batch(table), 2)
    np.testing.assert_allclose(found, [[0.19, -0.21], [-0.21, 0.19]], atol=1e-6)


def test_a_network_step_by_step(make_trainer: Make, make_table: Tables) -> None:
    """The same as gradients, steps of the trunk and losses one by one; no weight is changed."""
    trainer, table = make_trainer("0", "1", "2"), make_table("0", "1", "2", weights=(1, 2, 0.5))
    program, _ = trainer._program("everything")
    trunk = trainer.learner.trunk.trainable_variables
    before = [variable.numpy() for variable in program.live]
    found = foresight.affinity(program._losses, [v.value for v in trunk], batch(table), 3).numpy()
    for variable, value in zip(program.live, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)

    def means() -> tf.Tensor:
        total, count = tf.unstack(program._losses(table, tf.range(8), tf.ones(8), False))
        return table.task_weight * total / count

    for task in range(3):
        with tf.GradientTape() as tape:
            now = means()
            loss = now[task]
        gradients = tape.gradient(loss, [v.value for v in trunk])
        for variable, gradient in zip(trunk, gradients, strict=True):
            variable.assign(variable - RATE * gradient)
        np.testing.assert_allclose(found[task], 1 - means() / now, atol=1e-5)
        for variable, value in zip(program.live, before, strict=True):
            variable.assign(value)
    assert (np.diag(found) > 0).all()


def signal(step: int, present: list[float]) -> Signal:
    """Return a step whose affinity is its number."""
    nothing = tf.zeros(2)
    return Signal(
        losses=nothing, present=tf.constant(present), gram=nothing, gradients=nothing,
        rate=tf.constant(0.1), epoch=tf.constant(0), batch=tf.constant(0),
        step=tf.constant(step), key=tf.constant(0, tf.uint32), slope=tf.negative,
        affinity=lambda: tf.fill([2, 2], float(step)),
    )  # fmt: skip


def test_every_tenth_step_counts() -> None:
    """The mean is over steps 0, 10, ... in which both tasks have labels; all weights are 1."""
    balancer = affinity.build()
    state = balancer.start(2, 5)
    for step in range(25):
        answer, state = balancer.weigh(state, signal(step, [1.0, 0.0 if step == 20 else 1.0]))
        assert answer.numpy().tolist() == [1, 1]
    found = affinity.mean([value.numpy() for value in state])
    np.testing.assert_allclose(found, [[10, 5], [5, 5]])


def test_tasks_that_never_met() -> None:
    """Nothing is known of them: 0."""
    assert affinity.mean([np.zeros((2, 2)), np.zeros((2, 2))]).tolist() == [[0, 0], [0, 0]]


def test_known_groups() -> None:
    """Two pairs that help each other and harm the others, up to six tasks and above."""
    for pairs in (2, 3, 4):
        matrix = np.kron(np.eye(pairs), np.full((2, 2), 1.5)) - 0.5
        wanted = tuple((2 * pair, 2 * pair + 1) for pair in range(pairs))
        assert affinity.grouped(matrix) == wanted


@pytest.mark.parametrize("tasks", [2, 5, 6, 7, 9])
def test_all_or_none(tasks: int) -> None:
    """Where all help all, they train together; where all harm, each alone."""
    rng = np.random.Generator(np.random.PCG64(tasks))
    helping = 1 + 0.01 * rng.uniform(size=(tasks, 1)) * np.ones((1, tasks))
    assert affinity.grouped(-helping) == tuple((task,) for task in range(tasks))
    if tasks < 4:
        assert affinity.grouped(helping) == (tuple(range(tasks)),)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), tasks=st.integers(2, 4))
def test_no_grouping_is_better(seed: int, tasks: int) -> None:
    """Against every assignment of tasks to groups; the diagonal does not count."""
    matrix = np.random.Generator(np.random.PCG64(seed)).normal(size=(tasks, tasks))

    def worth(labels: tuple[int, ...]) -> float:
        total = 0.0
        for j, label in enumerate(labels):
            others = [matrix[i, j] for i in range(tasks) if i != j and labels[i] == label]
            total += sum(others) / len(others) if others else 0.0
        return total

    groups = affinity.grouped(matrix)
    assert sorted(task for group in groups for task in group) == list(range(tasks))
    found = tuple(next(g for g, group in enumerate(groups) if t in group) for t in range(tasks))
    assert worth(found) == pytest.approx(max(map(worth, product(range(tasks), repeat=tasks))))
    assert affinity.grouped(matrix + 9 * np.eye(tasks)) == groups
