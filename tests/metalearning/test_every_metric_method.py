"""What every method that compares promises, whatever it compares by."""

import numpy as np
import pytest
import tensorflow as tf

from tests.metalearning import example_episodes as examples
from trunkline.metalearning import metric
from trunkline.metalearning.comparing import Comparing
from trunkline.metalearning.method import Task
from trunkline.settings.metalearning import methods as options_of
from trunkline.settings.study import Network

NAMES = sorted(metric.BUILD)
NORMALISED = Network(widths=(6,), batch_norm=True, dropout=0.2)


def test_each_method_of_the_settings_is_built() -> None:
    """Names of the settings and of the table agree."""
    assert set(metric.BUILD) == set(options_of.METRIC) == set(examples.OPTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_it_answers_each_query_with_a_number_for_each_class(name: str) -> None:
    """Answers are [B, Q, W], losses [B], both finite; embeddings [N, d]."""
    made = examples.form()
    method, task = examples.build(name, made), examples.drawn(made)
    answers, losses = method.answers(task), method.loss(task, training=True)
    assert answers.shape == (2, 9, 3)
    assert losses.shape == (2,)
    assert np.isfinite(answers).all()
    assert np.isfinite(losses).all()
    assert method.embed(task.query[0]).shape == (9, 4)


@pytest.mark.parametrize("name", NAMES)
def test_other_numbers_for_the_classes_change_nothing_else(name: str) -> None:
    """Classes that are numbered anew have the same answers, in the new order, and the same loss."""
    made = examples.form()
    method, task = examples.build(name, made), examples.drawn(made)
    new = np.array([2, 0, 1])  # of class 0, 1, 2
    renamed = task._replace(
        support_y=tf.gather(new, task.support_y), query_y=tf.gather(new, task.query_y)
    )
    found = tf.gather(method.answers(renamed), new, axis=-1)
    np.testing.assert_allclose(found, method.answers(task), atol=2e-4)
    losses = [method.loss(each, training=False) for each in (renamed, task)]
    np.testing.assert_allclose(*losses, rtol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_support_rows_does_not_matter(name: str) -> None:
    """A shuffled support teaches the same."""
    made = examples.form()
    method, task = examples.build(name, made), examples.drawn(made)
    order = np.random.default_rng(1).permutation(made.ways * made.shots)
    shuffled = task._replace(
        support=tf.gather(task.support, order, axis=1),
        support_y=tf.gather(task.support_y, order, axis=1),
    )
    np.testing.assert_allclose(method.answers(shuffled), method.answers(task), atol=2e-4)


@pytest.mark.parametrize("name", [n for n in NAMES if n != "transductive_prototypes"])
def test_no_answer_depends_on_the_other_queries(name: str) -> None:
    """One query alone is answered as it is among others, batch normalisation or not."""
    made = examples.form(network=NORMALISED)
    method, task = examples.build(name, made), examples.drawn(made)
    alone = task._replace(query=task.query[:, 4:5], query_y=task.query_y[:, 4:5])
    np.testing.assert_allclose(method.answers(alone)[:, 0], method.answers(task)[:, 4], atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_finite_where_all_rows_are_alike(name: str) -> None:
    """Distances of 0, and embeddings of 0, which have no direction."""
    made = examples.form()
    method, task = examples.build(name, made), examples.drawn(made)
    for rows in (tf.ones_like, tf.zeros_like):
        flat = task._replace(support=rows(task.support), query=rows(task.query))
        for gradient in gradients(method, flat).values():
            assert np.isfinite(gradient).all()


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_those_of_finite_differences(name: str) -> None:
    """A small step of all that is trained, along its gradient, changes the loss as that says."""
    made = examples.form(network=Network(widths=(5,), activation="tanh"))
    method, task = examples.build(name, made), examples.drawn(made)
    found = gradients(method, task)
    length = sum(float(tf.reduce_sum(g**2)) for g in found.values()) ** 0.5
    first = {key: v.numpy() for key, v in method.trained.items()}
    losses = []
    for sign in (1, -1):
        for key, variable in method.trained.items():
            variable.assign(first[key] + sign * 0.01 * found[key] / length)
        losses.append(float(tf.reduce_sum(method.loss(task, training=False))))
    assert (losses[0] - losses[1]) / 0.02 == pytest.approx(length, rel=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_a_fresh_build_has_the_same_bits(name: str) -> None:
    """The same seed, in another build: the same weights and answers; another seed, others."""
    made = examples.form(network=Network(trunk="conv", widths=(3,), dropout=0.2), shape=(4, 4, 1))
    task = examples.drawn(made)
    methods = [examples.build(name, made) for _ in range(2)]
    first, second = (method.loss(task, training=True).numpy() for method in methods)
    assert first.tobytes() == second.tobytes()
    methods[1].start(4)
    assert weights(methods[0]) != weights(methods[1])
    methods[1].start(3)
    assert weights(methods[0]) == weights(methods[1])


@pytest.mark.parametrize("name", NAMES)
def test_xla_compiles_it(name: str) -> None:
    """Answers that XLA compiles are those of a graph that it does not."""
    made = examples.form()
    method, task = examples.build(name, made), examples.drawn(made)
    found = tf.function(method.answers, jit_compile=True)(task)
    np.testing.assert_allclose(found, method.answers(task), atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_moments_are_kept_and_not_trained(name: str) -> None:
    """Moving moments change while it trains, with all rows of a batch, and not when it answers."""
    made = examples.form(network=NORMALISED)
    method, task = examples.build(name, made), examples.drawn(made)
    assert {key.rsplit("/", 1)[1] for key in method.kept} == {"moving_mean", "moving_variance"}
    assert not method.kept.keys() & method.trained.keys()
    mean = method.kept["trunk/norm_0/moving_mean"]
    method.answers(task)
    assert not mean.numpy().any()
    method.loss(task, training=True)
    rows = np.concatenate([task.support, task.query], 1).reshape(-1, 4)
    inner = rows @ method.trained["trunk/dense_0/kernel"].numpy()
    np.testing.assert_allclose(mean.numpy(), 0.01 * inner.mean(0), atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_episodes_of_a_batch_share_moments_while_they_train(name: str) -> None:
    """What fills a batch up counts nothing in the loss, but in the moments; afterwards nowhere."""
    made = examples.form(network=Network(widths=(6,), batch_norm=True))
    method, task = examples.build(name, made), examples.drawn(made, episodes=2)
    alone = Task(*(part[:1] for part in task))
    for training, alike in ((True, False), (False, True)):
        one, both = (method.loss(each, training=training)[0] for each in (alone, task))
        assert np.allclose(one, both, rtol=1e-4) == alike


@pytest.mark.parametrize("name", NAMES)
def test_it_is_no_matter_how_many_episodes_there_are(name: str) -> None:
    """An episode alone is answered as it is in a batch."""
    made = examples.form()
    method, task = examples.build(name, made), examples.drawn(made, episodes=3)
    alone = Task(*(part[1:2] for part in task))
    np.testing.assert_allclose(method.answers(alone)[0], method.answers(task)[1], atol=1e-4)


def gradients(method: Comparing, task: Task) -> dict[str, tf.Tensor]:
    """Return the gradient of the sum of losses by each of what is trained."""
    variables = {key: v.value for key, v in method.trained.items()}
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(method.loss(task, training=False))
    found = tape.gradient(total, list(variables.values()))
    return {
        key: tf.zeros_like(v) if g is None else tf.convert_to_tensor(g)
        for (key, v), g in zip(variables.items(), found, strict=True)
    }


def weights(method: Comparing) -> bytes:
    """Return the weights as bytes."""
    return b"".join(v.numpy().tobytes() for v in method.trained.values())
