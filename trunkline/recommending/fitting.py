"""All models of a study: each searched on validation rows, then fitted on all that is known."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from trunkline.determinism import seeds
from trunkline.interactions import holding, parts
from trunkline.recommending import facts, ranges, registry, searching, trials, validating
from trunkline.recommending.audience import RECENT
from trunkline.recommending.facts import Facts
from trunkline.recommending.model import Arrays, Fitted, Refused
from trunkline.recommending.searching import Judge, Rows, Searched
from trunkline.recommending.trials import Trial
from trunkline.settings.recommending.models import RATING
from trunkline.settings.recommending.study import Recommender, TuneModels
from trunkline.training.divergence import Diverged
from trunkline.training.progress import Watch, watch

STATED = TuneModels(trials=1)
HELD = 0.1  # of training pairs, where validation has none of its users
FAILURES = (Diverged, Refused)  # of a trial, which has no score then
RUN_COLUMNS = ["model", "repeat", "options", "epochs", "best_epoch"]


class Learned(NamedTuple):
    """What a study leaves before anything is judged.

    Attributes:
        fitted: each model's fits, one a repeat; one of a model that draws nothing.
        trials: of the search, all models one after the other.
        runs: a row for each fit, `RUN_COLUMNS`.
    """

    fitted: Mapping[str, Sequence[Fitted]]
    trials: pd.DataFrame
    runs: pd.DataFrame

    def arrays(self) -> dict[str, list[Arrays]]:
        """Return the arrays of each model's fits."""
        return {name: [one.arrays for one in repeats] for name, repeats in self.fitted.items()}


class Gathered(NamedTuple):
    """What a study reads, but for the test."""

    known: "Known"
    found: Mapping[str, Facts]


class Known(NamedTuple):
    """What may be learned from: nothing of the test is among it.

    Attributes:
        search: training rows, and the validation rows by which options are chosen.
        final: both of them, from which the chosen options are fitted; nothing is held.
    """

    search: Rows
    final: Rows


def gather(
    train: pd.DataFrame, validation: pd.DataFrame, found: Mapping[str, Facts], study: Recommender
) -> Known:
    """Return the pairs of both parts, and the facts about their users and items.

    Where validation has no user or no item of training, as of a split by groups, a tenth of each
    user's training pairs, the newest, is held from the search instead.

    Args:
        train: validated training rows of the interactions.
        validation: validated rows that choose.
        found: tables of facts, by `users` and `items`.
        study: the question.

    Raises:
        ValueError: no validation row can choose; as `parts.learned`, `parts.held` and
            `facts.sides`.
    """
    pairs = parts.learned(train, study.interactions)
    chosen_by = parts.held(validation, study.interactions, pairs, "validation")
    search, held = pairs, chosen_by.pairs
    new = chosen_by.new_users.user.size + chosen_by.new_items.user.size
    if not held.user.size and new:
        last = holding.held(pairs, HELD)
        search, held = pairs.of(~last), pairs.of(last)
    if not held.user.size:
        raise ValueError(
            f"validation: none of its {len(validation)} rows is of a user and an item that "
            "training knows, so that no options can be chosen by it: split with `each`, by time, "
            "or give it a larger share"
        )
    both = parts.learned(
        pd.concat([train, validation], ignore_index=True), study.interactions, "train, validation"
    )
    nothing = both.of(np.arange(0))
    return Known(
        Rows(search, facts.sides(found, study, pairs), held),
        Rows(both, facts.sides(found, study, both), nothing),
    )


def learn(known: Known, study: Recommender, *, name: str, seed: int) -> Learned:
    """Search each model's options on validation, and fit it with the chosen ones on all rows.

    A model with epochs runs as many as were best in the search, as nothing is held in the end.

    Args:
        known: what may be learned from.
        study: the question.
        name: of the study, for seeds.
        seed: the root seed.

    Raises:
        ValueError: as `searching.search` and the models.
    """
    own = seeds.derive(seed, name)
    named = study.models.named()
    repeats = {model: repeated(model, study.repeats) for model in named}
    fitted: dict[str, list[Fitted]] = {}
    tried: list[Trial] = []
    runs = []
    with watch(f"recommend {name}", len(named) + sum(repeats.values())) as started:
        for model in named:
            started(f"{model}, search")
            found = _searched(model, known.search, study, own)
            tried += found
            (best,) = trials.chosen(found).values()
            fitted[model] = _fits(best, known.final, repeats[model], own, started)
            runs += [_run(best, place, one) for place, one in enumerate(fitted[model])]
    return Learned(fitted, trials.table(tried), pd.DataFrame(runs, columns=RUN_COLUMNS))


def repeated(model: str, repeats: int) -> int:
    """Return how many fits a model has."""
    return 1 if model in registry.CERTAIN else repeats


def _searched(model: str, rows: Rows, study: Recommender, seed: int) -> list[Trial]:
    tune = study.tune or STATED
    module = registry.MODELS[model]
    judge: Judge
    if model in RATING:
        judge = validating.by_ratings(module, rows, tune.rating_metric)
    else:
        judge = validating.by_lists(module, rows, tune.metric, tune.k, length=RECENT)
    spans = ranges.of(model, tune.ranges.get(model))
    one = Searched(model, module, study.models.named()[model], spans)
    return searching.search(one, rows, judge, count=tune.trials, seed=seed, failures=FAILURES)


def _fits(best: Trial, rows: Rows, repeats: int, seed: int, started: Watch) -> list[Fitted]:
    module, found = registry.MODELS[best.model], []
    for repeat in range(repeats):
        started(f"{best.model}, repeat {repeat}")
        own = seeds.derive(seed, best.model, "fit", repeat)
        epochs = best.best_epoch or None
        found.append(module.fit(rows.pairs, rows.sides, best.options, seed=own, epochs=epochs))
    return found


def _run(best: Trial, repeat: int, fitted: Fitted) -> dict[str, Any]:
    options = trials.as_json(best.options)
    numbers = {"epochs": len(fitted.curve), "best_epoch": fitted.best_epoch}
    return {"model": best.model, "repeat": repeat, "options": options, **numbers}
