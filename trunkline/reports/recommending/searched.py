"""How options of recommenders were searched, as a table ready to print."""

import json
from dataclasses import dataclass

import pandas as pd

from trunkline.reports import names, numbers
from trunkline.reports.recommending import looks
from trunkline.reports.recommending.measured import Measured
from trunkline.settings.recommending.models import RATING
from trunkline.settings.recommending.study import TuneModels


@dataclass(frozen=True, kw_only=True)
class Row:
    """What the trials of one model found."""

    model: str
    trials: int
    chosen: str
    metric: str
    stated: str
    best: str


@dataclass(frozen=True, kw_only=True)
class Searched:
    """The search of a study, model by model."""

    text: str
    rows: tuple[Row, ...]


_TEXT = (
    "Each of the {models} models had {count} trial{plural}, the stated options first; a model "
    "without anything to search has one. Chosen is the trial with the best score on the validation "
    "rows; of equal ones the earliest. With what was chosen each model was then fitted to training "
    "and validation rows together. No test row is among them."
)


def searched(study: Measured) -> Searched | None:
    """Lay out what was tried and chosen for every model; None for a study without a search."""
    tune, trials = study.settings.tune, study.trials
    if tune is None or trials.empty:
        return None
    groups = trials.groupby("model", sort=False)
    counts = sorted({int(count) for count in groups.size()} - {1}) or [1]
    return Searched(
        text=_TEXT.format(
            models=len(groups),
            count=names.listed([str(count) for count in counts], "or"),
            plural="" if counts == [1] else "s",
        ),
        rows=tuple(_row(tune, str(model), found) for model, found in groups),
    )


def _row(tune: TuneModels, model: str, found: pd.DataFrame) -> Row:
    rating = model in RATING
    metric = tune.rating_metric if rating else f"{tune.metric}@{tune.k}"
    sign = -1 if rating else 1  # a search keeps the negative of an error
    best, stated = found[found["chosen"]].iloc[0], found[found["trial"] == 0].iloc[0]
    return Row(
        model=looks.look(model).label,
        trials=len(found),
        chosen=_values(best["options"], stated["options"]),
        metric=numbers.scale(metric).name,
        stated=_score(metric, sign * stated["score"]),
        best=_score(metric, sign * best["score"]),
    )


def _values(best: str, stated: str) -> str:
    """Write the options that differ from the stated ones."""
    chosen, given = json.loads(best), json.loads(stated)
    changed = [name for name in chosen if chosen[name] != given.get(name)]
    return ", ".join(f"{name} {_value(chosen[name])}" for name in changed) or "as stated"


def _value(value: object) -> str:
    return numbers.compact(value) if isinstance(value, float) else json.dumps(value)


def _score(metric: str, value: float) -> str:
    return "diverged" if pd.isna(value) else numbers.number(metric, value)
