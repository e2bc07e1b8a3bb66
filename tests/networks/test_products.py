"""Products with a catalogue are those of NumPy, however long their sums are."""

import numpy as np
import pytest
import tensorflow as tf

from trunkline.networks import products
from trunkline.networks.portable import TERMS

SIZES = [(3, 5, 4), (7, 2 * TERMS + 88, 300), (300, TERMS, 2 * TERMS), (2, TERMS + 1, 3)]


def drawn(users: int, k: int, items: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return both sides of a product, and what comes back to it."""
    rng = np.random.default_rng(k)
    shapes = [(users, k), (items, k), (users, items)]
    left, right, upstream = (rng.standard_normal(shape, np.float32) for shape in shapes)
    return left, right, upstream


@pytest.mark.parametrize("size", SIZES)
def test_it_is_the_product(size: tuple[int, int, int]) -> None:
    """Pieces, and the zeros that fill the last one, add up to the whole sum."""
    left, right, _ = drawn(*size)
    found = products.against(tf.constant(left), tf.constant(right))
    expected = left.astype(np.float64) @ right.T.astype(np.float64)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("size", SIZES)
def test_its_gradients_are_those_of_the_product(size: tuple[int, int, int]) -> None:
    """`G B` for the users and `G^T A` for the items."""
    left, right, upstream = drawn(*size)
    sides = [tf.constant(left), tf.constant(right)]
    with tf.GradientTape() as tape:
        tape.watch(sides)
        told = tf.reduce_sum(upstream * products.against(*sides))
    users, items = tape.gradient(told, sides)
    np.testing.assert_allclose(users, upstream.astype(np.float64) @ right, rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(items, upstream.T.astype(np.float64) @ left, rtol=1e-5, atol=1e-4)


def test_no_sum_is_longer_than_every_processor_adds_in_one_go() -> None:
    """What XLA is handed has at most `TERMS` of them; more are cut up by the size of a cache."""
    left, right, _ = drawn(4, 3 * TERMS + 5, 6)

    @tf.function
    def product(one: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
        return products.against(one, other)

    graph = product.get_concrete_function(tf.constant(left), tf.constant(right)).graph
    kinds = ("MatMul", "BatchMatMulV2")
    found = [op for inner in graphs(graph) for op in inner.get_operations() if op.type in kinds]
    assert found
    assert all(op.inputs[0].shape[-1] <= TERMS for op in found)


def graphs(graph: tf.Graph) -> list[tf.Graph]:
    """Return a graph and the functions that it calls."""
    inner = [function.graph for function in graph._functions.values() if hasattr(function, "graph")]
    return [graph, *inner]


@pytest.mark.parametrize(("rows", "k"), [(4, 3), (TERMS + 9, 7), (5, TERMS + 9)])
def test_each_of_many_is_its_own_product(rows: int, k: int) -> None:
    """A batch of episodes gives, episode by episode, the products and gradients of each."""
    rng = np.random.default_rng(k)
    left, right = (
        tf.constant(rng.standard_normal((3, count, k), np.float32)) for count in (rows, 2)
    )

    def told(one: tf.Tensor, other: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch([one, other])
            product = products.against(one, other)
            total = tf.reduce_sum(tf.square(product))
        return [product, *tape.gradient(total, [one, other])]

    for number in range(3):
        alone = told(left[number], right[number])
        for many, one in zip(told(left, right), alone, strict=True):
            np.testing.assert_allclose(many[number], one, rtol=1e-5, atol=1e-4)
