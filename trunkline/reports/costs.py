"""What each arm took to train, beside what it gained: numbers that no machine changes."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from trunkline.reports import names, numbers
from trunkline.reports.findings import Comparison, Study

MOST = 4  # tasks of joint training, up to which each has a column of gains
EXPLAINED = (
    "Multiply-adds of the training, counted from shapes: a row forward, twice that for the trained "
    "part backward, for each task apart where a balancer asks for it; times rows and epochs, and "
    "held-back rows forward. They are means over the repeats, and the same on every machine."
)


@dataclass(frozen=True, kw_only=True)
class Gain:
    """A difference to the baseline, with its interval, in words; no verdict: the baseline."""

    text: str
    verdict: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one arm took.

    Attributes:
        case: the label budget it had; of joint training, nothing.
        weights: trained ones, and of how many where some are not trained.
        epochs: that ran, and in brackets the one whose weights were kept.
        times: operations as a multiple of the baseline's.
    """

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


def means(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the means over the repeats, by arm and budget in the order of the runs."""
    columns = ["parameters", "trained", "epochs", "best_epoch", "operations"]
    return runs.groupby(["arm", "budget"], sort=False)[columns].mean().reset_index()


def _of_task(study: Study, part: str, task: str) -> Costs:
    runs = study.runs["finetune"]
    taken = means(runs[(runs["part"] == part) & (runs["task"] == task)])
    judged = {(c.arm, c.budget): c for c in study.judged(part, task)}
    baselines = {c.baseline for c in judged.values()} or {"scratch", "source_only"}
    kind, scale = study.tasks[task].kind, numbers.scale(study.tasks[task].metric)
    rows = []
    for budget in sorted(taken["budget"].unique()):
        here = taken[taken["budget"] == budget]
        base = here[here["arm"].isin(baselines)]["operations"].mean()
        counted = names.counted(part, kind, [int(budget)]) if budget else "no label"
        for one in here.to_dict("records"):
            gain = _gain(judged.get((one["arm"], one["budget"])))
            rows.append(_row(one, base, counted, (gain,)))
    return Costs(
        title=f"Cost and gain on {names.quoted(study.title(task))}",
        unit=scale.unit or scale.name,
        columns=("Gain",),
        note=_once(study) if part == "transfer" else "",
        rows=tuple(rows),
    )


def _of_joint(study: Study) -> Costs:
    taken = means(study.runs["multitask"])
    joint = taken[taken["arm"] != "alone"].to_dict("records")
    tasks = study.tasks_of("multitask")
    alone = taken[taken["arm"] == "alone"]
    # One network a task: all of them together answer what one joint network does.
    runs = study.runs["multitask"]
    runs = runs[runs["arm"] == "alone"]
    sums = runs.groupby("task", sort=False)[list(alone.columns[2:])].mean()
    each = {**sums.sum().to_dict(), **sums[["epochs", "best_epoch"]].mean().to_dict()}
    base = each["operations"]
    rows = [_row({**each, "arm": "alone"}, base, "", _joint_gains(study, tasks, "alone"))]
    rows += [_row(one, base, "", _joint_gains(study, tasks, one["arm"])) for one in joint]
    units = dict.fromkeys(numbers.scale(study.tasks[task].metric).unit for task in tasks)
    return Costs(
        title="Cost and gain of learning jointly",
        unit=names.listed([unit for unit in units if unit], "or"),
        columns=tuple(study.title(task) for task in tasks) if len(tasks) <= MOST else ("Gain",),
        note="Learning alone takes a network for each task: their weights and operations are "
        "summed, their epochs are means.",
        rows=tuple(rows),
    )


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


def _row(taken: dict[str, float], base: float, case: str, gains: tuple[Gain, ...]) -> Row:
    trained, whole = round(taken["trained"]), round(taken["parameters"])
    return Row(
        case=case,
        arm=names.arm(str(taken["arm"])).label,
        weights=f"{trained:,}" if trained >= whole else f"{trained:,} of {whole:,}",
        epochs=f"{numbers.plain(taken['epochs'], 1)} ({numbers.plain(taken['best_epoch'], 1)})",
        operations=numbers.large(taken["operations"]),
        times=f"{numbers.plain(taken['operations'] / base, 2)}\N{MULTIPLICATION SIGN}",
        gains=gains,
    )


def _once(study: Study) -> str:
    """Say what the source took, which all transfer shares."""
    source = study.runs.get("pretrain", pd.DataFrame())
    if source.empty:
        return ""
    taken = numbers.large(source["operations"].mean())
    return f"Learning the source took {taken} in each repeat, which all arms but scratch share."
