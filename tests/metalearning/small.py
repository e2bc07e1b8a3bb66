"""Small episodes and networks."""

import numpy as np
import tensorflow as tf

from trunkline.metalearning.method import Form, Task
from trunkline.settings.study import Network

WAYS, SHOTS, QUERIES = 3, 2, 4


def form(
    network: Network | None = None, *, ways: int = WAYS, shape: tuple[int, ...] = (5,)
) -> Form:
    """Return the form of small episodes."""
    network = network or Network(widths=(6,), activation="tanh")
    return Form(network, shape, ways, SHOTS, QUERIES, steps=10)


def task(of: Form, episodes: int = 2, seed: int = 0) -> Task:
    """Return episodes of random rows about a centre for each class; of numbers, of random sums."""
    rng, ways = np.random.default_rng(seed), max(1, of.ways)
    centres = rng.normal(size=(episodes, ways, 1, *of.shape))

    def rows(count: int) -> tf.Tensor:
        found = centres + 0.3 * rng.normal(size=(episodes, ways, count, *of.shape))
        return tf.constant(found.reshape(episodes, ways * count, *of.shape), tf.float32)

    def labels(x: tf.Tensor, count: int) -> tf.Tensor:
        if of.ways:
            return tf.constant(np.tile(np.repeat(np.arange(ways), count), (episodes, 1)), tf.int32)
        return tf.reduce_sum(tf.reshape(x, (episodes, count, -1)), -1)

    support, query = rows(of.shots), rows(of.queries)
    return Task(support, labels(support, of.shots), query, labels(query, of.queries))
