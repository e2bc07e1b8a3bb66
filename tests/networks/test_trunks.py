"""Trunks: shapes, counts, and batch normalisation that learns or keeps its moments."""

import numpy as np
import pytest
import tensorflow as tf

from trunkline.networks import trunks
from trunkline.settings.study import Network


def rows(*shape: int) -> tf.Tensor:
    """Return rows away from mean 0 and deviation 1."""
    numbers = np.random.Generator(np.random.PCG64(3)).normal(2, 3, shape)
    return tf.constant(numbers, tf.float32)


@pytest.mark.parametrize(
    ("network", "shape", "width", "parameters"),
    [
        (Network(widths=(5,)), (3,), 5, 3 * 5 + 5),
        (Network(widths=(5, 4)), (3,), 4, 3 * 5 + 5 + 5 * 4 + 4),
        (Network(widths=(5,)), (2, 3, 1), 5, 6 * 5 + 5),
        (Network(widths=(5,), batch_norm=True), (3,), 5, 3 * 5 + 5 + 2 * 5),
        (Network(trunk="conv", widths=(5,)), (8, 8, 2), 4 * 4 * 5, 9 * 2 * 5 + 5),
        (Network(trunk="conv", widths=(5, 4)), (8, 8, 1), 2 * 2 * 4, 9 * 5 + 5 + 9 * 5 * 4 + 4),
        (Network(trunk="conv", widths=(4,), dropout=0.5), (6, 6, 1), 3 * 3 * 4, 9 * 4 + 4),
    ],
)
def test_shapes_and_parameters(
    network: Network, shape: tuple[int, ...], width: int, parameters: int
) -> None:
    """A trunk gives [batch, width] and has the weights one counts by hand."""
    trunk = trunks.build(network, shape)
    assert trunk(rows(4, *shape)).shape == (4, width)
    assert sum(int(np.prod(v.shape)) for v in trunk.trainable_variables) == parameters


def test_each_convolution_halves_the_picture() -> None:
    """Each layer halves the size, rounded up."""
    trunk = trunks.build(Network(trunk="conv", widths=(2, 3, 4)), (8, 7, 1))
    sizes = [trunk.get_layer(f"conv_{number}").output.shape[1:] for number in range(3)]
    assert sizes == [(4, 4, 2), (2, 2, 3), (1, 1, 4)]


@pytest.mark.parametrize("shape", [(64,), (8, 8)])
def test_convolution_without_a_picture(shape: tuple[int, ...]) -> None:
    """A conv trunk on rows of another shape says which shape it wants."""
    with pytest.raises(
        ValueError, match=r"'conv' expects rows of shape \[height, width, chan.*set"
    ):
        trunks.build(Network(trunk="conv", widths=(4,)), shape)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu", "linear"])
def test_activation_is_the_one_asked_for(activation: str) -> None:
    """Each name that parameters allow is applied after the product."""
    network = Network(widths=(4,), activation=activation)  # type: ignore[arg-type]  # each in turn
    trunk, x = trunks.build(network, (3,)), rows(6, 3)
    kernel, bias = trunk.get_layer("dense_0").get_weights()
    product = tf.matmul(x, kernel) + bias
    expected = product if activation == "linear" else getattr(tf.nn, activation)(product)
    if activation == "gelu":
        expected = tf.nn.gelu(product, approximate=False)
    np.testing.assert_allclose(trunk(x), expected, rtol=1e-5, atol=1e-5)


def test_learned_moments_move_while_training() -> None:
    """Batch normalisation of a new trunk follows its rows."""
    trunk = trunks.build(Network(widths=(4,), batch_norm=True), (3,))
    norm, before = trunk.get_layer("norm_0"), np.zeros(4)
    trunk(rows(20, 3), training=True)
    assert (np.asarray(norm.moving_mean) != before).all()


def test_kept_moments_stay_while_training() -> None:
    """With kept statistics training and inference are the same function, and nothing moves."""
    trunk = trunks.build(Network(widths=(4,), batch_norm=True), (3,), statistics="kept")
    x, norm = rows(20, 3), trunk.get_layer("norm_0")
    np.testing.assert_array_equal(trunk(x, training=True), trunk(x, training=False))
    assert not np.asarray(norm.moving_mean).any()


def test_dropout_works_in_training_only() -> None:
    """A trunk with dropout gives zeros while training, none otherwise."""
    trunk, x = (
        trunks.build(Network(widths=(64,), activation="linear", dropout=0.5), (3,)),
        rows(9, 3),
    )
    assert 0.3 < (np.asarray(trunk(x, training=True)) == 0).mean() < 0.7
    assert not (np.asarray(trunk(x, training=False)) == 0).any()


def test_xla_for_products_only() -> None:
    """Dense trunks are compiled by XLA, convolutional ones run as a plain graph."""
    assert trunks.compiled_by_xla(Network(trunk="dense"))
    assert not trunks.compiled_by_xla(Network(trunk="conv"))
