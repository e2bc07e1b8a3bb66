"""Strategies over two tables: the pieces of work whose bits are compared."""

from collections.abc import Iterator
from typing import get_args, get_type_hints

import numpy as np
import tensorflow as tf

from tests.processors.work import EPOCHS, ROWS, digest
from trunkline.determinism import seeds
from trunkline.networks import learner as learners
from trunkline.networks.learner import Learner
from trunkline.settings.adapting import Methods
from trunkline.settings.pairing import FeatureMap, Rehearsal
from trunkline.settings.study import Network, Training
from trunkline.tasks.budgets import Draw
from trunkline.training import adaptation, courses
from trunkline.training.batches import Table
from trunkline.training.joint_losses import shared_penalty
from trunkline.training.outputs import Output
from trunkline.training.paired import Design, Paired
from trunkline.training.pairing import feature_map, rehearsal
from trunkline.training.pairing.pair import Plan

INPUTS, CLASSES = 100, 5
NETWORK = Network(widths=(128,), l2=0.001)
OUTPUT = Output("multiclass", CLASSES)


def results() -> Iterator[tuple[str, str]]:
    """Train each strategy over two tables and each method of adaptation on drawn numbers."""
    plan = Plan(
        network=NETWORK,
        training=Training(),
        shape=(INPUTS,),
        source_shape=(INPUTS,),
        target=Output("binary", 1),
        source=OUTPUT,
    )
    given = table()
    yield _trained("rehearsal", rehearsal.design(plan, Rehearsal()), given)
    both = given._replace(x=feature_map.rows(given.x, tf.reverse(given.x, [0])))
    dense = FeatureMap(map="dense")
    yield _trained("feature_map", feature_map.design(plan, dense), both)
    for name, method in adaptation.METHODS.items():
        yield _trained(name, adapting(name, method), given)


def table() -> Table:
    """Return rows of both tables, with the labels of the first for its first half only."""
    rng = seeds.generator(1, "two tables")
    known = np.arange(ROWS) < ROWS // 2
    return Table(
        tf.constant(rng.standard_normal((ROWS, INPUTS)), tf.float32),
        tf.constant(np.stack([rng.integers(0, 2, ROWS)] * 2), tf.float32),
        tf.constant(np.stack([known, ~known]), tf.float32),
        tf.ones(2),
    )


def adapting(name: str, method: adaptation.Method) -> Design:
    """Return the network of a method with its default options."""
    hint = get_type_hints(Methods)[name]
    options = next(kind for kind in (*get_args(hint), hint) if kind is not type(None))()
    built = learners.build(NETWORK, (INPUTS,), {adaptation.HEAD: CLASSES})
    term = method.term(options, kind=OUTPUT.kind, width=128, units=CLASSES)
    learner = Learner(built.trunk, {**built.heads, **term.parts})
    losses = adaptation.losses_of(learner, OUTPUT, term)
    return Design(
        learner,
        lambda _: losses,
        ("source", name),
        lambda: shared_penalty(learner.trunk, NETWORK.l2),
    )


def _trained(name: str, design: Design, given: Table) -> tuple[str, str]:
    """Return the digest of the weights after some epochs."""
    training = Training(epochs=EPOCHS)
    rows = np.arange(ROWS, dtype=np.int32)
    draw = Draw(rows[: ROWS // 2], rows[:0])
    sizes = courses.sizes(training, train_rows=ROWS // 2, held_rows=1)
    paired = Paired(design, training, sizes=sizes, jit=True)
    paired.learner.initialise(2)
    paired.fit(given, draw, rows[ROWS // 2 :], seed=3, label=name, strength=adaptation.rise)
    return f"two tables, {name}", digest(*paired.learner.arrays().values())
