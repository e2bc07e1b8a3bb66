"""The search for each model's options: as many random trials for one as for the other."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from trunkline.determinism import seeds
from trunkline.interactions.pairs import Pairs
from trunkline.recommending import ranges, trials
from trunkline.recommending.model import Fitted, Sides
from trunkline.recommending.ranges import Span
from trunkline.recommending.trials import Trial

DIGITS = 6  # of a score, so that nothing is chosen for its last bits
Failures = tuple[type[Exception], ...]


class Model(Protocol):
    """What every module of a recommender has."""

    def fit(
        self,
        pairs: Pairs,
        sides: Sides,
        options: Any,
        *,
        seed: int,
        epochs: int | None = None,
        held: Pairs | None = None,
    ) -> Fitted:
        """Return what is learned of pairs."""


Judge = Callable[[Fitted], float]


class Rows(NamedTuple):
    """What a trial may see; nothing of the test is among it."""

    pairs: Pairs  # of training
    sides: Sides
    held: Pairs  # of validation, by which a model may stop early


class Searched(NamedTuple):
    """A model whose options are searched."""

    name: str
    model: Model
    stated: Any  # its options, as the study states them
    spans: Mapping[str, Span]  # by option, its range; `ranges.of` knows them


def search(
    one: Searched, rows: Rows, judge: Judge, *, count: int, seed: int, failures: Failures = ()
) -> list[Trial]:
    """Fit a model with the stated options, then with drawn ones, and choose the best.

    o* = argmax_t s(fit(rows; o_t)): o_0 are the stated options, and each option of o_t, t > 0, is
    drawn evenly, or its logarithm, from its range. What is drawn depends on the seed and the names
    of the model, the trial and the option alone, so that another model, option or number of trials
    changes no draw. Every trial fits with the same random numbers. Of equal scores the first trial
    is chosen; a trial whose options were tried before has that score and is not fitted again; a
    model without anything to search has one trial.

    Args:
        one: the model, its options, and where they are searched.
        rows: of training and validation.
        judge: fit -> a score on the validation rows, higher is better; of errors their negative.
        count: trials, the stated options included; the same for every model of a study.
        seed: of the study.
        failures: errors which say that nothing comes of the options of a trial.

    Raises:
        ValueError: no trial has a score, or a range is of no option.

    References:
        Bergstra and Bengio, "Random Search for Hyper-Parameter Optimization", JMLR 13 (2012);
        Ferrari Dacrema et al., "Are We Really Making Much Progress?", RecSys 2019: baselines that
        were not tuned as much as what was held against them.
    """
    found: list[Trial] = []
    tried: dict[str, Trial] = {}
    why: Exception | None = None
    for number in range(count if one.spans else 1):
        options = ranges.drawn(one.name, one.stated, one.spans, trial=number, seed=seed)
        told = trials.as_json(options)
        if told not in tried:
            try:
                score, epoch = _tried(one, options, rows, judge, seed)
            except failures as error:
                score, epoch, why = math.nan, 0, error
            tried[told] = Trial(one.name, number, options, score, epoch, False)
        found.append(tried[told]._replace(trial=number))
    best = _best(found)
    if best is None:
        raise ValueError(
            f"model '{one.name}': none of its {len(found)} trials has a score that is a number: "
            "state other options, such as a smaller learning_rate, or look for extreme values in "
            f"the facts{f'; the last one: {why}' if why else ''}"
        ) from why
    found[best] = found[best]._replace(chosen=True)
    return found


def _tried(one: Searched, options: Any, rows: Rows, judge: Judge, seed: int) -> tuple[float, int]:
    """Return the score of a fit and its best epoch; NaN where it is no number."""
    own = seeds.derive(seed, "tune", one.name, "fit")
    fitted = one.model.fit(rows.pairs, rows.sides, options, seed=own, held=rows.held)
    score = judge(fitted)
    kept = float(f"{score:.{DIGITS}g}") if math.isfinite(score) else math.nan
    return kept, fitted.best_epoch


def _best(trials: Sequence[Trial]) -> int | None:
    """Return the number of the trial with the highest score, the first of several; or None."""
    scored = [number for number, trial in enumerate(trials) if not math.isnan(trial.score)]
    return max(scored, key=lambda number: trials[number].score, default=None)
