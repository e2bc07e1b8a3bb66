"""The trunk of methods that compare is that of the study, for batches of whole episodes."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.metalearning import example_episodes as examples
from trunkline.metalearning import embedding
from trunkline.networks import learner as learners
from trunkline.settings.study import Network

NETWORKS = [
    Network(widths=(8, 5), batch_norm=True, dropout=0.1, activation="gelu"),
    Network(trunk="conv", widths=(4, 3), batch_norm=True),
    Network(trunk="residual", widths=(6, 6)),
]


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.trunk)
def test_it_is_the_trunk_of_every_other_arm(network: Network) -> None:
    """The same names, first weights and representations as the network a study trains."""
    made = examples.form(network=network, shape=(4, 4, 1))
    own = embedding.learner(made)
    other = learners.build(network, made.shape, {})
    own.initialise(5)
    other.initialise(5)
    assert list(own.variables()) == list(other.variables())
    x = tf.constant(np.random.default_rng(0).standard_normal((7, 4, 4, 1)), tf.float32)
    found = embedding.rows(own.trunk, x)
    np.testing.assert_allclose(found, other.trunk(x), atol=1e-6)


@pytest.mark.parametrize(("bias", "activation"), [(True, "relu"), (False, "linear")])
def test_a_long_layer_is_a_dense_one(bias: bool, activation: str) -> None:
    """Outputs and gradients, with more rows than a sum may have terms."""
    x = tf.constant(np.random.default_rng(0).standard_normal((600, 4)), tf.float32)
    layers = [
        kind(3, activation=activation, use_bias=bias)
        for kind in (embedding.LongDense, keras.layers.Dense)
    ]
    told = []
    for layer in layers:
        layer.build((None, 4))
        layer.kernel.assign(np.arange(12).reshape(4, 3) / 10)
        with tf.GradientTape() as tape:
            total = tf.reduce_sum(tf.square(layer(x)))
        told.append([total, *tape.gradient(total, [v.value for v in layer.weights])])
    for mine, other in zip(*told, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-4)
