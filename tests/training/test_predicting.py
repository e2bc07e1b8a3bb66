"""Predictions of stacked repeats equal those of each network by itself."""

from unittest import mock

import numpy as np
import tensorflow as tf

from trunkline.data.layout import Block
from trunkline.networks import learner as learners
from trunkline.settings.study import Network
from trunkline.training import predicting
from trunkline.training.outputs import Output
from trunkline.training.predicting import Predictor

OUTPUTS = {"0": Output("multiclass", 3), "1": Output("regression", 1)}
NETWORK = Network(widths=(6,), batch_norm=True, dropout=0.5)


def test_each_repeat_predicts_by_its_own_weights() -> None:
    """Outputs are those of the learner with the repeat's weights, in inference mode, rescaled."""
    learner = learners.build(NETWORK, (4,), {"0": 3, "1": 1})
    x = tf.constant(np.random.Generator(np.random.PCG64(1)).normal(size=(5, 4)), tf.float32)
    expected, repeats = [], []
    for seed in range(3):
        learner.initialise(seed)
        repeats.append(learner.arrays())
        hidden = learner.trunk(x, training=False)
        expected.append([learner.heads[name](hidden).numpy() for name in OUTPUTS])
    arrays = {name: np.stack([repeat[name] for repeat in repeats]) for name in repeats[0]}
    arrays["scale/0"] = np.float32([[0, 1]] * 3)
    arrays["scale/1"] = np.float32([[10, 2], [20, 3], [30, 4]])
    found = Predictor(NETWORK, shape=(4,), outputs=OUTPUTS).predict(x, arrays)
    assert (found["0"].shape, found["1"].shape) == ((3, 5, 3), (3, 5, 1))
    for repeat, (logits, values) in enumerate(expected):
        np.testing.assert_allclose(found["0"][repeat], logits, rtol=1e-5, atol=1e-6)
        scaled = values * (repeat + 2) + 10 * (repeat + 1)
        np.testing.assert_allclose(found["1"][repeat], scaled, rtol=1e-5)


def test_texts_a_few_at_a_time() -> None:
    """Rows of a text trunk go through in blocks, and say what they say together."""
    words = Block(kind="tokens", name="title", width=4, vocabulary=6, size=2)
    network = Network(trunk="text", widths=(3,), filters=2)
    x = np.random.Generator(np.random.PCG64(3)).integers(0, 6, (8, 4)).astype(np.float32)
    found = []
    for rows in (3, 4096):
        with mock.patch.object(predicting, "AT_ONCE", rows):
            made = Predictor(
                network, shape=(4,), outputs={"0": Output("multiclass", 3)}, layout=(words,)
            )
        made.learner.initialise(1)
        arrays = {name: array[None] for name, array in made.learner.arrays().items()}
        arrays["scale/0"] = np.array([[0.0, 1.0]], np.float32)
        found.append(made.predict(tf.constant(x), arrays)["0"])
    assert found[0].shape == (1, 8, 3)
    np.testing.assert_allclose(*found, rtol=1e-5)
