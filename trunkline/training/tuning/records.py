"""What a search leaves: every trial, and what it chose for every arm. No TensorFlow is needed."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import pandas as pd

from trunkline.training.tuned import Place, Values

COLUMNS = {
    "part": "str", "task": "str", "arm": "str", "budget": "int64", "trial": "int64",
    "validation_loss": "float64", "chosen": "bool",
}  # fmt: skip


class Row(NamedTuple):
    """One trial of one arm."""

    place: Place
    trial: int
    values: Values
    loss: float  # NaN where training diverged
    chosen: bool


def table(rows: Sequence[Row] = ()) -> pd.DataFrame:
    """Return a row for each trial: `COLUMNS`, then a column for each setting that was searched.

    A setting that an arm does not have is missing there; so is the loss of a trial that diverged.
    """
    settings = list(dict.fromkeys(name for row in rows for name in row.values))
    records = [
        {
            **row.place._asdict(),
            "trial": row.trial,
            "validation_loss": row.loss,
            "chosen": row.chosen,
            **{name: float(row.values.get(name, math.nan)) for name in settings},
        }
        for row in rows
    ]
    frame = pd.DataFrame(records, columns=[*COLUMNS, *settings])
    return frame.astype({**COLUMNS, **dict.fromkeys(settings, "float64")})


def chosen(rows: Iterable[Row], budgets: Sequence[int] = ()) -> list[dict[str, Any]]:
    """Return the chosen values of every arm, also with budgets that were not searched.

    Those take what the next smaller budget chose or, where there is none, the smallest searched.

    Args:
        rows: of all trials.
        budgets: every label budget of the study's transfer part.
    """
    best = {row.place: dict(row.values) for row in rows if row.chosen}
    found = []
    for place, values in best.items():
        searched = [one.budget for one in best if one[:3] == place[:3]]
        wanted = budgets if place.part == "transfer" else [place.budget]
        found += [
            {**place._replace(budget=budget)._asdict(), "values": values}
            for budget in wanted
            if place.budget == max((b for b in searched if b <= budget), default=min(searched))
        ]
    return found
