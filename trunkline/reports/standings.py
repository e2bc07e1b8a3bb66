"""Which arm came first on the test rows, and what it is shown to beat: told, not chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from trunkline.reports import names, numbers
from trunkline.reports.findings import Comparison, Estimate, Study

NOTHING = {
    "transfer": "no strategy is proven better than training from scratch",
    "adapt": "no way to adapt is proven better than the source alone",
    "multitask": "no way to learn jointly is proven better than learning alone",
}
CAUTION = (
    "Who comes first is read off the test rows after the fact, so that its mean flatters it. What "
    "it is shown to beat is corrected (Holm): beside the baseline for all comparisons of the "
    "study, beside another arm for all pairs of arms of that row."
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The first on one task and budget.

    Attributes:
        value: its mean in the main metric, with its interval.
        shown: whom it is shown to beat; nobody is said in words.
        sure: whether it is shown to beat the baseline.
    """

    task: str
    counted: str
    arm: str
    value: str
    shown: str
    sure: bool


@dataclass(frozen=True, kw_only=True)
class Standings:
    """All tasks and budgets of a part of a study, and whether arms are too many to tell apart."""

    title: str
    notice: str
    rows: tuple[Standing, ...]


def standings(study: Study) -> tuple[Standings, ...]:
    """Return who came first in each part in which something is compared."""
    return tuple(
        Standings(
            title=names.PARTS[part].subject,
            notice=_hopeless(study, part),
            rows=rows,
        )
        for part in names.PARTS
        if (rows := tuple(_rows(study, part)))
    )


def _rows(study: Study, part: str) -> list[Standing]:
    return [
        _standing(study, part, task, budget)
        for task in study.tasks_of(part)
        for budget in sorted({c.budget for c in study.judged(part, task)})
    ]


def _standing(study: Study, part: str, task: str, budget: int) -> Standing:
    facts = study.tasks[task]
    judged = [c for c in study.judged(part, task) if c.budget == budget]
    first = _first(study, part, task, budget)
    return Standing(
        task=study.title(task),
        counted=names.counted(part, facts.kind, [budget]),
        arm=names.arm(first.arm).label,
        value=_value(first),
        shown=_shown(study, first, judged),
        sure=any(c.arm == first.arm and c.verdict == "helps" for c in judged),
    )


def _value(first: Estimate) -> str:
    """Write a mean and its interval, with what they are of."""
    scale = numbers.scale(first.metric)
    percent = "\N{NO-BREAK SPACE}%" if scale.factor == 100 else ""
    number = numbers.number(first.metric, first.value)
    return f"{scale.name} {number}{percent} {numbers.interval(first.metric, first.low, first.high)}"


def _first(study: Study, part: str, task: str, budget: int) -> Estimate:
    """Return the best mean of the main metric; of equal ones that of the arm measured first."""
    main = study.tasks[task].metric
    found = [
        e
        for e in study.estimates
        if (e.part, e.task, e.budget, e.metric) == (part, task, budget, main)
    ]
    return max(found, key=lambda e: e.value)


def _shown(study: Study, first: Estimate, judged: Sequence[Comparison]) -> str:
    """Say whom the first is ahead of; a tie is called a tie."""
    ahead = _ahead(study, first, judged)
    baseline = judged[0].baseline
    others = [arm for arm in (baseline, *(c.arm for c in judged)) if arm != first.arm]
    tied = [arm for arm in others if arm not in ahead]
    better = [c.arm for c in judged if c.verdict == "helps"]
    said = [f"ahead of {_listed(ahead)}"] if ahead else []
    if not better and (first.arm != baseline or not ahead):
        said.append(f"{'' if ahead else 'a tie: '}{NOTHING[first.part]}")
    elif better and first.arm not in better:
        said.append(f"proven better than {names.arm(baseline).subject}: {_listed(better)}")
    if tied:
        said.append(f"not told apart from {_listed(tied)}")
    return "; ".join(said)


def _ahead(study: Study, first: Estimate, judged: Sequence[Comparison]) -> list[str]:
    """Return the arms that the first is shown to beat, the baseline before others."""
    baseline = judged[0].baseline
    if first.arm == baseline:
        return [c.arm for c in judged if c.verdict == "hurts"]
    ahead = [baseline for c in judged if c.arm == first.arm and c.verdict == "helps"]
    case = first.part, first.task, first.budget, first.arm
    return ahead + [
        rival["other"]
        for rival in study.rivals
        if (rival["part"], rival["task"], rival["budget"], rival["first"]) == case
        and rival["verdict"] == "helps"
    ]


def _hopeless(study: Study, part: str) -> str:
    """Say so where arms are too many, or repeats too few, to tell any two arms apart."""
    alpha = study.settings.evaluate.alpha
    found = [
        (r["n"], r["family"])
        for r in study.rivals
        if r["part"] == part and 2.0 ** (1 - r["n"]) * r["family"] > alpha
    ]
    if not found:
        return ""
    n, family = max(found, key=lambda case: case[1])
    return (
        f"With {n} repeats and {family} pairs of arms no two arms can be told apart, however far "
        "they are; set more repeats, or compare fewer arms."
    )


def _listed(arms: Sequence[str]) -> str:
    return names.listed([names.arm(arm).label for arm in arms])
