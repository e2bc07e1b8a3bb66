"""MAML and its kin: what holds for each of them, and what only for one."""

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.metalearning import small
from trunkline.metalearning import adapting, descending
from trunkline.metalearning.gradient import BUILD
from trunkline.metalearning.method import Adaptive, Task
from trunkline.metalearning.methods import reptile
from trunkline.settings.metalearning import methods as options
from trunkline.settings.study import Network

OPTIONS: dict[str, Any] = {
    "maml": options.Maml(steps=2, test_steps=3),
    "fomaml": options.Fomaml(steps=2, test_steps=3),
    "anil": options.Anil(steps=2, test_steps=3),
    "meta_sgd": options.MetaSgd(steps=2, test_steps=3),
    "reptile": options.Reptile(steps=3, test_steps=3),
}
STABLE = options.Maml(steps=2, test_steps=3, multi_step=True, learned_rates=True, first_order=0.5)


def made(name: str, given: Any = None, **form: Any) -> Adaptive:
    """Return a method with first weights."""
    method = BUILD[name](small.form(**form), given or OPTIONS[name])
    method.start(0)
    return method


def slopes(method: Adaptive, task: Task, *, jit: bool = False) -> dict[str, np.ndarray]:
    """Return the derivative of the mean loss by all that is trained."""

    @tf.function(jit_compile=jit)
    def run() -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(method.loss(task, True))
        return tape.gradient(loss, [v.value for v in method.trained.values()])

    return {name: one.numpy() for name, one in zip(method.trained, run(), strict=True)}


@pytest.mark.parametrize("name", OPTIONS)
def test_it_answers_after_each_number_of_steps(name: str) -> None:
    """Shapes are as promised; `answers` are those after the steps of a test."""
    method, task = made(name), small.task(small.form())
    path = method.path(task, [0, 1, 3])
    assert path.shape == (3, 2, small.WAYS * small.QUERIES, small.WAYS)
    np.testing.assert_array_equal(path[2], method.answers(task))
    assert not np.allclose(path[0], path[1])


@pytest.mark.parametrize("name", OPTIONS)
def test_a_regression_has_one_output(name: str) -> None:
    """And its steps bring it nearer to the support's numbers."""
    form = small.form(ways=0, shape=(1,))
    method, task = BUILD[name](form, replace(OPTIONS[name], rate=0.02)), small.task(form)
    method.start(0)
    seen = task._replace(query=task.support, query_y=task.support_y)
    path = method.path(seen, [0, 20])
    errors = tf.reduce_mean((path[..., 0] - task.support_y) ** 2, (1, 2)).numpy()
    assert errors[1] < errors[0]


@pytest.mark.parametrize("name", OPTIONS)
def test_steps_teach_the_support(name: str) -> None:
    """After steps on three classes it knows their rows better than by chance."""
    method, task = made(name), small.task(small.form())
    seen = task._replace(query=task.support, query_y=task.support_y)
    path = method.path(seen, [0, 30])
    right = tf.reduce_mean(
        tf.cast(tf.argmax(path, -1, tf.int32) == task.support_y, tf.float32), (1, 2)
    )
    assert right[1] > max(0.6, float(right[0]))


@pytest.mark.parametrize("name", [*OPTIONS, "maml++"])
def test_training_lowers_the_loss(name: str) -> None:
    """On the same episodes, by Adam, whatever is taken for the gradient."""
    method = made(name) if name in OPTIONS else made("maml", STABLE)
    task, optimizer = small.task(small.form(), episodes=4), keras.optimizers.Adam(0.02)
    variables = list(method.trained.values())
    optimizer.build(variables)

    @tf.function
    def run() -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(method.loss(task, True))
        optimizer.apply(tape.gradient(loss, [v.value for v in variables]), variables)
        return loss

    before = float(tf.reduce_mean(method.loss(task, False)))
    for _ in range(10):
        run()
    assert float(tf.reduce_mean(method.loss(task, False))) < 0.9 * before


@pytest.mark.parametrize("name", OPTIONS)
def test_bits_repeat(name: str) -> None:
    """Two methods of the same seed have the same derivatives, bit for bit."""
    task = small.task(small.form())
    one, other = (slopes(made(name), task, jit=name == "maml") for _ in range(2))
    assert [v.tobytes() for v in one.values()] == [v.tobytes() for v in other.values()]


@pytest.mark.parametrize("name", OPTIONS)
def test_an_episode_does_not_know_the_others(name: str) -> None:
    """Its answers are the same in a batch and alone."""
    method, task = made(name), small.task(small.form())
    alone = Task(*(part[1:] for part in task))
    np.testing.assert_allclose(
        method.answers(task)[1:], method.answers(alone), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("name", OPTIONS)
def test_nor_does_it_share_moments_with_them_while_it_trains(name: str) -> None:
    """A batch that is filled with other episodes leaves the loss of each as it is."""
    network = Network(widths=(6,), activation="tanh", batch_norm=True)
    method, task = made(name, network=network), small.task(small.form(network))
    alone = Task(*(part[1:] for part in task))
    together = method.loss(task, True)[1:]
    np.testing.assert_allclose(together, method.loss(alone, True), rtol=1e-4)


@pytest.mark.parametrize("name", OPTIONS)
def test_rows_of_a_support_have_no_order(name: str) -> None:
    """Turned round, they teach the same."""
    method, task = made(name), small.task(small.form())
    turned = task._replace(support=task.support[:, ::-1], support_y=task.support_y[:, ::-1])
    np.testing.assert_allclose(method.answers(task), method.answers(turned), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", OPTIONS)
def test_names_of_classes_do_not_matter_to_a_head_of_zeros(name: str) -> None:
    """Numbered otherwise, classes have the same scores under their new numbers."""
    method, task = made(name), small.task(small.form())
    for path, variable in method.trained.items():
        if path.startswith("head/"):
            variable.assign(tf.zeros(variable.shape))
    new = tf.constant([2, 0, 1])
    renamed = task._replace(support_y=tf.gather(new, task.support_y))
    scores = tf.gather(method.answers(renamed), new, axis=-1)
    np.testing.assert_allclose(method.answers(task), scores, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", OPTIONS)
def test_rows_are_embedded_by_the_first_weights(name: str) -> None:
    """As wide as the trunk's last layer."""
    assert made(name).embed(tf.ones((7, 5))).shape == (7, 6)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("batch_norm", [False, True])
def test_pictures_are_learned_too(name: str, batch_norm: bool) -> None:
    """Derivatives of a convolution, normalised or not, are numbers and reach its kernel."""
    network = Network(trunk="conv", widths=(3,), activation="tanh", batch_norm=batch_norm)
    form = {"network": network, "shape": (4, 4, 1)}
    found = slopes(made(name, **form), small.task(small.form(**form)))
    assert all(np.isfinite(one).all() for one in found.values())
    assert np.abs(found["trunk/conv_0/kernel"]).max() > 0


def test_anil_leaves_the_trunk_alone() -> None:
    """Its steps are those of a softmax regression on what the trunk makes of rows."""
    method, task = made("anil"), small.task(small.form())
    kernel, bias = (method.trained[f"head/target/dense/{it}"].numpy() for it in ("kernel", "bias"))
    support, query = (method.embed(x[0]).numpy() for x in (task.support, task.query))  # type: ignore[attr-defined]
    for _ in range(3):
        z = support @ kernel + bias
        p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
        error = (p - np.eye(3)[task.support_y[0].numpy()]) / len(p)
        kernel, bias = kernel - 0.1 * support.T @ error, bias - 0.1 * error.sum(0)
    np.testing.assert_allclose(method.answers(task)[0], query @ kernel + bias, rtol=1e-4, atol=1e-5)
    assert np.abs(slopes(method, task)["trunk/dense_0/kernel"]).max() > 0  # learned all the same


def test_reptile_after_one_plain_step_is_joint_training() -> None:
    """It moves by rate dL_support(theta), averaged over the episodes."""
    form, task = small.form(), small.task(small.form())
    method = reptile.build(form, options.Reptile(rate=0.5, steps=1), descending.plain())
    method.start(0)
    joint = BUILD["maml"](form, options.Maml(steps=1, test_steps=1, rate=1e-12))
    joint.start(0)
    seen = task._replace(query=task.support, query_y=task.support_y)
    wanted = slopes(joint, seen)  # steps of no length: plain training on the support
    for name, one in slopes(method, task).items():
        np.testing.assert_allclose(one, 0.5 * wanted[name], rtol=1e-4, atol=1e-6)


def test_reptile_trains_on_the_support_and_then_on_queries() -> None:
    """Two shots and four queries of a class: a second and a third step learn from the queries."""
    form, task = small.form(), small.task(small.form())
    x, y = reptile.Reptile(form, options.Reptile(), descending.plain())._rows(task)
    assert x.shape == (3, 2, 6, 5)
    np.testing.assert_array_equal(x[0], task.support)
    np.testing.assert_array_equal(x[2, :, :2], task.query[:, 2:4])
    np.testing.assert_array_equal(y, np.tile([0, 0, 1, 1, 2, 2], (3, 2, 1)))


def test_at_first_all_steps_count_alike_in_the_end_the_last_alone() -> None:
    """Half way the others have lost half: 1/6, 1/6 and what is left."""
    for time, wanted in ((0.0, [1 / 3] * 3), (0.5, [1 / 6, 1 / 6, 2 / 3]), (2.0, [0, 0, 1])):
        np.testing.assert_allclose(adapting.annealed(tf.constant(time), 3), wanted, atol=1e-7)


def test_training_begins_first_order_and_goes_on_with_the_whole_derivative() -> None:
    """A half of ten steps: the sixth call has MAML's derivative, those before FOMAML's."""
    task, mixed = small.task(small.form()), options.Maml(steps=2, first_order=0.5)
    method, found = made("maml", mixed), []

    @tf.function
    def run() -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(method.loss(task, True))
        return tape.gradient(loss, method.trained["trunk/dense_0/kernel"].value)

    found = [run().numpy() for _ in range(6)]
    for one, other in ((found[4], "fomaml"), (found[5], "maml")):
        wanted = slopes(made(other), task)["trunk/dense_0/kernel"]
        np.testing.assert_allclose(one, wanted, rtol=1e-4, atol=1e-7)


def test_rates_are_learned_where_they_are_to_be() -> None:
    """One for each weight of Meta-SGD; one for each step and array of MAML++; else none."""
    assert made("meta_sgd").trained["rate/trunk/dense_0/kernel"].shape == (1, 5, 6)
    assert made("maml", STABLE).trained["rate/trunk/dense_0/kernel"].shape == (2, 1, 1)
    assert not [name for name in made("maml").trained if name.startswith("rate/")]


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("ways", [small.WAYS, 0])
def test_a_rate_that_diverges_is_told(name: str, ways: int) -> None:
    """The loss of such an episode is NaN, so that whoever trains can name it."""
    form = small.form(ways=ways)
    method = BUILD[name](form, replace(OPTIONS[name], rate=1e8))
    method.start(0)
    losses = method.loss(small.task(form), True).numpy()
    assert np.isnan(losses[0])
