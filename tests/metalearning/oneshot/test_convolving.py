"""Long sums of a convolution, and of a step of training, are the same on every processor."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf

from tests.metalearning.oneshot import examples
from trunkline.determinism import seeds
from trunkline.metalearning.oneshot import convolving, learning
from trunkline.metalearning.oneshot.network import Network
from trunkline.networks.portable import TERMS
from trunkline.settings.metalearning.oneshot import OneShot

SHAPES = [
    pytest.param((3, 3, 5, 4), 1, id="in one piece"),
    pytest.param((3, 3, 64, 6), 1, id="in three"),
    pytest.param((3, 3, 60, 6), 2, id="the last one short, a stride of two"),
    pytest.param((9, 9, 7, 2), 1, id="fewer channels at a time than instructions take"),
]
ROUNDED = {"Rsqrt", "RsqrtGrad", "Reciprocal", "Inv", "Softmax", "LogSoftmax", "Erfc"}


def normal(*shape: int) -> tf.Tensor:
    """Return normal numbers, the same for a shape."""
    return tf.constant(seeds.generator(1, *shape).standard_normal(shape), tf.float32)


@pytest.mark.parametrize(("shape", "stride"), SHAPES)
def test_a_convolution_and_its_gradients_are_those_of_tensorflow(
    shape: tuple[int, int, int, int], stride: int
) -> None:
    """Cutting the sums into pieces changes their last digits only."""
    x, kernel = normal(2, 10, 10, shape[2]), normal(*shape)
    found = []
    for convolve in (convolving.convolve, lambda a, w, s: tf.nn.conv2d(a, w, s, "SAME")):
        with tf.GradientTape() as tape:
            tape.watch([x, kernel])
            y = convolve(x, kernel, stride)
            total = tf.reduce_sum(tf.square(y))
        found.append([y, *tape.gradient(total, [x, kernel])])
    for ours, theirs in zip(*found, strict=True):
        size = float(tf.reduce_max(tf.abs(theirs)))
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5 * size)


@pytest.mark.parametrize("shape", [(17, 17, 1, 1), (3, 3, 4, TERMS + 1)])
def test_a_kernel_that_cannot_be_cut_is_refused(shape: tuple[int, ...]) -> None:
    """One of too many pixels, or of more filters than the gradient may sum over."""
    with pytest.raises(ValueError, match=r"at most 256 pixels and 256 filters, received .*smaller"):
        convolving.convolve(normal(1, 20, 20, shape[2]), normal(*shape), 1)


def test_no_sum_of_a_step_is_longer_than_every_processor_adds_in_one_go() -> None:
    """Of widths and a number of characters that give long ones, forwards and backwards."""
    settings = dataclasses.replace(examples.SMALL, classes=32, channels=(32, 64), described=64)
    found = [op for graph in _graphs(_step(settings)) for op in graph.get_operations()]
    assert max(_terms(op) for op in found) <= TERMS
    assert sum(_terms(op) > 0 for op in found) > 20
    assert not {op.type for op in found} & ROUNDED


def _step(settings: OneShot) -> tf.Graph:
    """Return the graph of a step of training."""
    network = Network(settings, 1)
    pictures = tf.zeros((2 * settings.classes, settings.side, settings.side, 3))
    step: Callable[..., tf.Tensor] = learning._step(network, settings)
    return step.get_concrete_function(pictures).graph  # type: ignore[attr-defined]


def _graphs(graph: tf.Graph) -> list[tf.Graph]:
    inner = [f.graph for f in graph._functions.values() if hasattr(f, "graph")]
    return [graph, *inner]


def _terms(op: tf.Operation) -> int:
    """Return how many terms a product's or a convolution's sums have; 0 of others."""
    if op.type in ("MatMul", "BatchMatMulV2"):
        side = "transpose_a" if op.type == "MatMul" else "adj_x"
        return int(op.inputs[0].shape[-2 if op.get_attr(side) else -1])
    if op.type == "Conv2D":
        return int(np.prod(op.inputs[1].shape[:3]))
    if op.type == "Conv2DBackpropInput":
        return int(op.inputs[2].shape[3])
    if op.type == "Conv2DBackpropFilter":
        return int(np.prod(op.inputs[2].shape[:3]))
    return 0
