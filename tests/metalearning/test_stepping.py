"""The arms that are trained on an episode, and the network two of them begin with."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from tests.metalearning import small
from trunkline.metalearning import pretraining, stepping
from trunkline.metalearning.method import Arrays, Form, Task
from trunkline.metalearning.stepping import Arm
from trunkline.settings.study import Network, Training
from trunkline.tasks.episodes import Pool

ARMS: tuple[Arm, ...] = ("scratch", "fine_tune", "linear_probe")


def path(form: Form, arm: Arm, task: Task, steps: list[int], rate: float = 0.05) -> np.ndarray:
    """Return the answers of an arm with the first weights of seed 0."""
    arm_of = stepping.build(form, arm)
    return arm_of.path(task, arm_of.start(0), rate, steps).numpy()


def pool(form: Form, rows: int = 60) -> Pool:
    """Return rows about four centres, one a class; of a regression, sums of their entries."""
    rng = np.random.default_rng(0)
    y = np.arange(rows, dtype=np.int32) % 4
    x = (2 * np.eye(4, form.shape[0])[y] + 0.3 * rng.normal(size=(rows, *form.shape))).astype(
        np.float32
    )
    none, labels = np.full(rows, -1, np.int32), y if form.ways else x.sum(1)
    return Pool(x, labels, y, np.zeros_like(y), none, ("a", "b", "c", "d"), form.ways)


@pytest.mark.parametrize("arm", ARMS)
def test_steps_teach_the_support(arm: Arm) -> None:
    """Answers after each number of steps in one run; more steps, a better fit."""
    form = small.form()
    task = small.task(form)
    seen = task._replace(query=task.support)
    found = path(form, arm, seen, [0, 1, 40])
    assert found.shape == (3, 2, 6, 3)
    right = (found.argmax(-1) == task.support_y.numpy()).mean((1, 2))
    assert right[2] > 0.9


def test_the_head_of_a_probe_learns_by_the_steps_of_adam() -> None:
    """A second implementation, in NumPy: two steps on what the trunk makes of the support."""
    form = small.form()
    task, arm = small.task(form), stepping.build(form, "linear_probe")
    weights = arm.start(0)
    support, query = (
        np.tanh(x[0].numpy() @ weights["trunk/dense_0/kernel"]) for x in (task.support, task.query)
    )
    theta = np.vstack([weights["head/target/dense/kernel"], weights["head/target/dense/bias"]])
    rows, m, v = np.hstack([support, np.ones((6, 1))]), 0.0, 0.0
    for t in (1, 2):
        p = np.exp(rows @ theta)
        p /= p.sum(1, keepdims=True)
        g = rows.T @ (p - np.eye(3)[task.support_y[0].numpy()]) / 6
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        theta = theta - 0.05 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    wanted = np.hstack([query, np.ones((12, 1))]) @ theta
    found = path(form, "linear_probe", task, [2])
    np.testing.assert_allclose(found[0, 0], wanted, rtol=1e-4, atol=1e-5)


def test_one_compilation_serves_all_rates_and_numbers_of_steps() -> None:
    """Another rate, other weights, other numbers: the same graph."""
    form = small.form()
    arm, task = stepping.build(form, "scratch"), small.task(form)
    for seed, rate, steps in ((0, 0.1, [0, 2]), (1, 0.01, [1, 5])):
        arm.path(task, arm.start(seed), rate, steps)
    assert arm._compiled.experimental_get_tracing_count() == 1


def test_bits_repeat() -> None:
    """Two arms of the same seed answer the same, bit for bit."""
    form = small.form()
    one, other = (path(form, "fine_tune", small.task(form), [3]) for _ in range(2))
    assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("arm", ["fine_tune", "linear_probe"])
def test_a_pretrained_network_is_normalised_by_what_it_learned(arm: Arm) -> None:
    """Before any step it answers as the Learner does, moving moments and all."""
    form = small.form(Network(widths=(6,), batch_norm=True))
    stepper, task = stepping.build(form, arm), small.task(form)
    weights = {k: v + np.float32(0.5) for k, v in stepper.start(0).items()}
    learner = stepper._learner
    learner.load(weights)
    wanted = learner.heads["target"](learner.trunk(task.query[1]))
    found = stepper.path(task, weights, 0.1, [0])[0, 1]
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)


def fitted(form: Form, **options: int) -> Arrays:
    """Return weights of a network trained on all classes at once."""
    training = Training(learning_rate=0.02, batch_size=16, **options)
    return pretraining.Pretraining(pool(form), form, training).fit(0, "small")


def test_a_network_of_all_classes_gives_its_trunk() -> None:
    """Four classes in training, three in an episode: the head is drawn anew, the trunk stays."""
    form = small.form()
    arrays = fitted(form, epochs=20)
    assert set(arrays) == {"trunk/dense_0/kernel", "trunk/dense_0/bias"}
    weights = stepping.build(form, "fine_tune").start(3, arrays)
    np.testing.assert_array_equal(weights["trunk/dense_0/kernel"], arrays["trunk/dense_0/kernel"])
    assert weights["head/target/dense/kernel"].shape == (6, 3)


def test_a_network_of_all_numbers_gives_its_head_too() -> None:
    """What it learned of all tasks, it answers before any step."""
    form = small.form(ways=0)
    arrays, rows = fitted(form, epochs=60), pool(form)
    stepper = stepping.build(form, "fine_tune")
    task = Task(*(tf.constant(it[None]) for it in (rows.x[:2], rows.y[:2], rows.x, rows.y)))
    said = stepper.path(task, stepper.start(0, arrays), 0.01, [0])[0, 0, :, 0]
    assert np.mean((said - rows.y) ** 2) < 0.2 * np.var(rows.y)


def test_a_network_of_groups_of_the_same_classes_gives_its_head_too() -> None:
    """A class means the same in every group: what was learned of it is there before any step."""
    form = small.form(ways=4)
    rows = pool(form)
    groups = replace(rows, group=np.repeat(np.arange(3, dtype=np.int32), 20), classes=4)
    training = Training(learning_rate=0.02, batch_size=16, epochs=20)
    arrays = pretraining.Pretraining(groups, form, training).fit(0, "small")
    stepper = stepping.build(form, "fine_tune")
    task = Task(*(tf.constant(it[None]) for it in (rows.x[:8], rows.y[:8], rows.x, rows.y)))
    said = stepper.path(task, stepper.start(0, arrays), 0.01, [0])[0, 0]
    assert np.mean(np.argmax(said, -1) == rows.y) > 0.9


def test_each_class_has_held_rows() -> None:
    """A fifth of each class's fifteen rows is held back."""
    form = small.form()
    draw = pretraining.Pretraining(pool(form), form, Training(epochs=1))._draw(0)
    np.testing.assert_array_equal(np.bincount(pool(form).y[draw.held]), [3, 3, 3, 3])
    assert sorted([*draw.train, *draw.held]) == list(range(60))
