"""Layers with portable bits compute what Keras's own compute."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.networks import portable

SHAPES = [
    pytest.param((3, 8, 8, 2), 1, id="a few pictures at a time"),
    pytest.param((5, 9, 7, 1), 2, id="odd sizes, a stride of two"),
    pytest.param((2, 20, 20, 3), 1, id="pictures larger than a piece"),
    pytest.param((2, 37, 33, 1), 2, id="large, odd, a stride of two"),
    pytest.param((2, 8, 8, 64), 1, id="many channels"),
    pytest.param((2, 9, 8, 60), 2, id="many channels, the last piece short"),
]


def normal(*shape: int) -> tf.Tensor:
    """Return normal numbers, the same for a shape."""
    return tf.constant(seeds.generator(1, *shape).standard_normal(shape), tf.float32)


@pytest.mark.parametrize(("shape", "stride"), SHAPES)
def test_a_convolution_and_its_gradients_are_those_of_tensorflow(
    shape: tuple[int, ...], stride: int
) -> None:
    """Cutting it and the kernel's gradient into pieces changes their last digits only."""
    x, kernel = normal(*shape), normal(3, 3, shape[3], 4) / shape[3] ** 0.5
    found = {}
    for name, convolve in (
        ("ours", portable.convolve),
        ("theirs", lambda a, w, s: tf.nn.conv2d(a, w, s, "SAME")),
    ):
        with tf.GradientTape() as tape:
            tape.watch([x, kernel])
            y = convolve(x, kernel, stride)
            total = tf.reduce_sum(tf.sin(y))
        found[name] = [y, *tape.gradient(total, [x, kernel])]
    for ours, theirs in zip(found["ours"], found["theirs"], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("size", "channels"), [(3, 16), (3, 29), (3, 64), (5, 40), (9, 7)])
def test_no_sum_over_channels_is_longer_than_every_processor_adds_in_one_go(
    size: int, channels: int
) -> None:
    """Short ones are taken whole."""
    x, kernel = normal(1, 6, 6, channels), normal(size, size, channels, 2)
    run = tf.function(portable.convolve).get_concrete_function(x, kernel, 1)
    terms = [
        int(np.prod(op.inputs[1].shape[:3]))
        for op in run.graph.get_operations()
        if op.type == "Conv2D"
    ]
    assert max(terms) <= portable.TERMS
    assert sum(terms) == size * size * channels
    assert (len(terms) == 1) == (size * size * channels <= portable.TERMS)


def test_a_batch_of_unknown_size_has_the_same_kernel_gradient() -> None:
    """Where the number of pictures is not known beforehand, patches are written out."""
    x, upstream = normal(3, 8, 8, 2), normal(3, 4, 4, 5)
    shape = tf.TensorShape([3, 3, 2, 5])
    specs = [tf.TensorSpec([None, *tensor.shape[1:]], tf.float32) for tensor in (x, upstream)]
    traced = tf.function(
        lambda a, b: portable.kernel_gradient(a, b, shape, 2), input_signature=specs
    )
    np.testing.assert_allclose(
        traced(x, upstream), portable.kernel_gradient(x, upstream, shape, 2), rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize("shape", [(16, 5), (4, 3, 3, 2)])
def test_batch_normalisation_is_that_of_keras(shape: tuple[int, ...]) -> None:
    """While training and afterwards, outputs, gradients and running moments agree with Keras."""
    ours, theirs = portable.BatchNormalization(), keras.layers.BatchNormalization()
    x = normal(*shape) * 3.0 + 2.0
    for training in (True, True, False):
        found = []
        for layer in (ours, theirs):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = layer(x, training=training)
                total = tf.reduce_sum(tf.sin(y))
            found.append([y, tape.gradient(total, x), *layer.weights])
        for mine, other in zip(*found, strict=True):
            np.testing.assert_allclose(mine, other, rtol=2e-4, atol=2e-4)


def test_batch_normalisation_by_hand() -> None:
    """Of 1 and 3, mean 2 and variance 1, epsilon 0.001: -+ 1 / sqrt(1.001)."""
    layer = portable.BatchNormalization()
    found = layer(tf.constant([[1.0], [3.0]]), training=True)
    np.testing.assert_allclose(found, [[-(1.001**-0.5)], [1.001**-0.5]], rtol=1e-6)


def test_moments_that_are_kept_do_not_move() -> None:
    """A layer that is not trainable normalises by its running moments, training or not."""
    layer = portable.BatchNormalization()
    layer(normal(8, 3), training=True)
    layer.trainable = False
    before = [weight.numpy() for weight in layer.weights]
    outputs = [layer(normal(6, 3), training=training) for training in (True, False)]
    np.testing.assert_array_equal(*outputs)
    for weight, old in zip(layer.weights, before, strict=True):
        np.testing.assert_array_equal(weight.numpy(), old)
