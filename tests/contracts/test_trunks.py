"""What every trunk promises; a new one is checked by being in the table."""

from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
import tensorflow as tf

from trunkline.data.layout import Block
from trunkline.networks import learner as learners
from trunkline.networks import trunks
from trunkline.settings.study import Network

SHAPE, ROWS = (8, 8, 1), 5  # a picture, which dense trunks flatten
WORDS = Block(kind="tokens", name="title", width=7, vocabulary=9, size=3)
EACH = pytest.mark.parametrize("kind", trunks.TRUNKS)
KERNELS = {"dense": 2, "conv": 2, "embedding": 2, "residual": 6, "text": 2 + 3}  # of two layers
ACTIVATIONS = get_args(get_type_hints(Network)["activation"])


def build(kind: str, **options: Any) -> learners.Learner:
    """Return a learner with one head on two layers of 6 and 4."""
    statistics = options.pop("statistics", "learned")
    network = Network(**{"trunk": kind, "widths": (6, 4), **options})
    layout = (WORDS,) if kind == "text" else ()
    shape = (WORDS.width,) if kind == "text" else SHAPE
    made = learners.build(network, shape, {"task": 2}, statistics=statistics, layout=layout)
    made.initialise(1)
    return made


def rows(kind: str) -> tf.Tensor:
    """Return five pictures, or texts of all words there are."""
    rng = np.random.Generator(np.random.PCG64(2))
    if kind == "text":
        words = rng.permutation(np.arange(ROWS * WORDS.width) % WORDS.vocabulary)
        return tf.constant(words.reshape(ROWS, -1), tf.float32)
    return tf.constant(rng.normal(size=(ROWS, *SHAPE)), tf.float32)


def test_every_choice_is_a_trunk() -> None:
    """The trunks a user may choose are those that can be built."""
    assert set(trunks.TRUNKS) == set(get_args(get_type_hints(Network)["trunk"]))


@EACH
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_rows_to_representations(kind: str, activation: str) -> None:
    """[batch, *shape] becomes [batch, width], finite, whatever the activation."""
    trunk = build(kind, activation=activation).trunk
    hidden = trunk(rows(kind)).numpy()
    assert hidden.shape == (ROWS, *trunk.output_shape[1:])
    assert hidden.ndim == 2
    assert np.isfinite(hidden).all()


@EACH
@pytest.mark.parametrize("batch_norm", [False, True])
def test_rows_are_on_their_own(kind: str, batch_norm: bool) -> None:
    """In inference a row's representation does not depend on its neighbours."""
    trunk, x = build(kind, batch_norm=batch_norm, dropout=0.5).trunk, rows(kind)
    one = np.concatenate([trunk(x[n : n + 1], training=False) for n in range(ROWS)])
    np.testing.assert_allclose(trunk(x, training=False), one, rtol=1e-4, atol=1e-6)


@EACH
@pytest.mark.parametrize("statistics", ["learned", "kept"])
def test_gradients_reach_every_weight(kind: str, statistics: str) -> None:
    """Each weight that trains gets a gradient that is finite and not all zero."""
    learner = build(kind, activation="tanh", batch_norm=True, statistics=statistics)
    variables = learner.trunk.trainable_variables
    with tf.GradientTape() as tape:
        outputs = learner.heads["task"](learner.trunk(rows(kind), training=True))
        loss = tf.reduce_sum(tf.square(outputs - [1.0, -2.0]))
    for variable, gradient in zip(
        variables, tape.gradient(loss, [v.value for v in variables]), strict=True
    ):
        assert np.isfinite(gradient).all(), variable.path
        shifts = variable.path.endswith(("bias", "offsets"))  # batch statistics take them away
        assert shifts or np.abs(gradient).max() > 0, variable.path


@EACH
def test_without_noise_training_is_inference(kind: str) -> None:
    """A trunk without dropout and batch normalisation does the same in both modes."""
    trunk, x = build(kind).trunk, rows(kind)
    np.testing.assert_array_equal(trunk(x, training=True), trunk(x, training=False))


@EACH
def test_weights_go_there_and_back(kind: str) -> None:
    """All weights have names of their own, and loaded elsewhere make the same trunk."""
    first = build(kind, batch_norm=True, dropout=0.1)
    second = build(kind, batch_norm=True, dropout=0.1)
    second.initialise(2)
    second.load(first.arrays())
    weights = [v for v in first.trunk.weights if v.dtype == "float32"]
    assert len([name for name in first.arrays() if name.startswith("trunk/")]) == len(weights)
    np.testing.assert_array_equal(first.trunk(rows(kind)), second.trunk(rows(kind)))


@EACH
def test_every_kernel_is_penalised(kind: str) -> None:
    """The kernels of each layer are found by the name the penalty looks for; tables are none."""
    trunk = build(kind, batch_norm=True).trunk
    found = [v for v in trunk.trainable_variables if v.path.endswith("kernel")]
    assert len(found) == KERNELS[kind]
