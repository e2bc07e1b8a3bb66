"""New trunks and augmentation: the pieces of work whose bits are compared."""

from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from tests.processors import pieces, steps
from tests.processors.work import ROWS, digest
from trunkline.data.layout import Block
from trunkline.determinism import seeds
from trunkline.networks import learner as learners
from trunkline.settings.augment import Augment
from trunkline.settings.study import Network
from trunkline.training import joint_losses
from trunkline.training.batches import Table
from trunkline.training.outputs import Output
from trunkline.training.predicting import Predictor

NUMBERS = Block(kind="numbers", name="numbers", width=10)
CITY = Block(kind="category", name="city", width=2, vocabulary=300, size=8)
TITLE = Block(kind="tokens", name="title", width=40, vocabulary=2000, size=16)  # 1280 words a batch
LAYOUT = (NUMBERS, CITY, TITLE)
NETWORKS = {
    "embedding": Network(trunk="embedding", widths=(32,), l2=0.001),
    "residual": Network(trunk="residual", widths=(32, 32), batch_norm=True, dropout=0.1),
    "text": Network(trunk="text", widths=(32,), l2=0.001),
}
EVERY = Augment(shift=2, rotation=15, flip=True, erase=0.3)
ONE = {"0": Output("binary", 1)}


def results() -> Iterator[tuple[str, str]]:
    """Take steps of each new trunk, and of pictures that change, compiled and as a plain graph."""
    for name, network in NETWORKS.items():
        made = learners.build(network, (52,), {"0": 1}, layout=LAYOUT)
        yield from _trained(f"trunk, {name}", network, made, _rows(name), jit=True)
    for name, widths in (("dense", (32,)), ("conv", (4,))):
        network = Network(trunk=name, widths=widths)  # type: ignore[arg-type]  # one of them
        made = learners.build(network, (8, 8, 1), {"0": 1}, augment=EVERY)
        given = pieces.table(name, (8, 8, 1), 1)
        yield from _trained(f"augment, {name}", network, made, given, jit=name == "dense")


def _rows(name: str) -> Table:
    rng = seeds.generator(1, name)
    words = rng.integers(0, TITLE.vocabulary, (ROWS, TITLE.width))
    cities = rng.integers(0, CITY.vocabulary, (ROWS, CITY.width))
    x = np.concatenate([rng.standard_normal((ROWS, NUMBERS.width)), cities, words], axis=1)
    return pieces.table(name, (52,), 1)._replace(x=tf.constant(x, tf.float32))


def _trained(
    name: str, network: Network, made: learners.Learner, given: Table, *, jit: bool
) -> Iterator[tuple[str, str]]:
    made.initialise(2)
    made.restart_dropout(3)
    steps.descend(
        steps.joint(
            joint_losses.weighted_losses(made, ONE, trunk_trains=True),
            lambda: joint_losses.shared_penalty(made.trunk, network.l2),
        ),
        [v for model in made.parts.values() for v in model.trainable_variables],
        given,
        jit=jit,
    )
    yield f"{name}: weights", digest(*made.arrays().values())
    stacked = {key: array[None] for key, array in made.arrays().items()}
    stacked["scale/0"] = np.array([[0.5, 2.0]], np.float32)
    layout = LAYOUT if name.startswith("trunk") else ()
    shape = tuple(given.x.shape[1:])
    predictor = Predictor(network, shape=shape, outputs=ONE, layout=layout)
    yield f"{name}: predictions", digest(*predictor.predict(given.x, stacked).values())
