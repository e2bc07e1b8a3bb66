"""Heads that are solved on the support, against scikit-learn's solutions."""

import numpy as np
import pytest
import tensorflow as tf
from sklearn.linear_model import Ridge
from sklearn.svm import LinearSVC

from tests.metalearning import example_episodes as examples
from trunkline.metalearning.method import Form, Task
from trunkline.metalearning.methods import metaoptnet, r2d2
from trunkline.settings.metalearning.methods import MetaOptNet, R2d2
from trunkline.training import solvers


def ridge(rows: np.ndarray, targets: np.ndarray, query: np.ndarray, strength: float) -> np.ndarray:
    """Return what scikit-learn's ridge says, with a column of ones among its inputs."""
    support, asked = (np.concatenate([x, np.ones_like(x[:, :1])], 1) for x in (rows, query))
    model = Ridge(alpha=strength, fit_intercept=False)
    return model.fit(support.astype(np.float64), targets).predict(asked.astype(np.float64))


@pytest.mark.parametrize("shots", [1, 5])
def test_r2d2_is_a_ridge_regression_on_classes(shots: int) -> None:
    """`scale` times scikit-learn's answers for a 1 of the own class; more or fewer rows than d."""
    made = examples.form(shots=shots)
    task = examples.drawn(made)
    method = examples.identity("r2d2", made, R2d2(ridge=0.3))
    found = method.answers(task)
    for episode in range(2):
        rows, labels, query = (part[episode].numpy() for part in task[:3])
        expected = ridge(rows, np.eye(made.ways)[labels], query, 0.3)
        np.testing.assert_allclose(found[episode], r2d2.SCALE * expected, atol=1e-4)


def test_scale_and_bias_are_put_on_the_answers() -> None:
    """A x W + b, which only classes have."""
    made = examples.form()
    task = examples.drawn(made)
    method = examples.identity("r2d2", made)
    before = method.answers(task).numpy()
    method.trained["scale"].assign(2 * r2d2.SCALE)
    method.trained["bias"].assign(0.5)
    np.testing.assert_allclose(method.answers(task), 2 * before + 0.5, rtol=1e-5)


def regression(shots: int) -> Form:
    """Return the form of a regression on four numbers."""
    return examples.form(ways=0, shots=shots)


@pytest.mark.parametrize("shots", [3, 12])
def test_r2d2_of_a_regression_is_scikit_learns(shots: int) -> None:
    """Numbers of the support as they are, no scale."""
    made = regression(shots)
    task = examples.lines(made)
    method = examples.identity("r2d2", made, R2d2(ridge=0.05))
    found = method.answers(task)
    assert found.shape == (2, made.queries, 1)
    assert not {"scale", "bias"} & method.trained.keys()
    for episode in range(2):
        rows, numbers, query = (part[episode].numpy() for part in task[:3])
        expected = ridge(rows, numbers, query, 0.05)
        np.testing.assert_allclose(found[episode, :, 0], expected, atol=1e-3)
    error = np.square(found[..., 0] - task.query_y).mean(1)
    np.testing.assert_allclose(method.loss(task, training=False), error, rtol=1e-5)


def test_the_strength_is_learned_through_the_solution() -> None:
    """The gradient by log lambda is that of finite differences."""
    made = regression(12)
    method, task = examples.identity("r2d2", made), examples.lines(made)
    variable = method.trained["log_ridge"]
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(method.loss(task, training=False))
    found = float(tape.gradient(total, variable.value))
    sides = []
    for step in (0.01, -0.01):
        variable.assign(step)
        sides.append(float(tf.reduce_sum(method.loss(task, training=False))))
    assert found == pytest.approx((sides[0] - sides[1]) / 0.02, rel=0.01)


def test_an_inverse_of_a_hundred_rows_is_numpys() -> None:
    """Of well-posed matrices, each on its own."""
    rows = np.random.default_rng(0).standard_normal((2, 100, 30))
    matrices = rows @ rows.transpose(0, 2, 1) + 5 * np.eye(100)
    found = solvers.inverse(tf.constant(matrices, tf.float32))
    np.testing.assert_allclose(found, np.linalg.inv(matrices), atol=1e-4)


@pytest.mark.parametrize("shots", [1, 6])
def test_metaoptnet_is_the_machine_of_crammer_and_singer(shots: int) -> None:
    """With enough steps its answers are those of scikit-learn's solver."""
    made = examples.form(shots=shots)
    task = examples.drawn(made, spread=1.0)
    options = MetaOptNet(c=0.5, iterations=800)
    found = examples.identity("metaoptnet", made, options).answers(task)
    for episode in range(2):
        rows, labels, query = (part[episode].numpy().astype(np.float64) for part in task[:3])
        machine = LinearSVC(
            C=0.5, multi_class="crammer_singer", fit_intercept=False, tol=1e-9, max_iter=200_000
        )
        expected = machine.fit(rows, labels).decision_function(query)
        np.testing.assert_allclose(found[episode], expected, atol=2e-3)


def test_dual_variables_are_where_the_problem_wants_them() -> None:
    """After any number of steps rows have the sum 0, at most C of their class, others at most 0."""
    made = examples.form()
    task = examples.drawn(made)
    kernel = tf.matmul(task.support, task.support, transpose_b=True)
    own = 0.1 * tf.one_hot(task.support_y, made.ways)
    for iterations in (1, 4, 15):
        found = metaoptnet.solved(kernel, own, MetaOptNet(iterations=iterations))
        np.testing.assert_allclose(tf.reduce_sum(found, -1), 0, atol=1e-6)
        assert (found <= own + 1e-6).numpy().all()


def test_more_steps_come_nearer_to_the_optimum() -> None:
    """The dual's value falls with the number of steps."""
    made = examples.form(shots=5)
    task = examples.drawn(made, spread=1.0)
    kernel = tf.matmul(task.support, task.support, transpose_b=True)
    own = tf.one_hot(task.support_y, made.ways)
    values = []
    for iterations in (1, 5, 15, 60):
        dual = metaoptnet.solved(kernel, own, MetaOptNet(c=1.0, iterations=iterations))
        said = tf.reduce_sum(dual * tf.matmul(kernel, dual)) / 2 - tf.reduce_sum(own * dual)
        values.append(float(said))
    assert values == sorted(values, reverse=True)


def test_a_number_of_steps_has_a_gradient() -> None:
    """It flows through the steps: a longer embedding of the support changes the loss."""
    made = examples.form()
    method, task = examples.identity("metaoptnet", made), examples.drawn(made)
    support = tf.Variable(task.support)
    with tf.GradientTape() as tape:
        told = tf.reduce_sum(method.loss(Task(support, *task[1:]), training=False))
    assert np.abs(tape.gradient(told, support)).max() > 1e-4
