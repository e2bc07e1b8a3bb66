"""A step of training is made of operations that are the same on every processor."""

import dataclasses
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tests.metalearning.oneshot import examples
from trunkline.metalearning.oneshot import learning
from trunkline.metalearning.oneshot.network import Network
from trunkline.networks.portable import TERMS
from trunkline.settings.metalearning.oneshot import OneShot

ROUNDED = {"Rsqrt", "RsqrtGrad", "Reciprocal", "Inv", "Softmax", "LogSoftmax", "Erfc"}


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
