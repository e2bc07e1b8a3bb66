"""Models that begin as another market's, against the same models from scratch."""

import dataclasses
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from trunkline.determinism import seeds
from trunkline.recommending import borrowing_start, trials
from trunkline.recommending.borrowing_verdicts import BORROWED, SCRATCH
from trunkline.recommending.fitting import Known
from trunkline.recommending.model import Arrays, Fitted
from trunkline.recommending.neural import two_tower
from trunkline.recommending.searching import Rows
from trunkline.recommending.source import Source
from trunkline.settings.recommending.neural_models import TwoTower
from trunkline.settings.recommending.study import FromMarket, Recommender
from trunkline.training.progress import watch

MODELS = {"two_tower": two_tower}  # that have towers
RUN_COLUMNS = ["model", "arm", "repeat", "options", "epochs", "best_epoch"]
Key = tuple[str, str]  # model, arm


class Borrowed(NamedTuple):
    """What both arms of each model leave.

    Attributes:
        fitted: by model and arm, a fit for each repeat.
        runs: a row for each fit, `RUN_COLUMNS`.
    """

    fitted: Mapping[Key, Sequence[Fitted]]
    runs: pd.DataFrame


def learn(known: Known, source: Source, study: Recommender, *, name: str, seed: int) -> Borrowed:
    """Fit models from another market's weights and from scratch; nothing else differs.

    Both arms read the same rows and features, have the options that the study states (with the
    sizes of the source's towers, as these are taken over) and, repeat by repeat, the same seed:
    the order of rows, and what is not taken over. Repeat r begins as repeat r of the source, in
    turn where that has fewer. Each arm runs as many epochs as were best for it on validation rows,
    then is fitted on these as well, as every model of a study is. `rate` is the share of its
    learning rate with which the borrowed arm trains.

    Args:
        known: what may be learned from, with features as `borrowing_facts.told` reads them.
        source: the other market.
        study: the question, with `transfer`.
        name: of the study, for seeds.
        seed: the root seed.

    Raises:
        ValueError: the study or the source lacks a model, or as `borrowing_start`.
        Diverged: a loss or a weight is no number.
    """
    terms = _terms(study, source)
    own, named = seeds.derive(seed, name), study.models.named()
    fitted: dict[Key, list[Fitted]] = {}
    runs: list[dict[str, Any]] = []
    with watch(f"borrow {name}", len(terms.models) * 2 * (study.repeats + 1)) as started:
        for model in terms.models:
            arms = _arms(model, named[model], source, terms)
            epochs = {}
            for arm in arms:  # one after the other, as both have the same compiled program
                started(f"{model} {arm}, search")
                epochs[arm] = arms[arm].fit(known.search, own).best_epoch
            for arm in arms:
                fits = fitted[model, arm] = []
                for repeat in range(study.repeats):
                    started(f"{model} {arm}, repeat {repeat}")
                    fits.append(arms[arm].fit(known.final, own, repeat, epochs[arm]))
                    runs.append(_run((model, arm), repeat, arms[arm].options, fits[-1]))
    return Borrowed(fitted, pd.DataFrame(runs, columns=RUN_COLUMNS))


class _Arm(NamedTuple):
    """How an arm of a model is fitted."""

    model: str
    options: TwoTower
    begin: Sequence[Arrays]  # another market's fits; none: from scratch
    source: Source
    terms: FromMarket

    def fit(
        self, rows: Rows, seed: int, repeat: int | None = None, epochs: int | None = None
    ) -> Fitted:
        """Return the fit of a repeat; without one, that of the search."""
        place = ("tune", self.model, "fit") if repeat is None else (self.model, "fit", repeat)
        start = None
        if self.begin:
            both = borrowing_start.shared(rows.pairs, self.source, self.terms)
            theirs = self.begin[(repeat or 0) % len(self.begin)]
            start = partial(borrowing_start.begun, theirs=theirs, both=both)
        held = rows.held if repeat is None else None
        return MODELS[self.model].fit(
            rows.pairs, rows.sides, self.options, seed=seeds.derive(seed, *place), epochs=epochs,
            held=held, start=start,
        )  # fmt: skip


def _arms(model: str, stated: TwoTower, source: Source, terms: FromMarket) -> dict[str, _Arm]:
    """Return both arms."""
    fits = source.fitted[model]
    options = borrowing_start.same_sizes(stated, fits[0])
    slower = dataclasses.replace(options, learning_rate=terms.rate * options.learning_rate)
    return {
        SCRATCH: _Arm(model, options, (), source, terms),
        BORROWED: _Arm(model, slower, fits, source, terms),
    }


def _terms(study: Recommender, source: Source) -> FromMarket:
    """Return what is asked, if it can be."""
    terms, named = study.transfer, study.models.named()
    if terms is None:
        raise ValueError("expected a study with `transfer`, received one without: name its source")
    for model in terms.models:
        if model not in MODELS:
            raise ValueError(
                f"transfer.models: '{model}' cannot begin as another market's: expected one of "
                f"{', '.join(MODELS)}"
            )
        if model not in named:
            raise ValueError(
                f"transfer.models: '{model}' is none of the study's models: name it in `models` "
                "with its options"
            )
        if not source.fitted.get(model):
            raise ValueError(
                f"transfer: study '{source.study}' has no fit of '{model}' to begin with: name the "
                "model in its `models`, and run `dvc repro`"
            )
    return terms


def _run(key: Key, repeat: int, options: TwoTower, fitted: Fitted) -> dict[str, Any]:
    numbers = {"epochs": len(fitted.curve), "best_epoch": fitted.best_epoch}
    told = {"options": trials.as_json(options), **numbers}
    return {"model": key[0], "arm": key[1], "repeat": repeat, **told}
