"""Losses against hand numbers, NumPy, Keras, their limits and finite differences."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import special

from trunkline.objectives import losses

Pair = tuple[np.ndarray, np.ndarray]
ROWS = 7


def rng() -> np.random.Generator:
    """Return a generator, always the same."""
    return np.random.Generator(np.random.PCG64(1))


def example(kind: str) -> Pair:
    """Return truths [7], or [7, labels], and outputs [7, units] of a kind of task."""
    numbers = rng()
    if kind == "multiclass":
        return np.arange(ROWS, dtype=np.float32) % 3, numbers.normal(size=(ROWS, 3)) * 2
    if kind == "binary":
        return np.arange(ROWS, dtype=np.float32) % 2, numbers.normal(size=(ROWS, 1)) * 2
    if kind == "multilabel":
        labels = numbers.integers(2, size=(ROWS, 3)).astype(np.float32)
        return labels, numbers.normal(size=(ROWS, 3)) * 2
    return numbers.normal(size=ROWS), numbers.normal(size=(ROWS, 1))


def numpy_loss(kind: str, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return the loss as its definition reads, in float64."""
    z = z.astype(np.float64)
    if kind == "multiclass":
        return special.logsumexp(z, axis=1) - z[np.arange(len(y)), y.astype(int)]
    if kind == "binary":
        p = special.expit(z[:, 0])
        return -(y * np.log(p) + (1 - y) * np.log(1 - p))
    if kind == "multilabel":
        return np.log1p(np.exp(z)) - z * y
    return (y - z[:, 0]) ** 2


def keras_loss(kind: str, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return the loss by Keras, unreduced."""
    if kind == "multiclass":
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
        return np.asarray(loss(y, z))
    if kind == "binary":
        loss = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)
        return np.asarray(loss(y[:, None], z))
    if kind == "multilabel":  # Keras takes the mean over the last axis, here of one label
        loss = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)
        return np.asarray(loss(y[:, :, None], z[:, :, None]))
    return np.asarray(keras.losses.MeanSquaredError(reduction=None)(y[:, None], z))


def value(kind: str, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return our loss [batch] of arrays."""
    return np.asarray(losses.OBJECTIVES[kind](tf.cast(y, tf.float32), tf.cast(z, tf.float32)))


def gradient(kind: str, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return the gradient of the summed loss with respect to the outputs."""
    outputs = tf.constant(z, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(outputs)
        total = tf.reduce_sum(losses.OBJECTIVES[kind](tf.cast(y, tf.float32), outputs))
    return np.asarray(tape.gradient(total, outputs))


KINDS = pytest.mark.parametrize("kind", losses.OBJECTIVES)


@KINDS
def test_equals_its_definition_in_numpy(kind: str) -> None:
    """Each row's loss is the formula's, in float64."""
    y, z = example(kind)
    np.testing.assert_allclose(value(kind, y, z), numpy_loss(kind, y, z), rtol=2e-6, atol=1e-6)


@KINDS
def test_equals_keras(kind: str) -> None:
    """Each row's loss is that of `keras.losses`."""
    y, z = example(kind)
    np.testing.assert_allclose(
        value(kind, y, z), keras_loss(kind, y, z.astype(np.float32)), rtol=2e-6, atol=1e-6
    )


@KINDS
def test_gradient_agrees_with_finite_differences(kind: str) -> None:
    """The gradient is the slope of the NumPy definition in float64."""
    y, z = example(kind)
    step = 1e-6
    slopes = np.zeros_like(z)
    for place in np.ndindex(*z.shape):
        up, down = z.copy(), z.copy()
        up[place] += step
        down[place] -= step
        slopes[place] = (numpy_loss(kind, y, up) - numpy_loss(kind, y, down)).sum() / (2 * step)
    np.testing.assert_allclose(gradient(kind, y, z), slopes, atol=2e-6)


@pytest.mark.parametrize(
    ("kind", "y", "z", "expected"),
    [
        ("binary", 1.0, [0.0], np.log(2)),
        ("binary", 0.0, [np.log(3)], np.log(4)),
        ("multiclass", 1.0, [0.0, np.log(2), 0.0], np.log(2)),
        ("multiclass", 0.0, [0.0, np.log(2), 0.0], np.log(4)),
        ("regression", 3.0, [1.0], 4.0),
    ],
)
def test_hand_numbers(kind: str, y: float, z: list[float], expected: float) -> None:
    """Odds of 1, 2 and 3 to 1 cost the logarithms one works out by hand."""
    np.testing.assert_allclose(value(kind, np.array([y]), np.array([z])), [expected], rtol=1e-6)


@pytest.mark.parametrize(
    ("kind", "y", "z"),
    [
        ("binary", [1, 0], [[1e4], [-1e4]]),
        ("multiclass", [0, 2], [[1e4, 0, 0], [0, 0, 1e4]]),
        ("regression", [3, -4], [[3], [-4]]),
    ],
)
def test_zero_at_the_truth(kind: str, y: list[float], z: list[list[float]]) -> None:
    """A certain and right prediction costs nothing, exactly."""
    assert value(kind, np.array(y), np.array(z)).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("kind", "y", "z", "expected"),
    [
        ("binary", [1, 0, 1, 0], [[1e4], [-1e4], [-1e4], [1e4]], [0, 0, 1e4, 1e4]),
        ("multiclass", [0, 0], [[1e4, -1e4], [-1e4, 1e4]], [0, 2e4]),
        ("regression", [0, 0], [[1e4], [-1e4]], [1e8, 1e8]),
    ],
)
def test_extreme_outputs_stay_finite(
    kind: str, y: list[float], z: list[list[float]], expected: list[float]
) -> None:
    """At +-1e4 the value is exact and the gradient finite."""
    truth, outputs = np.array(y), np.array(z)
    np.testing.assert_array_equal(value(kind, truth, outputs), np.float32(expected))
    assert np.isfinite(gradient(kind, truth, outputs)).all()
