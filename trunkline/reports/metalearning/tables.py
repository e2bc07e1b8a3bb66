"""The tables of a study of meta-learners, as text ready to print."""

from collections.abc import Sequence
from dataclasses import dataclass

from trunkline.reports import numbers
from trunkline.reports.metalearning import looks
from trunkline.reports.metalearning.measured import Measured
from trunkline.reports.metalearning.rows import Contrast, Estimate

_OVER = {
    "fine_tune": "Over fine-tune",
    "scratch": "Over scratch",
    "nearest_neighbour": "Over nearest",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One arm: its mean and interval, and its verdicts, empty where it is not compared."""

    arm: str
    form: tuple[str, ...]
    value: str
    interval: str
    counts: tuple[str, ...]
    verdicts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Board:
    """Arms, the best first.

    Attributes:
        form: what columns of the form of episodes are of: ways and shots.
        counts: what columns of counts are of: episodes, clusters.
        against: what verdicts are against.
    """

    metric: str
    form: tuple[str, ...]
    counts: tuple[str, ...]
    against: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One comparison."""

    arm: str
    difference: str
    p: str
    better: str
    verdict: str


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A line for each arm, and a text for each column."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def board(study: Measured, estimates: Sequence[Estimate]) -> Board:
    """Lay out mean, interval, form of episodes, counts and verdicts of some arms."""
    facts = study.facts
    classes = facts.kind != "regression"
    return Board(
        metric=numbers.scale(facts.metric).name,
        form=("Ways", "Shots") if classes else ("Shots",),
        counts=("Episodes", "Clusters") if facts.clustered_by else ("Episodes",),
        against=tuple(_OVER[arm] for arm in study.baselines),
        lines=tuple(
            Line(
                arm=looks.look(e.arm).label,
                form=(str(e.ways), str(e.shots)) if classes else (str(e.shots),),
                value=numbers.number(e.metric, e.value),
                interval=numbers.interval(e.metric, e.low, e.high),
                counts=(str(e.n), str(e.clusters)) if facts.clustered_by else (str(e.n),),
                verdicts=tuple(
                    contrast.verdict if (contrast := study.against(e.arm, one)) else ""
                    for one in study.baselines
                ),
            )
            for e in estimates
        ),
    )


def compared(contrast: Contrast) -> Row:
    """Lay out difference, p, P(better) and verdict of one comparison."""
    metric, better = contrast.metric, contrast.better
    span = numbers.interval(metric, contrast.low, contrast.high)
    return Row(
        arm=looks.look(contrast.arm).label,
        difference=f"{numbers.signed(metric, contrast.difference)} {span}",
        p=numbers.probability(contrast.p_holm),
        better=f"{numbers.plain(better.value, 2)} "
        f"[{numbers.plain(better.low, 2)}, {numbers.plain(better.high, 2)}]",
        verdict=contrast.verdict,
    )


def adaptation(study: Measured) -> Grid | None:
    """Lay out the mean of each arm after some numbers of steps; None where none takes any."""
    if not study.adaptation:
        return None
    metric = study.facts.metric
    steps = sorted({one.steps for one in study.adaptation})
    found = {
        (one.arm, one.steps): f"{numbers.number(metric, one.value)} "
        f"{numbers.interval(metric, one.low, one.high)}"
        for one in study.adaptation
    }
    return Grid(
        title=f"{numbers.scale(metric).name} after steps on the support, with intervals",
        columns=tuple(str(one) for one in steps),
        rows=tuple(
            (
                looks.look(arm).label,
                tuple(found.get((arm, one), numbers.ABSENT) for one in steps),
            )
            for arm in dict.fromkeys(one.arm for one in study.adaptation)
        ),
    )
