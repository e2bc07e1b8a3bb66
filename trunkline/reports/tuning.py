"""How the settings of a study were searched, as a table ready to print."""

from dataclasses import dataclass

import pandas as pd

from trunkline.reports import names, numbers
from trunkline.reports.findings import Study

PLACE = ["part", "task", "arm", "budget"]
KNOWN = [*PLACE, "trial", "validation_loss", "chosen"]  # all other columns are settings


@dataclass(frozen=True, kw_only=True)
class Row:
    """What the trials of one arm found."""

    task: str
    arm: str
    budget: int
    trials: int
    chosen: str
    stated: str
    best: str


@dataclass(frozen=True, kw_only=True)
class Searched:
    """The search of a study, arm by arm."""

    text: str
    rows: tuple[Row, ...]


def searched(study: Study) -> Searched | None:
    """Lay out what was tried and chosen for every arm; None for a study without a search."""
    trials, tune = study.told.get("trials"), study.settings.tune
    if tune is None or trials is None or trials.empty:
        return None
    groups = trials.groupby(PLACE, sort=False)
    counts = names.listed([str(count) for count in sorted(set(groups.size()))], "or")
    return Searched(
        text=_TEXT.format(
            arms=len(groups), count=counts, mean=_mean(tune.repeats), plural=_plural(counts)
        ),
        rows=tuple(_row(study, found) for _, found in groups),
    )


_TEXT = (
    "Each of the {arms} arms, scratch included, had {count} trial{plural}: the stated settings "
    "first. Chosen is the trial with the least loss on the validation rows, {mean}; of equal ones "
    "the earliest. Those rows are the same for every arm. Their labels come on top of the label "
    "budget, and no test row is among them."
)


def _mean(repeats: int) -> str:
    return "of one network" if repeats == 1 else f"the mean of {repeats} networks"


def _plural(counts: str) -> str:
    return "" if counts == "1" else "s"


def _row(study: Study, found: pd.DataFrame) -> Row:
    best, stated = found[found["chosen"]].iloc[0], found[found["trial"] == 0].iloc[0]
    every = [str(name) for name in found.columns if name not in KNOWN]
    settings = [name for name in every if not pd.isna(best[name])]
    values = ", ".join(f"{name} {best[name]:g}" for name in settings)
    return Row(
        task=study.title(best["task"]),
        arm=names.arm(best["arm"]).label,
        budget=int(best["budget"]),
        trials=len(found),
        chosen=values if best["trial"] else "as stated",
        stated=_loss(stated["validation_loss"]),
        best=_loss(best["validation_loss"]),
    )


def _loss(value: float) -> str:
    return "diverged" if pd.isna(value) else numbers.plain(value, 4)
