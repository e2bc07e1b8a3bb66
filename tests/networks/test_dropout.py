"""Dropout by a counter: the right share, the right numbers, no pattern."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from trunkline.networks import dropout

WORD = 2**32


def pcg(count: int) -> float:
    """Return O'Neill's RXS-M-XS hash of a count, in Python's whole numbers."""
    state = (count * 747796405 + 2891336453) % WORD
    word = ((state >> ((state >> 28) + 4)) ^ state) * 277803737 % WORD
    word ^= word >> 22
    return (word >> 8) / 2**24


def uniform(first: int, *shape: int) -> np.ndarray:
    """Return our numbers from a count on."""
    return np.asarray(dropout.uniform(tf.constant(first, tf.uint32), tf.constant(shape)))


def layer(rate: float, count: int) -> dropout.CounterDropout:
    """Return a layer whose stream starts at a count."""
    made = dropout.CounterDropout(rate)
    made.count.assign(count)
    return made


@pytest.mark.parametrize("first", [0, 1, 12345, 2**31 - 3, 2**31, WORD - 2])
def test_uniform_is_the_pcg_hash_of_the_count(first: int) -> None:
    """Each number is the published hash of its count, which wraps at 2^32."""
    expected = [pcg((first + place) % WORD) for place in range(6)]
    assert uniform(first, 2, 3).ravel().tolist() == expected


def test_uniform_is_the_same_compiled() -> None:
    """XLA, a plain graph and eager TensorFlow give the same bits."""
    eager = uniform(99, 50, 20)
    for jit in (False, True):
        compiled = tf.function(
            lambda first: dropout.uniform(first, tf.constant((50, 20))), jit_compile=jit
        )
        np.testing.assert_array_equal(compiled(tf.constant(99, tf.uint32)), eager)


@pytest.mark.parametrize("first", [0, 10**6, 2**31, WORD - 5000])
def test_uniform_fills_all_bins_alike(first: int) -> None:
    """Numbers of successive counts fill 64 bins as chance would, by a chi-squared test."""
    counts = np.histogram(uniform(first, 64_000), bins=64, range=(0, 1))[0]
    assert 1e-4 < stats.chisquare(counts).pvalue < 1 - 1e-4


@pytest.mark.parametrize("lag", [1, 2, 3, 7, 32, 64, 128, 256, 1024, 4096])
def test_uniform_has_no_period(lag: int) -> None:
    """Numbers a lag apart fill an 8 x 8 grid as independent ones would."""
    numbers = uniform(7, 64_000 + lag)
    counts = np.histogram2d(numbers[:-lag], numbers[lag:], bins=8, range=[[0, 1]] * 2)[0]
    assert stats.chisquare(counts.ravel()).pvalue > 1e-4


def test_uniform_stays_below_one() -> None:
    """The largest of many numbers is below 1 and the smallest not below 0."""
    numbers = uniform(0, 10**6)
    assert numbers.min() >= 0
    assert numbers.max() < 1


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.5, 0.9])
def test_share_dropped_and_mean_kept(rate: float) -> None:
    """The share dropped is `rate`, what is left is scaled, and the mean stays."""
    rows = 100_000
    out = np.asarray(layer(rate, 5)(tf.ones((rows, 1)), training=True))
    dropped = int((out == 0).sum())
    assert stats.binomtest(dropped, rows, rate).pvalue > 1e-4
    np.testing.assert_allclose(out[out != 0], 1 / (1 - rate), rtol=1e-6)
    assert abs(out.mean() - 1) < 5 * np.sqrt(rate / (1 - rate) / rows)


def test_same_count_same_numbers() -> None:
    """A stream set to the same count repeats itself; another count is another stream."""
    x = tf.ones((40, 8))
    first, again, other = (np.asarray(layer(0.5, c)(x, training=True)) for c in (3, 3, 400))
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.3


def test_successive_calls_differ() -> None:
    """The count moves on by as many numbers as were used, so no call repeats another."""
    made, x = layer(0.5, 10), tf.ones((40, 8))
    first, second = (np.asarray(made(x, training=True)) for _ in range(2))
    assert int(made.count) == 10 + 2 * 40 * 8
    assert (first != second).mean() > 0.3


def test_the_count_wraps() -> None:
    """Past 2^31 - 1 the stream goes on without an error."""
    made = layer(0.5, 2**31 - 5)
    out = np.asarray(made(tf.ones((10, 1)), training=True))
    expected = [2.0 * (pcg((2**31 - 5 + place) % WORD) >= 0.5) for place in range(10)]
    assert out.ravel().tolist() == expected


def test_inference_is_the_identity() -> None:
    """Outside training inputs pass bit for bit and the count stays."""
    made, x = layer(0.5, 10), tf.random.Generator.from_seed(1).normal((20, 5))
    np.testing.assert_array_equal(made(x, training=False), x)
    np.testing.assert_array_equal(made(x), x)
    assert int(made.count) == 10


def test_a_saved_layer_comes_back() -> None:
    """The configuration rebuilds the layer with its rate and name."""
    made = dropout.CounterDropout(0.3, name="drop")
    again = keras.layers.deserialize(keras.layers.serialize(made))
    assert (again.rate, again.name) == (0.3, "drop")
