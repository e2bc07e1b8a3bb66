"""Matching and relation networks against their formulas in NumPy."""

import keras
import numpy as np
import tensorflow as tf

from tests.metalearning import example_episodes as examples
from trunkline.metalearning.methods import relation
from trunkline.settings.metalearning.methods import Matching, Relation
from trunkline.settings.study import Network


def test_matching_sums_the_attention_of_each_class() -> None:
    """p(w) = the sum of softmax(scale cos) over the rows of w; its logarithm is the loss."""
    made = examples.form(shots=3)
    task = examples.drawn(made)
    method = examples.identity("matching", made, Matching(scale=4.0))
    support, labels, query, true = (part.numpy() for part in task)
    unit = [rows / np.linalg.norm(rows, axis=-1, keepdims=True) for rows in (support, query)]
    attention = np.exp(4.0 * np.einsum("bqd,bsd->bqs", unit[1], unit[0]))
    attention /= attention.sum(-1, keepdims=True)
    chances = np.stack(
        [(attention * (labels == way)[:, None]).sum(-1) for way in range(made.ways)], -1
    )
    found = np.exp(method.answers(task))
    np.testing.assert_allclose(found / found.sum(-1, keepdims=True), chances, rtol=1e-4)
    expected = -np.log(np.take_along_axis(chances, true[..., None], -1)).mean((1, 2))
    np.testing.assert_allclose(method.loss(task, training=False), expected, rtol=1e-4)


def test_a_relation_is_what_its_network_says_of_a_pair() -> None:
    """The class and the query, one behind the other, through the network as Keras runs it."""
    made = examples.form()
    task = examples.drawn(made)
    method = examples.identity("relation", made)
    means = task.support.numpy().reshape(2, 3, 2, 4).mean(2)
    found = method.answers(task).numpy()
    network = method.learner.heads["relation"]
    for way in range(made.ways):
        pairs = np.concatenate([np.repeat(means[:, way, None], 9, 1), task.query], -1)
        expected = network(pairs.reshape(-1, 8) / 4**0.5).numpy().reshape(2, 9)
        np.testing.assert_allclose(found[..., way], expected, atol=1e-5)


def test_the_loss_of_a_relation_by_hand() -> None:
    """Scores of 0 are relations of 1/2: each of three classes costs 1/4."""
    found = relation.squared_error(np.array([[0, 2]]), np.zeros((1, 2, 3), np.float32))
    np.testing.assert_allclose(found, [0.75])


def test_a_relation_of_wide_embeddings_can_still_learn_after_its_first_steps() -> None:
    """A step of Adam moves weights of 4096 inputs at once, from where no answer may come back.

    Where all relations are 0 the loss is 1, with no slope; of 1/5 each it is 4/5.
    """
    made = examples.form(network=Network(widths=(4096,)), shape=(64,), ways=5)
    method = examples.build("relation", made, Relation(width=64))
    weights, adam = list(method.trained.values()), keras.optimizers.Adam(0.01)
    for seed in range(20):
        with tf.GradientTape() as tape:
            loss = method.loss(examples.drawn(made, seed=seed), training=True)
        adam.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
    assert float(tf.reduce_mean(loss)) < 0.9
