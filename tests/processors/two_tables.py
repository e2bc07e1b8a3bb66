"""Strategies over two tables: the pieces of work whose bits are compared."""

from collections.abc import Iterator
from typing import get_args, get_type_hints

import numpy as np
import tensorflow as tf

from tests.processors import steps
from tests.processors.work import ROWS, digest
from trunkline.determinism import seeds
from trunkline.networks import learner as learners
from trunkline.networks.learner import Learner
from trunkline.settings.adapting import Methods
from trunkline.settings.pairing import FeatureMap, Rehearsal
from trunkline.settings.study import Network, Training
from trunkline.training import adaptation
from trunkline.training.adapting.setting import Method, Term
from trunkline.training.batches import Table
from trunkline.training.joint_losses import shared_penalty
from trunkline.training.outputs import Output
from trunkline.training.paired import Design
from trunkline.training.pairing import feature_map, rehearsal
from trunkline.training.pairing.pair import Plan

INPUTS, CLASSES = 100, 5
NETWORK = Network(widths=(128,), l2=0.001)
OUTPUT = Output("multiclass", CLASSES)


def results() -> Iterator[tuple[str, str]]:
    """Take steps of each strategy over two tables and each method of adaptation."""
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
    yield "two tables, rise", digest(adaptation.rise(np.linspace(0, 1, 101)))
    yield _trained("every way to adapt", adapting(), given)


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


def adapting() -> Design:
    """Return a network with the terms of all methods, with their default options.

    Together they are compiled with one trunk, and what one of them computes reaches its weights.
    """
    built = learners.build(NETWORK, (INPUTS,), {adaptation.HEAD: CLASSES})
    terms = [_term(name, method) for name, method in adaptation.METHODS.items()]
    parts = {f"{n} {name}": part for n, one in enumerate(terms) for name, part in one.parts.items()}
    every = Term(lambda seen: tf.add_n([term.weight * term.value(seen) for term in terms]))
    learner = Learner(built.trunk, {**built.heads, **parts})
    losses = adaptation.losses_of(learner, OUTPUT, every)
    return Design(
        learner,
        lambda _: losses,
        ("source", "adaptation"),
        lambda: shared_penalty(learner.trunk, NETWORK.l2),
    )


def _term(name: str, method: Method) -> Term:
    hint = get_type_hints(Methods)[name]
    options = next(kind for kind in (*get_args(hint), hint) if kind is not type(None))()
    return method.term(options, kind=OUTPUT.kind, width=128, units=CLASSES)


def _trained(name: str, design: Design, given: Table) -> tuple[str, str]:
    """Return the digest of the weights after some steps, on as many rows of either table."""
    learner = design.learner
    learner.initialise(2)
    half = np.arange(ROWS // 2, dtype=np.int32)
    starts = (0, len(half) - steps.BATCH)
    pairs = [half[start : start + steps.BATCH] for start in starts]
    rows = np.stack([np.concatenate([some, some + len(half)]) for some in pairs])
    steps.descend(
        steps.joint(design.losses("everything"), design.penalty),
        [v for model in learner.parts.values() for v in model.trainable_variables],
        given,
        rows,
    )
    return f"two tables, {name}", digest(*learner.arrays().values())
