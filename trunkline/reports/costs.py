"""What each arm took to train, beside what it gained: numbers that no machine changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from trunkline.reports import names, numbers
from trunkline.reports.findings import Comparison, Study

MOST = 4  # tasks of joint training, up to which each has a column of gains
EXPLAINED = (
    "Multiply-adds of the training, counted from shapes: a row forward, twice that for the trained "
    "part backward, for each task apart where a balancer asks for it; times rows and epochs, and "
    "held-back rows forward. They are means over the repeats, and the same on every machine."
)
MEASURED = ("trained", "parameters", "epochs", "best_epoch", "operations")


class Taken(NamedTuple):
    """What the runs of an arm took, in the mean of its repeats."""

    arm: str
    budget: int
    trained: float
    parameters: float
    epochs: float
    best_epoch: float
    operations: float


@dataclass(frozen=True, kw_only=True)
class Gain:
    """A difference to the baseline, with its interval, in words; no verdict: the baseline."""

    text: str
    verdict: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one arm took.

    Attributes:
        place: the label budget it had; of joint training 0.
        case: the same in words; of joint training, nothing.
        weights: trained ones, and of how many where some are not trained.
        epochs: that ran, and in brackets the one whose weights were kept.
        times: operations as a multiple of the baseline's.
    """

    place: int
    case: str
    arm: str
    weights: str
    epochs: str
    operations: str
    times: str
    gains: tuple[Gain, ...]


@dataclass(frozen=True, kw_only=True)
class Costs:
    """The arms of a task, or of joint training, with their cost and their gain."""

    title: str
    unit: str
    columns: tuple[str, ...]
    note: str
    rows: tuple[Row, ...]


def costs(study: Study) -> tuple[Costs, ...]:
    """Return a table for each target task, and one for joint training."""
    if not study.runs:
        return ()
    found = [
        _of_task(study, part, task)
        for part in ("transfer", "adapt")
        for task in study.tasks_of(part)
    ]
    joint = [_of_joint(study)] if study.tasks_of("multitask") else []
    return tuple(one for one in [*found, *joint] if one.rows)


def means(runs: pd.DataFrame) -> tuple[Taken, ...]:
    """Return the means over the repeats, by arm and budget in the order of the runs."""
    keys = dict.fromkeys(zip(runs["arm"].astype(str), runs["budget"], strict=True))
    found = []
    for arm, budget in keys:
        here = runs[(runs["arm"] == arm) & (runs["budget"] == budget)]
        found.append(Taken(arm, int(budget), *(float(here[name].mean()) for name in MEASURED)))
    return tuple(found)


def _of_task(study: Study, part: str, task: str) -> Costs:
    runs = study.runs["finetune"]
    taken = means(runs[(runs["part"] == part) & (runs["task"] == task)])
    judged = {(c.arm, c.budget): c for c in study.judged(part, task)}
    kind, scale = study.tasks[task].kind, numbers.scale(study.tasks[task].metric)
    base = {one.budget: one.operations for one in taken if one.arm == names.PARTS[part].baseline}
    rows = [
        _row(
            one,
            base.get(one.budget, 0.0),
            names.counted(part, kind, [one.budget]),
            (_gain(judged.get((one.arm, one.budget))),),
        )
        for one in sorted(taken, key=lambda one: one.budget)
    ]
    return Costs(
        title=f"Cost and gain on {names.quoted(study.title(task))}",
        unit=scale.unit or scale.name,
        columns=("Gain",),
        note=_once(study) if part == "transfer" else "",
        rows=tuple(rows),
    )


def _of_joint(study: Study) -> Costs:
    runs, tasks = study.runs["multitask"], study.tasks_of("multitask")
    alone = _together(runs[runs["arm"] == "alone"])
    taken = [alone, *means(runs[runs["arm"] != "alone"])]
    rows = [_row(one, alone.operations, "", _joint_gains(study, tasks, one.arm)) for one in taken]
    scales = [numbers.scale(study.tasks[task].metric) for task in tasks]
    units = dict.fromkeys(scale.unit or scale.name for scale in scales)
    return Costs(
        title="Cost and gain of learning jointly",
        unit=names.listed(list(units), "or"),
        columns=tuple(study.title(task) for task in tasks) if len(tasks) <= MOST else ("Gain",),
        note="Learning alone takes a network for each task: their weights and operations are "
        "summed, their epochs are means.",
        rows=tuple(rows),
    )


def _together(runs: pd.DataFrame) -> Taken:
    """Return what the networks of all tasks take, each of which learns alone."""
    each = [one for _, of in runs.groupby("task", sort=False) for one in means(of)]
    sums = {name: sum(getattr(one, name) for one in each) for name in MEASURED}
    for name in ("epochs", "best_epoch"):
        sums[name] /= max(1, len(each))
    return Taken("alone", 0, **sums)


def _joint_gains(study: Study, tasks: Sequence[str], arm: str) -> tuple[Gain, ...]:
    found = [
        next((c for c in study.judged("multitask", task) if c.arm == arm), None) for task in tasks
    ]
    if len(tasks) <= MOST:
        return tuple(_gain(one) for one in found)
    verdicts = [c.verdict for c in found if c is not None]
    if not verdicts:
        return (Gain(text="the baseline", verdict=""),)
    helps, hurts = verdicts.count("helps"), verdicts.count("hurts")
    text = f"helps {helps}, hurts {hurts} of {len(tasks)} tasks"
    return (Gain(text=text, verdict=""),)


def _gain(comparison: Comparison | None) -> Gain:
    if comparison is None:
        return Gain(text="the baseline", verdict="")
    size = numbers.signed(comparison.metric, comparison.difference)
    span = numbers.interval(comparison.metric, comparison.low, comparison.high)
    return Gain(text=f"{size} {span}", verdict=comparison.verdict)


def _row(taken: Taken, base: float, case: str, gains: tuple[Gain, ...]) -> Row:
    trained, whole = round(taken.trained), round(taken.parameters)
    times = numbers.three(taken.operations / base) if base else numbers.ABSENT
    return Row(
        place=taken.budget if case else 0,
        case=case,
        arm=names.arm(taken.arm).label,
        weights=f"{trained:,}" if trained >= whole else f"{trained:,} of {whole:,}",
        epochs=f"{numbers.plain(taken.epochs, 1)} ({numbers.plain(taken.best_epoch, 1)})",
        operations=numbers.large(taken.operations),
        times=f"{times}\N{MULTIPLICATION SIGN}" if base else times,
        gains=gains,
    )


def _once(study: Study) -> str:
    """Say what the source took, which all transfer shares."""
    source = study.runs.get("pretrain", pd.DataFrame())
    if source.empty:
        return ""
    taken = numbers.large(source["operations"].mean())
    return f"Learning the source, with which most arms begin, took {taken} more in each repeat."
