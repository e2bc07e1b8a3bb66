"""Relation networks: a small network learns what it means that a query and a class go together."""

import keras
import tensorflow as tf

from trunkline.metalearning import embedding, similarity
from trunkline.metalearning.comparing import Comparing
from trunkline.metalearning.embedding import Seen
from trunkline.metalearning.method import Form
from trunkline.networks import products
from trunkline.networks.learner import Learner
from trunkline.settings.metalearning.methods import Relation


def build(form: Form, options: Relation) -> Comparing:
    """Return the method r_w(x) = sigmoid(g(c_w, f(x))), g(c, q) = v relu(A c + B q + a) + b.

    c_w is the mean of the embeddings of a class, f the trunk, both divided by the root of their
    width. The loss of a query is sum_w (r_w - [y = w])^2; what it answers is g.

    Args:
        form: what the episodes have in common.
        options: width of g.

    References:
        Sung et al., "Learning to Compare: Relation Network for Few-Shot Learning", CVPR 2018,
        equations 1 and 2. They put convolutions on the two feature maps, side by side; g here
        reads vectors, as trunks of all kinds give them: of a wide one, not divided, the first steps
        of Adam would lead all r_w to 0, where the loss has no slope. They add the rows of a class
        up, where the mean has the same size with any number of shots.
    """
    learner = embedding.learner(form, relation=lambda width: _network(width, options.width))

    def compare(seen: Seen) -> tf.Tensor:
        size = seen.query.shape[-1] ** -0.5
        means = similarity.means(seen.support, seen.labels, form.ways)
        return _related(learner, size * means, size * seen.query)

    return Comparing(learner, compare, squared_error)


def squared_error(labels: tf.Tensor, scores: tf.Tensor) -> tf.Tensor:
    """Return the mean over queries of sum_w (sigmoid(g_w) - [y = w])^2, [B]."""
    true = tf.one_hot(labels, scores.shape[-1])
    return tf.reduce_mean(tf.reduce_sum(tf.square(tf.sigmoid(scores) - true), -1), -1)


def _network(width: int, hidden: int) -> keras.Model:
    """Return g on a class and a query, one behind the other: [batch, 2 d] -> [batch, 1]."""
    inputs = keras.Input((2 * width,), name="pair")
    between = keras.layers.Dense(hidden, activation="relu", name="hidden")(inputs)
    return keras.Model(inputs, keras.layers.Dense(1, name="score")(between), name="head")


def _related(learner: Learner, means: tf.Tensor, query: tf.Tensor) -> tf.Tensor:
    """Return g of all pairs of [B, W, d] and [B, Q, d], [B, Q, W].

    The first product is that of each class plus that of each query: as many as rows, not as pairs.
    """
    weights = {
        name.removeprefix("head/relation/"): variable.value
        for name, variable in learner.variables().items()
    }
    to_class, to_query = tf.split(weights["hidden/kernel"], 2)  # [d, h]
    pairs = _product(means, to_class)[:, None] + _product(query, to_query)[:, :, None]
    hidden = tf.nn.relu(pairs + weights["hidden/bias"])  # [B, Q, W, h]
    return _product(hidden, weights["score/kernel"])[..., 0] + weights["score/bias"]


def _product(rows: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """Return rows [B, ..., k] times a kernel [k, h], [B, ..., h]; all sums in pieces."""
    flat = products.against(tf.reshape(rows, (-1, kernel.shape[0])), tf.transpose(kernel))
    return tf.reshape(flat, (*rows.shape[:-1], kernel.shape[1]))
