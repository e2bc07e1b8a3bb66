"""What was measured in a study of recommenders, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from trunkline.reports.recommending import rows
from trunkline.reports.recommending.looks import BASELINE
from trunkline.reports.recommending.rows import Contrast, Estimate, Record
from trunkline.settings.recommending.study import Recommender, TuneModels

RECORDS = (
    "estimates", "comparisons", "rivals", "shown", "activity", "popularity", "starts", "expected",
    "ratings", "example", "facts",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Models of one kind: those that list items, or those that say ratings.

    Attributes:
        main: the metric that they are compared on.
        comparisons: each against the baseline.
        rivals: the first on the test rows against each other one.
    """

    main: str
    baseline: str
    estimates: tuple[Estimate, ...]
    comparisons: tuple[Contrast, ...]
    rivals: tuple[Contrast, ...]

    def ranked(self) -> tuple[Estimate, ...]:
        """Return the estimates of the main metric, the best first; of equals the first measured."""
        found = [e for e in self.estimates if e.metric == self.main]
        sign = 1 if self.main in ("rmse", "mae") else -1
        return tuple(sorted(found, key=lambda e: sign * e.value))

    def against(self, model: str) -> Contrast | None:
        """Return a model against the baseline; None for the baseline itself."""
        return next((c for c in self.comparisons if c.arm == model), None)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Everything measured in one study of recommenders.

    Attributes:
        ratings: the models that say ratings; None where there are none.
        borrowed: models that begin as another market's, against themselves from scratch.
        tasks: click and rating learned by one model, against each alone.
        chosen: the model that was best on the validation rows.
        lister: the model that made the lists: the same, unless it cannot make what is asked for.
        records: what else the evaluation wrote, by stem: rows of tables to show.
        trials: a row for each trial of the search.
        sources: titles of other studies, by name.
    """

    name: str
    settings: Recommender
    lists: Judged
    ratings: Judged | None
    borrowed: tuple[Contrast, ...]
    tasks: tuple[Contrast, ...]
    chosen: str
    lister: str
    records: Mapping[str, Any]
    trials: pd.DataFrame
    sources: Mapping[str, str] = field(default_factory=dict)


def measured(
    name: str,
    settings: Recommender,
    records: Mapping[str, Any],
    trials: pd.DataFrame,
    sources: Mapping[str, str] | None = None,
) -> Measured:
    """Build a study of recommenders from what its stages wrote.

    Args:
        name: its key in params.yaml.
        settings: its parameters.
        records: contents of the files `RECORDS` of its evaluation, by stem, of `borrowed` and
            `tasks` where it asks for them, and of `lists`, what was told of the lists.
        trials: of the search.
        sources: titles of other studies of recommenders, by name.

    Raises:
        ValueError: a row lacks a value, or has a verdict that is none.
    """
    ratings = records["ratings"]
    main = f"{(settings.tune or TuneModels()).metric}@{settings.ks[0]}"
    return Measured(
        name=name,
        settings=settings,
        lists=_judged(records, BASELINE, main, ""),
        ratings=_judged(ratings, _alone(ratings), "rmse", "ratings.")
        if ratings["estimates"]
        else None,
        borrowed=rows.contrasts(records.get("borrowed", ()), "borrowed.json", "arm", "baseline"),
        tasks=rows.contrasts(records.get("tasks", ()), "tasks.json", "balancer", "baseline"),
        chosen=str(records["lists"]["best"]),
        lister=str(records["lists"]["model"]),
        records=records,
        trials=trials,
        sources=sources or {},
    )


def _judged(records: Record, baseline: str, main: str, prefix: str) -> Judged:
    comparisons = rows.contrasts(
        records["comparisons"], f"{prefix}comparisons.json", "model", "baseline"
    )
    return Judged(
        main=comparisons[0].metric if comparisons else main,
        baseline=comparisons[0].baseline if comparisons else baseline,
        estimates=rows.estimates(records["estimates"], f"{prefix}estimates.json"),
        comparisons=comparisons,
        rivals=rows.contrasts(records["rivals"], f"{prefix}rivals.json", "first", "other"),
    )


def _alone(records: Record) -> str:
    """Return the model that is its own baseline where there is no other one."""
    return str(records["estimates"][0]["model"])
