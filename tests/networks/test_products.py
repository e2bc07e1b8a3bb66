"""Products with a catalogue are those of NumPy, however long their sums are."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from trunkline.networks import portable, products
from trunkline.networks.portable import TERMS
from trunkline.settings.adapting import Dan
from trunkline.training import spectra
from trunkline.training.adapting import dan

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

    assert max(terms(product, tf.constant(left), tf.constant(right))) <= TERMS


LONG, SHORT = TERMS + 44, 6
Two = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
MENDED: dict[str, tuple[Two, bool]] = {  # and whether the second side is transposed
    "compared": (products.compared, True),
    "projected": (products.projected, False),
    "product": (portable.product, False),
    "discrepancy": (lambda one, other: dan.discrepancy(one, other[: len(one)], Dan()), True),
    "smallest": (lambda one, _: spectra.smallest(one, tf.ones(len(one)), 2), True),
}


@pytest.mark.parametrize("sizes", [(SHORT, LONG, SHORT), (LONG, SHORT, LONG), (LONG, LONG, LONG)])
@pytest.mark.parametrize("name", MENDED)
def test_no_sum_with_a_transposed_side_is_long_on_the_way_back(
    name: str, sizes: tuple[int, int, int]
) -> None:
    """Of wide networks, and of large batches: forwards, and in the gradients of both sides."""
    told, transposed = MENDED[name]
    left, right, _ = (tf.constant(side) for side in drawn(*sizes))
    other = right if transposed else tf.transpose(right)

    @tf.function
    def both(one: tf.Tensor, second: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch([one, second])
            total = tf.reduce_sum(tf.square(told(one, second)))
        return tape.gradient(total, [one, second], unconnected_gradients="zero")

    assert max(terms(both, left, other, turned=True)) <= TERMS


@pytest.mark.parametrize("name", ["compared", "projected", "product"])
def test_short_sums_are_those_of_tensorflow(name: str) -> None:
    """What shipped studies have learned with small batches and layers stays, to the bit."""
    told, transposed = MENDED[name]
    left, right, upstream = (tf.constant(side) for side in drawn(32, 64, 16))
    other = right if transposed else tf.transpose(right)
    found = []
    for way in (told, lambda one, second: tf.matmul(one, second, transpose_b=transposed)):
        with tf.GradientTape() as tape:
            tape.watch([left, other])
            answer = way(left, other)
        by_rows, by_other = tape.gradient(answer, [left, other], upstream)
        found.append([answer, by_rows] + ([by_other] if name != "product" else []))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def terms(run: Any, *given: tf.Tensor, turned: bool = False) -> list[int]:
    """Return how many terms each sum of a product has; only of those with a transposed side."""
    found = [0]
    for inner in graphs(run.get_concrete_function(*given).graph):
        for op in inner.get_operations():
            names = {"MatMul": ("transpose_a", "transpose_b"), "BatchMatMulV2": ("adj_x", "adj_y")}
            if op.type in names:
                first, second = (op.get_attr(side) for side in names[op.type])
                if first or second or not turned:
                    found.append(op.inputs[0].shape[-2 if first else -1])
    assert found[1:] or turned
    return found


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
