"""What a search of models leaves: every trial, and which of them were chosen."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

COLUMNS = {
    "model": "str", "trial": "int64", "options": "str", "score": "float64",
    "best_epoch": "int64", "chosen": "bool",
}  # fmt: skip


class Trial(NamedTuple):
    """One fit of one model."""

    model: str
    trial: int
    options: Any
    score: float  # on validation, higher is better; NaN where nothing came of it
    best_epoch: int
    chosen: bool


def as_json(options: Any) -> str:
    """Return options as JSON: the same text for the same options."""
    return json.dumps(dataclasses.asdict(options), sort_keys=True, allow_nan=False)


def table(trials: Sequence[Trial]) -> pd.DataFrame:
    """Return a row for each trial, with its options as JSON."""
    records = [{**trial._asdict(), "options": as_json(trial.options)} for trial in trials]
    return pd.DataFrame(records, columns=list(COLUMNS)).astype(COLUMNS)


def chosen(trials: Sequence[Trial]) -> dict[str, Trial]:
    """Return the chosen trial of each model."""
    return {trial.model: trial for trial in trials if trial.chosen}


def ranked(trials: pd.DataFrame, *, leave_out: Sequence[str] = ()) -> list[str]:
    """Return the models, the best on validation first; of equal ones the first.

    Args:
        trials: a table of all.
        leave_out: models of another kind, whose scores do not compare.
    """
    best = trials[trials["chosen"] & ~trials["model"].isin(leave_out)]
    return list(best.sort_values("score", ascending=False, kind="stable")["model"])
