"""The inner loop and its derivative are what the formulas say."""

import numpy as np
import pytest
import tensorflow as tf

from trunkline.metalearning import costs, functional, inner, walking
from trunkline.metalearning.inner import Problem, Walk
from trunkline.settings.study import Network

B, S, Q = 2, 4, 5
NETWORK = Network(widths=(3, 4), activation="tanh")
SHAPES = {
    "trunk/dense_0/kernel": (2, 3), "trunk/dense_0/bias": (3,), "trunk/dense_1/kernel": (3, 4),
    "trunk/dense_1/bias": (4,), "head/target/dense/kernel": (4, 3), "head/target/dense/bias": (3,),
}  # fmt: skip


def weights(seed: int = 0) -> list[tf.Tensor]:
    """Return weights without an axis of episodes, in float64."""
    rng = np.random.default_rng(seed)
    return [tf.constant(rng.normal(size=shape)) for shape in SHAPES.values()]


def problem(network: Network = NETWORK) -> Problem:
    """Return losses of a small network on random rows."""
    rng = np.random.default_rng(1)
    x, z = tf.constant(rng.normal(size=(B, S, 2))), tf.constant(rng.normal(size=(B, Q, 2)))
    y, t = (tf.constant(rng.integers(0, 3, (B, count)), tf.int32) for count in (S, Q))

    def of(rows: tf.Tensor, labels: tf.Tensor) -> walking.Loss:
        def loss(given: list[tf.Tensor], fixed: list[tf.Tensor]) -> tf.Tensor:
            named = dict(zip(SHAPES, given, strict=True))
            shift = fixed[0] if fixed else 0.0
            return costs.cross_entropy(labels, functional.answers(network, named, rows + shift))

        return loss

    return Problem(of(x, y), of(z, t))


def speeds(count: int = 1, rate: float = 0.3) -> list[tf.Tensor]:
    """Return rates [count, 1, ...] of each weight, falling from step to step."""
    return [
        tf.constant(np.reshape(rate / np.arange(1, count + 1), (count, *[1] * len(shape))))
        for shape in SHAPES.values()
    ]


@tf.function
def total(values: list[tf.Tensor], rates: list[tf.Tensor], walk: Walk) -> tf.Tensor:
    """Return the sum of the losses over the episodes."""
    return tf.reduce_sum(inner.losses(problem(), functional.repeated(values, B), rates, [], walk))


def by_weights(values: list[tf.Tensor], rates: list[tf.Tensor], walk: Walk) -> list[np.ndarray]:
    """Return the derivative of `total` by the first weights and by the rates."""
    with tf.GradientTape() as tape:
        tape.watch([*values, *rates])
        found = total(values, rates, walk)
    return [one.numpy() for one in tape.gradient(found, [*values, *rates])]


def by_differences(
    values: list[tf.Tensor], rates: list[tf.Tensor], walk: Walk, directions: list[np.ndarray]
) -> list[float]:
    """Return the slope of `total` in a direction of each tensor, by central differences."""
    given, found = [*values, *rates], []
    for place, direction in enumerate(directions):
        sides = []
        for change in (1e-5, -1e-5):
            moved = [*given]
            moved[place] = given[place] + change * direction
            sides.append(float(total(moved[: len(values)], moved[len(values) :], walk)))
        found.append((sides[0] - sides[1]) / 2e-5)
    return found


SHARES = tf.constant([0.2, 0.5, 0.3], tf.float64)


@pytest.mark.parametrize(
    "walk", [Walk(1), Walk(3), Walk(3, shares=SHARES)], ids=["one step", "three", "all count"]
)
@pytest.mark.parametrize("count", [1, 3], ids=["one rate", "a rate a step"])
def test_the_derivative_is_that_of_finite_differences(walk: Walk, count: int) -> None:
    """By the first weights and by the rates, through every step, in float64."""
    found, rng = by_weights(weights(), speeds(count), walk), np.random.default_rng(4)
    directions = [rng.normal(size=one.shape) for one in found]
    wanted = by_differences(weights(), speeds(count), walk, directions)
    slopes = [np.sum(one * to) for one, to in zip(found, directions, strict=True)]
    np.testing.assert_allclose(slopes, wanted, rtol=1e-6, atol=1e-8)


def test_so_is_that_by_what_steps_do_not_change() -> None:
    """A shift of all inputs, which both losses see."""

    def of(shift: tf.Tensor) -> tf.Tensor:
        begun = functional.repeated(weights(), B)
        return tf.reduce_sum(inner.losses(problem(), begun, speeds(), [shift], Walk(3)))

    shift = tf.constant(np.random.default_rng(2).normal(size=(B, 1, 2)))
    with tf.GradientTape() as tape:
        tape.watch(shift)
        found = of(shift)
    slope = tape.gradient(found, shift).numpy()
    step = np.zeros((B, 1, 2))
    step[1, 0, 0] = 1e-5
    wanted = (float(of(shift + step)) - float(of(shift - step))) / 2e-5
    np.testing.assert_allclose(slope[1, 0, 0], wanted, rtol=1e-6)


def test_it_is_that_of_the_steps_written_out() -> None:
    """A second implementation: three steps in a row, and TensorFlow's own derivative of them."""
    values, rates = weights(), speeds()
    with tf.GradientTape() as tape:
        tape.watch(values)
        now = functional.repeated(values, B)
        for _ in range(3):
            with tf.GradientTape() as within:
                within.watch(now)
                support = problem().support(now, [])
            steps = within.gradient(support, now)
            now = [w - a[0] * g for w, a, g in zip(now, rates, steps, strict=True)]
        found = tf.reduce_sum(problem().query(now, []))
    np.testing.assert_allclose(total(values, rates, Walk(3)), found, rtol=1e-12)
    ours = by_weights(values, rates, Walk(3))[: len(values)]
    for one, other in zip(ours, tape.gradient(found, values), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


def test_without_steps_it_is_plain_training() -> None:
    """The loss, and its derivative, are those of the queries at the first weights."""
    values = weights()
    with tf.GradientTape() as tape:
        tape.watch(values)
        plain = tf.reduce_sum(problem().query(functional.repeated(values, B), []))
    wanted = tape.gradient(plain, values)
    with tf.GradientTape() as tape:
        tape.watch(values)
        found = total(values, speeds(), Walk(0))
    np.testing.assert_allclose(found, plain, rtol=1e-14)
    for one, other in zip(tape.gradient(found, values), wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15)


def test_all_weight_on_the_last_step_is_the_last_step_alone() -> None:
    """Losses after the other steps count nothing."""
    last = Walk(3, shares=tf.constant([0.0, 0.0, 1.0], tf.float64))
    for one, other in zip(
        by_weights(weights(), speeds(), last), by_weights(weights(), speeds(), Walk(3)), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15)


def test_without_second_derivatives_it_is_the_slope_where_the_steps_end() -> None:
    """FOMAML: the derivative by the last weights, taken for that by the first."""
    values = weights()
    seen: list[list[tf.Tensor]] = []

    def look(now: list[tf.Tensor]) -> tf.Tensor:
        seen.append(now)
        return tf.zeros(B, tf.float64)

    begun, one_number = functional.repeated(values, B), tf.constant([3])
    walking.path(problem().support, begun, speeds(), look, one_number)
    with tf.GradientTape() as tape:
        tape.watch(seen[-1])
        judged = problem().query(seen[-1], [])
    ends = [tf.reduce_sum(g, 0) for g in tape.gradient(judged, seen[-1])]
    found = by_weights(values, speeds(), Walk(3, second=False))[: len(values)]
    for one, other in zip(found, ends, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-14)


def test_first_and_second_order_agree_where_the_inner_loss_is_linear() -> None:
    """A loss without curvature has no second derivative to leave out."""
    slope = tf.constant([[1.0, -2.0], [0.5, 3.0]], tf.float64)
    bent = Problem(
        lambda now, _: tf.reduce_sum(now[0] * slope, 1),
        lambda now, _: tf.reduce_sum(now[0] ** 4, 1),
    )
    begun, rates = (
        [tf.constant([[0.3, 0.1], [0.2, -0.4]], tf.float64)],
        [tf.fill((1, 1), tf.constant(0.1, tf.float64))],
    )
    found = []
    for second in (True, False):
        with tf.GradientTape() as tape:
            tape.watch(begun)
            loss = tf.reduce_sum(inner.losses(bent, begun, rates, [], Walk(4, second)))
        found.append(tape.gradient(loss, begun)[0].numpy())
    np.testing.assert_array_equal(found[0], found[1])


def test_a_linear_regression_has_the_numbers_of_a_plain_restatement() -> None:
    """H = 2 X'X / S; a step is theta - a (H theta - 2 X'y / S); dL = (I - a H)^n dL_query."""
    rng = np.random.default_rng(3)
    x, y, z, t = (rng.normal(size=shape) for shape in ((4, 2), (4,), (5, 2), (5,)))
    theta, a, n = np.array([0.5, -1.0]), 0.1, 3
    hessian, now = 2 * x.T @ x / 4, theta
    for _ in range(n):
        now = now - a * 2 * x.T @ (x @ now - y) / 4
    wanted = np.linalg.matrix_power(np.eye(2) - a * hessian, n) @ (2 * z.T @ (z @ now - t) / 5)

    def of(rows: np.ndarray, numbers: np.ndarray) -> walking.Loss:
        return lambda now, _: costs.squared_error(
            tf.constant(numbers[None]), tf.constant(rows[None]) @ now[0][:, :, None]
        )

    begun, rates = tf.constant(theta[None]), [tf.constant([[a]], tf.float64)]
    with tf.GradientTape() as tape:
        tape.watch(begun)
        loss = inner.losses(Problem(of(x, y), of(z, t)), [begun], rates, [], Walk(n))
    np.testing.assert_allclose(loss[0], np.mean((z @ now - t) ** 2), rtol=1e-12)
    np.testing.assert_allclose(tape.gradient(loss, begun)[0], wanted, rtol=1e-12)


def test_a_hand_computed_step() -> None:
    """L = theta^2 on both sides, theta 1, rate 0.1: theta' 0.8, L 0.64, dL 2 * 0.8 * 0.8 = 1.28."""
    square = Problem(lambda now, _: now[0][:, 0] ** 2, lambda now, _: now[0][:, 0] ** 2)
    begun, rates = tf.ones((1, 1), tf.float64), [tf.fill((1, 1), tf.constant(0.1, tf.float64))]
    with tf.GradientTape() as tape:
        tape.watch([begun, *rates])
        loss = inner.losses(square, [begun], rates, [], Walk(1))
    by_weight, by_rate = tape.gradient(loss, [begun, rates[0]])
    found = float(loss[0]), float(by_weight[0, 0]), float(by_rate[0, 0])
    np.testing.assert_allclose(found, (0.64, 1.28, -3.2), rtol=1e-12)
