"""All that a study learns before anything is judged: its methods, its arms, what these are given.

Episodes are drawn by name: a repeat's are the same for every method, those of validation the same
for all repeats.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from trunkline.determinism import seeds
from trunkline.metalearning import (
    choosing,
    gathered,
    gathering,
    pretraining,
    registry,
    running,
    stepping,
)
from trunkline.metalearning.choosing import Chosen
from trunkline.metalearning.gathered import Table
from trunkline.metalearning.gathering import Known
from trunkline.metalearning.method import Arrays, Form
from trunkline.metalearning.running import Fitted, Passes
from trunkline.settings.metalearning import arms
from trunkline.settings.metalearning.study import Metalearner
from trunkline.tasks import disjoint
from trunkline.tasks.episodes import Episodes, Pool
from trunkline.training.progress import Watch, watch

CURVE_COLUMNS = ["method", "repeat", "epoch", "training", "validation"]
PRETRAINED = "pretrained"  # what fine_tune and linear_probe begin with


class Learned(NamedTuple):
    """What a study leaves.

    Attributes:
        known: what training rows tell of all others.
        arrays: of each method and, for arms that begin with it, of `pretrained`: one a repeat.
        runs: of methods, one row each.
        curves: `CURVE_COLUMNS`.
        chosen: of each arm, rate and steps, and all that was tried.
    """

    known: Known
    arrays: Mapping[str, Sequence[Arrays]]
    runs: list[dict[str, Any]]
    curves: pd.DataFrame
    chosen: dict[str, dict[str, Any]]


class _Given(NamedTuple):
    """What runs of a study share."""

    study: Metalearner
    name: str
    seed: int  # of the study
    known: Known
    train: Pool
    validation: Pool
    held: Episodes  # of validation
    form: Form
    passes: Passes


def learn(
    train: pd.DataFrame, validation: pd.DataFrame, study: Metalearner, *, name: str, seed: int
) -> Learned:
    """Train every method and pretrain for the arms; validation episodes end training and choose.

    Args:
        train: training rows.
        validation: rows of other classes or groups.
        study: the question.
        name: of the study, for seeds and messages.
        seed: the root seed.

    Raises:
        ValueError: as `gathering`, `disjoint.check` and the methods.
    """
    given = _gather(train, validation, study, name, own_seed(seed, name))
    methods, named = study.methods.named(), study.arms.named()
    fits: dict[str, list[Fitted]] = {}
    pretrains = any(arm in named for arm in arms.PRETRAINED)
    total = study.repeats * (len(methods) + pretrains) + len(named)
    with watch(f"metalearn {name}", total) as started:
        tables = list(_tables(given))
        for method in methods:
            fits[method] = list(_fits(method, given, tables, started))
        pretrained = list(_pretrained(given, started)) if pretrains else []
        chosen = dict(_choices(given, pretrained, started))
    arrays = {method: [fit.arrays for fit in found] for method, found in fits.items()}
    arrays |= {PRETRAINED: pretrained} if pretrains else {}
    return Learned(given.known, arrays, _runs(fits), _curves(fits), chosen)


def own_seed(seed: int, name: str) -> int:
    """Return the seed of a study, by its name."""
    return seeds.derive(seed, name, "metalearning")


def _gather(
    train: pd.DataFrame, validation: pd.DataFrame, study: Metalearner, name: str, seed: int
) -> _Given:
    disjoint.check({"training": train, "validation": validation}, study.episodes)
    known = gathering.known(train, study)
    asked, outer = study.episodes, study.training
    pools = (
        gathering.pool(train, study, known, "training"),
        gathering.pool(validation, study, known, "validation"),
    )
    held = gathering.drawn(pools[1], study, asked.validation, seed, "validation")
    passes = Passes(outer.epochs, asked.train, asked.validation)
    steps = running.steps(outer, passes)
    form = gathering.form(pools[0], study, steps=steps)
    return _Given(study, name, seed, known, *pools, held, form, passes)


def _tables(given: _Given) -> Iterator[Table]:
    """Yield the episodes of all passes of each repeat, then those of validation."""
    count, x = given.passes.epochs * given.passes.train, None
    for repeat in range(given.study.repeats):
        drawn = gathering.drawn(given.train, given.study, count, given.seed, "training", repeat)
        parts = [(given.train.x, drawn), (given.validation.x, given.held)]
        table = gathered.beside(parts, x)
        x = table.x
        yield table


def _fits(method: str, given: _Given, tables: Sequence[Table], started: Watch) -> Iterator[Fitted]:
    """Train a method, compiled once, in each repeat."""
    study, options = given.study, given.study.methods.named()[method]
    made = running.program(method, registry.BUILD[method], given.form, options, study.training)
    for repeat, table in enumerate(tables):
        label = f"{given.name} {method}, repeat {repeat}"
        started(label)
        own = seeds.derive(given.seed, method, "fit", repeat)
        yield running.run(made, table, given.passes, study.training, label=label, seed=own)


def _pretrained(given: _Given, started: Watch) -> Iterator[Arrays]:
    """Yield the network of each repeat that `fine_tune` and `linear_probe` begin with."""
    made = pretraining.Pretraining(given.train, given.form, given.study.pretraining)
    for repeat in range(given.study.repeats):
        label = f"{given.name} pretraining, repeat {repeat}"
        started(label)
        yield made.fit(seeds.derive(given.seed, "pretrain", repeat), label)


def _choices(
    given: _Given, pretrained: Sequence[Arrays], started: Watch
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield rate and steps of each arm, as validation episodes choose them."""
    table = gathered.table(given.validation.x, given.held)
    told = Chosen(given.form, table, given.held.query_y, given.known.deviation)
    for arm, options in given.study.arms.named().items():
        started(f"{given.name} {arm}, rate and steps")
        made = stepping.build(given.form, arm)  # type: ignore[arg-type]  # a field of `Arms`
        begun = choosing.begun(made, arm, given.study.repeats, pretrained, given.seed)
        yield arm, choosing.choose(told, made, arm, options, begun)


def _runs(fits: Mapping[str, Sequence[Fitted]]) -> list[dict[str, Any]]:
    return [
        {
            "method": method, "repeat": repeat, "epochs": len(fit.curve), "best_epoch": fit.best,
            "training": float(fit.curve[fit.best - 1, 0]),
            "validation": float(fit.curve[fit.best - 1, 1]),
        }
        for method, found in fits.items()
        for repeat, fit in enumerate(found)
    ]  # fmt: skip


def _curves(fits: Mapping[str, Sequence[Fitted]]) -> pd.DataFrame:
    rows = [
        (method, repeat, epoch + 1, float(losses[0]), float(losses[1]))
        for method, found in fits.items()
        for repeat, fit in enumerate(found)
        for epoch, losses in enumerate(np.asarray(fit.curve))
    ]
    return pd.DataFrame(rows, columns=CURVE_COLUMNS)
