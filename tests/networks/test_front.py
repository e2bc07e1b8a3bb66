"""Fronts: what is made of numbers, categories and tokens, against NumPy and by hand."""

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from trunkline.data.layout import Block, Layout
from trunkline.networks import front, learner, lookup, numbers, portable, trunks
from trunkline.networks.learner import Arrays, Learner
from trunkline.settings.study import Network

NUMBERS = Block(kind="numbers", name="numbers", width=2)
CITIES = Block(kind="category", name="city", width=2, vocabulary=4, size=3)
TITLE = Block(kind="tokens", name="title", width=5, vocabulary=6, size=2)
LAYOUT = (NUMBERS, CITIES, TITLE)
ROWS = 7
TABLE, WORDS = "trunk/front/category_city/table", "trunk/front/tokens_title/table"
READING = Network(trunk="text", widths=(3,), windows=(1, 3), filters=4)


def rows(seed: int = 2, layout: Layout = LAYOUT) -> np.ndarray:
    """Return rows of a layout; texts are filled up with 0, and the last has no word."""
    rng = np.random.Generator(np.random.PCG64(seed))
    made = []
    for block in layout:
        if block.kind == "numbers":
            made.append(rng.normal(size=(ROWS, block.width)) * 2)
        elif block.kind == "category":
            made.append(rng.integers(0, block.vocabulary, (ROWS, block.width)))
        else:
            words = rng.integers(1, block.vocabulary, (ROWS, block.width))
            lengths = np.arange(ROWS)[::-1] % (block.width + 1)
            made.append(np.where(np.arange(block.width) < lengths[:, None], words, 0))
    return np.concatenate(made, axis=1).astype(np.float32)


def build(layout: Layout = LAYOUT, width: int | None = None, **network: Any) -> Learner:
    """Return a learner whose weights all differ from their first values."""
    wanted = replace(READING, **network)
    entries = width or sum(block.width for block in layout)
    made = learner.build(wanted, (entries,), {"task": 1}, layout=layout)
    made.initialise(1)
    rng = np.random.Generator(np.random.PCG64(5))
    made.load({n: (a + rng.normal(0, 0.3, a.shape)).astype("f") for n, a in made.arrays().items()})
    return made


def fronted(made: Learner, x: np.ndarray) -> np.ndarray:
    """Return what the front of a trunk says."""
    output = made.trunk.get_layer("front").output
    found: np.ndarray = keras.Model(made.trunk.inputs, output)(tf.constant(x)).numpy()
    return found


def by_hand(weights: Arrays, row: np.ndarray, trunk: str) -> list[float]:
    """Return what the front says of one row, entry by entry."""
    said: list[float] = []
    for i, x in enumerate(row[:2]):
        if trunk == "embedding":
            slopes, offsets = (
                weights[f"trunk/front/numbers_numbers/{name}"] for name in ("slopes", "offsets")
            )
            cut = cut_by_hand(float(x), numbers.edges(8))
            said += [max(0.0, float(cut @ slopes[i, :, s]) + offsets[i, s]) for s in range(8)]
        else:
            said.append(x)
    for category in row[2:4]:
        said += list(weights[TABLE][int(category)])
    words = [weights[WORDS][int(token)] for token in row[4:] if token > 0]
    if trunk != "text":
        return said + list(np.mean(words, axis=0) if words else np.zeros(2))
    for width in (1, 3):
        place = f"trunk/front/tokens_title/window_{width}"
        kernel, bias = weights[f"{place}/kernel"], weights[f"{place}/bias"]
        best = np.zeros(4)
        for first in range(len(words)):
            seen = words[first : first + width]
            seen = [*seen, *[np.zeros(2)] * (width - len(seen))]
            best = np.maximum(best, np.concatenate(seen) @ kernel + bias)
        said += list(best)
    return said


def cut_by_hand(x: float, at: np.ndarray) -> np.ndarray:
    """Return the piecewise linear encoding of a number."""
    found = []
    for p in range(len(at) - 1):
        share = (x - at[p]) / (at[p + 1] - at[p])
        share = share if p == 0 else max(share, 0.0)
        found.append(share if p == len(at) - 2 else min(share, 1.0))
    return np.array(found)


@pytest.mark.parametrize("trunk", ["dense", "residual", "embedding", "text"])
def test_against_a_second_implementation(trunk: str) -> None:
    """Each entry is the one that plain Python finds."""
    made, x = build(trunk=trunk), rows()
    wanted = [by_hand(made.arrays(), row, trunk) for row in x]
    np.testing.assert_allclose(fronted(made, x), wanted, rtol=1e-5, atol=1e-6)


def test_a_mean_by_hand() -> None:
    """Words 2 and 3 of vectors (1, 2) and (3, 6): their mean is (2, 4), whatever 0 stands for."""
    made = build((TITLE,), trunk="dense")
    table = np.array([[9, 9], [0, 0], [1, 2], [3, 6], [0, 0], [0, 0]], np.float32)
    made.load({WORDS: table})
    said = fronted(made, np.array([[2, 3, 0, 0, 0], [0, 0, 0, 0, 0]], np.float32))
    np.testing.assert_array_equal(said, [[2, 4], [0, 0]])


def test_pieces_by_hand() -> None:
    """Edges at -1, 0, 1, 2: 0.5 fills the first piece and half of the second; ends are open."""
    at = np.array([-1, 0, 1, 2], np.float32)
    said = numbers.encode(tf.constant([[0.5, -3.0, 4.0]]), at).numpy()
    np.testing.assert_array_equal(said, [[[1, 0.5, 0], [-2, 0, 0], [1, 1, 3]]])


@pytest.mark.parametrize("pieces", [3, 4, 8])
def test_edges_are_quantiles(pieces: int) -> None:
    """Each inner piece holds the same share of a normal distribution; the outer are symmetric."""
    at = numbers.edges(pieces)
    drawn = np.random.Generator(np.random.PCG64(1)).normal(size=100_000)
    share, _ = np.histogram(drawn, [-np.inf, *at[1:-1], np.inf])
    np.testing.assert_allclose(share / drawn.size, 1 / pieces, atol=0.01)
    np.testing.assert_allclose(at, -at[::-1], atol=1e-6)
    assert (np.diff(at) > 0).all()


def test_an_encoded_number_can_be_read_back() -> None:
    """The pieces, each as long as it is, add up to the number: nothing of it is lost."""
    at = numbers.edges(8)
    x = np.linspace(-5, 5, 101, dtype=np.float32)
    said = numbers.encode(tf.constant(x[:, None]), at).numpy()[:, 0]
    np.testing.assert_allclose(said @ np.diff(at) + at[0], x, atol=1e-5)


@pytest.mark.parametrize("trunk", ["dense", "text"])
def test_length_of_padding_changes_nothing(trunk: str) -> None:
    """Texts that are filled up to 9 words say what they say filled up to 5."""
    longer = replace(TITLE, width=9)
    short, long = build((TITLE,), trunk=trunk), build((longer,), trunk=trunk)
    long.load(short.arrays(), whole=True)
    x = rows(layout=(TITLE,))
    padded = np.pad(x, ((0, 0), (0, 4)))
    np.testing.assert_allclose(fronted(long, padded), fronted(short, x), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("trunk", ["dense", "embedding", "text"])
def test_numbers_of_categories_and_words_are_names(trunk: str) -> None:
    """Other numbers for the same values, with their vectors in other places, change nothing."""
    first, second, x = build(trunk=trunk), build(trunk=trunk), rows()
    arrays, other = first.arrays(), x.copy()
    for table, places in ((TABLE, slice(2, 4)), (WORDS, slice(4, None))):
        size = len(arrays[table])
        order = np.array([0, *np.random.Generator(np.random.PCG64(3)).permutation(size - 1) + 1])
        moved = np.empty_like(arrays[table])
        moved[order] = arrays[table]
        arrays[table] = moved
        other[:, places] = order[x[:, places].astype(int)]
    second.load(arrays, whole=True)
    assert (other != x).any()
    np.testing.assert_array_equal(fronted(second, other), fronted(first, x))


def test_order_of_words() -> None:
    """A mean does not see it; a window of three words does."""
    x = np.array([[1, 2, 3, 0, 0]], np.float32)
    for trunk, same in (("dense", True), ("text", False)):
        made = build((TITLE,), trunk=trunk)
        said = [fronted(made, given) for given in (x, x[:, [2, 1, 0, 3, 4]])]
        assert np.allclose(*said, atol=1e-6) == same


@pytest.mark.parametrize("jit", [False, True])
def test_gradient_of_a_lookup(jit: bool) -> None:
    """It is that of NumPy, of the table's shape; rows that nobody looked up have 0."""
    rng = np.random.Generator(np.random.PCG64(4))
    table, index = rng.normal(size=(6, 3)), rng.integers(0, 5, (8, 2))
    weights = rng.normal(size=(8, 2, 3))

    @tf.function(jit_compile=jit)  # type: ignore[untyped-decorator]  # TensorFlow is untyped
    def gradient(given: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(given)
            said = lookup.look_up(given, tf.constant(index, tf.int32))
            total = tf.reduce_sum(said * weights.astype(np.float32))
        return tape.gradient(total, given)

    wanted = np.zeros((6, 3))
    np.add.at(wanted, index, weights)
    found = gradient(tf.constant(table, tf.float32)).numpy()
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
    assert (found[5] == 0).all()


@pytest.mark.parametrize("count", [3, 256, 700])
def test_a_product_of_many_rows(count: int) -> None:
    """Value and gradients are those of a plain product, however many pieces it is summed in."""
    rng = np.random.Generator(np.random.PCG64(6))
    x, kernel, up = (rng.normal(size=s).astype("f") for s in ((count, 4), (4, 3), (count, 3)))
    given, weights = tf.constant(x), tf.constant(kernel)
    with tf.GradientTape() as tape:
        tape.watch([given, weights])
        said = portable.product(given, weights)
        total = tf.reduce_sum(said * up)
    to_rows, to_kernel = tape.gradient(total, [given, weights])
    np.testing.assert_allclose(said, x @ kernel, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(to_rows, up @ kernel.T, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(to_kernel, x.T @ up, rtol=1e-3, atol=1e-4)


def test_first_values() -> None:
    """Vectors begin within 1 / sqrt(size), those of index 0 at 0; the same for the same seed."""
    made = learner.build(READING, (9,), {"task": 1}, layout=LAYOUT)
    made.initialise(4)
    first = made.arrays()
    for name, size in ((TABLE, 3), (WORDS, 2)):
        assert (first[name][0] == 0).all()
        assert (first[name][1:] != 0).all()
        assert np.abs(first[name]).max() <= 1 / np.sqrt(size)
    made.initialise(5)
    assert (made.arrays()[TABLE][1:] != first[TABLE][1:]).all()
    made.initialise(4)
    np.testing.assert_array_equal(made.arrays()[TABLE], first[TABLE])


@pytest.mark.parametrize("trunk", ["dense", "conv", "residual"])
def test_numbers_alone_need_no_front(trunk: str) -> None:
    """A layout of numbers leaves weights, names and bits as they are without any."""
    shape = (4, 4, 1) if trunk == "conv" else (16,)
    layout = (replace(NUMBERS, width=16),)
    network = Network(trunk=trunk, widths=(3, 2))  # type: ignore[arg-type]  # each in turn
    plain, same = (
        learner.build(network, shape, {"task": 1}, layout=given) for given in ((), layout)
    )
    for one in (plain, same):
        one.initialise(1)
    assert list(same.arrays()) == list(plain.arrays())
    assert not any("front" in name for name in same.arrays())
    for name, array in plain.arrays().items():
        np.testing.assert_array_equal(same.arrays()[name], array)


def test_names_of_columns_become_names_of_weights() -> None:
    """Columns of any name have weights of their own, which are saved under plain letters."""
    names = ["a/b", "a b", "a-b", "a_b", "trunk", ".", "Größe"]
    layout = tuple(replace(CITIES, name=name, width=1) for name in names)
    made = build(layout, trunk="dense")
    tables = [name.split("/")[2] for name in made.arrays() if name.endswith("table")]
    assert len(set(tables)) == len(names)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyzG0123456789_-") for name in tables)
    assert fronted(made, np.ones((1, len(names)), np.float32)).shape == (1, 3 * len(names))


def test_a_clone_says_the_same() -> None:
    """A trunk can be rebuilt from its description, as DELTA does."""
    made, x = build(), rows()
    clone = keras.models.clone_model(made.trunk)
    Learner(clone, {}).load({n: a for n, a in made.arrays().items() if n.startswith("trunk/")})
    np.testing.assert_array_equal(clone(x), made.trunk(x))


@pytest.mark.parametrize(
    ("trunk", "layout", "shape", "message"),
    [
        ("dense", LAYOUT, (8,), r"rows of 9 entries.*received the shape \[8\]"),
        ("dense", LAYOUT, (3, 3, 1), r"expected rows of 9 entries.*leave inputs.shape out"),
        ("text", (NUMBERS, CITIES), (4,), "'text' expects tokens.*received category, numbers"),
        ("text", (), (4,), "'text' expects tokens.*received numbers: encode a column of text"),
        ("conv", LAYOUT, (3, 3, 1), r"'conv' expects pixels.*tokens in \['city', 'title'\]"),
    ],
)
def test_a_layout_that_cannot_be_read(
    trunk: str, layout: Layout, shape: tuple[int, ...], message: str
) -> None:
    """A row of another length, and inputs that the trunk has no use for, are told."""
    network = Network(trunk=trunk)  # type: ignore[arg-type]  # each in turn
    with pytest.raises(ValueError, match=message):
        trunks.build(network, shape, layout=layout)


def test_multiply_adds_of_a_row() -> None:
    """Lookups take none; windows a product at each word; numbers in pieces one each."""
    text = build().trunk.get_layer("front")
    assert text.operations() == 5 * (1 * 2 * 4 + 3 * 2 * 4)
    assert build(trunk="embedding").trunk.get_layer("front").operations() == 2 * 8 * 8
    assert build(trunk="dense").trunk.get_layer("front").operations() == 0
    assert front.plain((NUMBERS, NUMBERS)) is not front.plain(LAYOUT)
