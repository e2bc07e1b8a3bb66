"""What a network says of rows is the same number whichever graph says it."""

import numpy as np
import pytest
import tensorflow as tf

from trunkline.networks import learner as learners
from trunkline.networks import looking
from trunkline.settings.study import Network

TRUNK = "trunk/dense_0/kernel"


@pytest.mark.parametrize(
    ("network", "inputs", "wide"),
    [
        (Network(widths=(8,)), 256, False),
        (Network(widths=(8,)), 257, True),
        (Network(widths=(300, 8)), 4, True),
        (Network(widths=(8, 300)), 4, True),  # the head reads 300
        (Network(widths=(8,)), 4, False),
    ],
)
def test_a_product_of_more_terms_is_wide(network: Network, inputs: int, wide: bool) -> None:
    """Inputs of any dense layer count, the head's too."""
    assert looking.wide(learners.build(network, (inputs,), {"one": 1})) is wide


@pytest.mark.parametrize("inputs", [20, 600])
def test_a_graph_says_what_numpy_says(inputs: int) -> None:
    """Both kinds of graph add the same products, for any number of rows."""
    learner = learners.build(Network(widths=(8,)), (inputs,), {"one": 2})
    learner.initialise(3)
    arrays = learner.arrays()
    said = looking.graph(learner, lambda x: learner.heads["one"](learner.trunk(x)))
    for rows in (3, 50):
        x = np.random.Generator(np.random.PCG64(rows)).normal(size=(rows, inputs))
        hidden = np.maximum(x @ arrays[TRUNK] + arrays["trunk/dense_0/bias"], 0)
        expected = hidden @ arrays["head/one/dense/kernel"] + arrays["head/one/dense/bias"]
        found = said(tf.constant(x, tf.float32)).numpy()
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_a_convolution_stays_a_plain_graph() -> None:
    """Whatever the width of its head: a call compiled by XLA would have an HLO."""
    learner = learners.build(Network(trunk="conv", widths=(300,)), (4, 4, 1), {"one": 1})
    assert looking.wide(learner)
    said = looking.graph(learner, lambda x: learner.heads["one"](learner.trunk(x)))
    rows = tf.zeros((2, 4, 4, 1))
    assert said(rows).shape == (2, 1)
    with pytest.raises(ValueError, match="jit_compile"):
        said.experimental_get_compiler_ir(rows)()
