"""The tables of a study, as text ready to print."""

from collections.abc import Sequence
from dataclasses import dataclass

from trunkline.reports import names, numbers
from trunkline.reports.findings import Comparison, Estimate, Study


@dataclass(frozen=True, kw_only=True)
class Row:
    """One arm at one budget; the baseline itself has no difference."""

    arm: str
    budget: int
    value: str
    interval: str
    difference: str = ""
    difference_interval: str = ""
    p: str = ""
    better: str = ""
    better_interval: str = ""
    verdict: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """All arms and budgets of one task, in its main metric."""

    title: str
    metric: str
    unit: str
    counted: str
    baseline: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A verdict at a glance."""

    verdict: str
    difference: str


@dataclass(frozen=True, kw_only=True)
class Glance:
    """Verdicts of one task: a row per arm, a column per budget."""

    title: str
    unit: str
    counted: str
    budgets: tuple[int, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Others:
    """The further metrics of one task: a row per arm and budget, a column per metric."""

    title: str
    counted: str
    metrics: tuple[str, ...]
    rows: tuple[tuple[str, int, tuple[str, ...]], ...]


def table(study: Study, part: str, task: str) -> Table:
    """Lay out mean, interval, difference, p, P(better) and verdict of every arm and budget."""
    facts = study.tasks[task]
    scale = numbers.scale(facts.metric)
    judged = {(c.arm, c.budget): c for c in study.judged(part, task)}
    estimates = _main(study, part, task)
    baselines = dict.fromkeys(names.arm(c.baseline).label for c in judged.values())
    return Table(
        title=study.title(task),
        metric=scale.name,
        unit=scale.unit,
        counted=_counted(part, facts.kind),
        baseline=names.listed(list(baselines), "or"),
        rows=tuple(_row(e, judged.get((e.arm, e.budget))) for e in estimates),
    )


def glance(study: Study, part: str, task: str) -> Glance:
    """Lay out the verdicts of a task, arm by budget."""
    facts = study.tasks[task]
    judged = study.judged(part, task)
    budgets = tuple(sorted({c.budget for c in judged}))
    found = {(c.arm, c.budget): c for c in judged}
    return Glance(
        title=study.title(task),
        unit=numbers.scale(facts.metric).unit or numbers.scale(facts.metric).name,
        counted=_counted(part, facts.kind),
        budgets=budgets,
        rows=tuple(
            (names.arm(arm).label, tuple(_cell(found.get((arm, b))) for b in budgets))
            for arm in dict.fromkeys(c.arm for c in judged)
        ),
    )


def others(study: Study, part: str, task: str) -> Others | None:
    """Lay out the metrics that decide nothing, or None where there are none."""
    main = study.tasks[task].metric
    found = [
        e for e in study.estimates if (e.part, e.task) == (part, task) and e.metric != main
    ]  # fmt: skip
    if not found:
        return None
    metrics = tuple(dict.fromkeys(e.metric for e in found))
    text = {
        (e.arm, e.budget, e.metric): f"{numbers.number(e.metric, e.value)} "
        f"{numbers.interval(e.metric, e.low, e.high)}"
        for e in found
    }
    cases = sorted(
        dict.fromkeys((e.arm, e.budget) for e in found), key=lambda case: _place(study, part, *case)
    )
    return Others(
        title=study.title(task),
        counted=_counted(part, study.tasks[task].kind),
        metrics=tuple(numbers.scale(metric).name for metric in metrics),
        rows=tuple(
            (
                names.arm(arm).label,
                budget,
                tuple(text.get((arm, budget, metric), numbers.ABSENT) for metric in metrics),
            )
            for arm, budget in cases
        ),
    )


def _main(study: Study, part: str, task: str) -> Sequence[Estimate]:
    main = study.tasks[task].metric
    found = [e for e in study.estimates if (e.part, e.task, e.metric) == (part, task, main)]
    return sorted(found, key=lambda e: _place(study, part, e.arm, e.budget))


def _place(study: Study, part: str, arm: str, budget: int) -> tuple[int, int]:
    """Order by budget, and within it as the arms come in the results."""
    arms = list(dict.fromkeys(e.arm for e in study.estimates if e.part == part))
    return budget, arms.index(arm)


def _row(estimate: Estimate, comparison: Comparison | None) -> Row:
    metric = estimate.metric
    row = Row(
        arm=names.arm(estimate.arm).label,
        budget=estimate.budget,
        value=numbers.number(metric, estimate.value),
        interval=numbers.interval(metric, estimate.low, estimate.high),
    )
    if comparison is None:
        return row
    better = comparison.better
    return Row(
        arm=row.arm,
        budget=row.budget,
        value=row.value,
        interval=row.interval,
        difference=numbers.signed(metric, comparison.difference),
        difference_interval=numbers.interval(metric, comparison.low, comparison.high),
        p=numbers.probability(comparison.p_holm),
        better=numbers.plain(better.value, 2),
        better_interval=f"[{numbers.plain(better.low, 2)}, {numbers.plain(better.high, 2)}]",
        verdict=comparison.verdict,
    )


def _cell(comparison: Comparison | None) -> Cell:
    if comparison is None:
        return Cell(verdict="", difference=numbers.ABSENT)
    difference = numbers.signed(comparison.metric, comparison.difference)
    return Cell(verdict=comparison.verdict, difference=difference)


def _counted(part: str, kind: str) -> str:
    return "Labelled rows" if names.by_rows(part, kind) else "Labels per class"
