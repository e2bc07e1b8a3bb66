"""Episodes of points around centres, and methods of all kinds on them."""

import numpy as np
import tensorflow as tf

from trunkline.metalearning import metric
from trunkline.metalearning.comparing import Comparing
from trunkline.metalearning.method import Form, Task
from trunkline.settings.metalearning import methods as options_of
from trunkline.settings.study import Network

OPTIONS = {
    "prototypes": options_of.Prototypes(),
    "transductive_prototypes": options_of.TransductivePrototypes(),
    "matching": options_of.Matching(),
    "relation": options_of.Relation(width=16),
    "r2d2": options_of.R2d2(),
    "metaoptnet": options_of.MetaOptNet(),
}
LINEAR = Network(widths=(4,), activation="linear")


def form(
    *, network: Network = LINEAR, shape: tuple[int, ...] = (4,), ways: int = 3, shots: int = 2
) -> Form:
    """Return what small episodes have in common."""
    return Form(network, shape, ways, shots, queries=3, steps=10)


def build(name: str, made: Form, options: object = None) -> Comparing:
    """Return a method with its first weights."""
    method = metric.BUILD[name](made, options or OPTIONS[name])
    method.start(3)
    return method


def identity(name: str, made: Form, options: object = None) -> Comparing:
    """Return a method whose trunk gives rows as they are."""
    method = build(name, made, options)
    method.trained["trunk/dense_0/kernel"].assign(np.eye(*made.shape, *made.shape))
    return method


def drawn(made: Form, episodes: int = 2, seed: int = 0, spread: float = 0.5) -> Task:
    """Return episodes whose classes are clouds of points, in the order of their classes."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((episodes, made.ways, 1, *made.shape))
    parts: list[tf.Tensor] = []
    for count in (made.shots, made.queries):
        noise = rng.standard_normal((episodes, made.ways, count, *made.shape))
        rows = (centres + spread * noise).reshape(episodes, made.ways * count, *made.shape)
        labels = np.tile(np.repeat(np.arange(made.ways), count), (episodes, 1))
        parts += [tf.constant(rows, tf.float32), tf.constant(labels, tf.int32)]
    return Task(*parts)


def lines(made: Form, episodes: int = 2, seed: int = 0) -> Task:
    """Return episodes of a regression: a linear function of a row, another in each."""
    rng = np.random.default_rng(seed)
    slope = rng.standard_normal((episodes, *made.shape, 1))
    parts: list[tf.Tensor] = []
    for count in (made.shots, made.queries):
        rows = rng.standard_normal((episodes, count, *made.shape))
        numbers = (rows @ slope)[..., 0] + 1.0
        parts += [tf.constant(rows, tf.float32), tf.constant(numbers, tf.float32)]
    return Task(*parts)
