"""The tables of a study of meta-learners, as text ready to print."""

from collections.abc import Sequence
from dataclasses import dataclass

from trunkline.reports import numbers
from trunkline.reports.metalearning import looks
from trunkline.reports.metalearning.measured import Measured
from trunkline.reports.metalearning.rows import Contrast, Estimate, Facts

_OVER = {
    "fine_tune": "Over fine-tune",
    "scratch": "Over scratch",
    "nearest_neighbour": "Over nearest",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One arm: its mean and interval, and its verdicts, empty where it is not compared."""

    arm: str
    value: str
    interval: str
    verdicts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Board:
    """Arms, the best first.

    Attributes:
        over: what all means are over: counts of episodes and clusters, ways, shots.
        against: what verdicts are against.
        meanings: label, name in params.yaml and meaning of each arm.
    """

    metric: str
    over: str
    against: tuple[str, ...]
    lines: tuple[Line, ...]
    meanings: tuple[tuple[str, str, str], ...]


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
    """Lay out mean, interval and verdicts of some arms, and once what is the same for all."""
    return Board(
        metric=numbers.scale(study.facts.metric).name,
        over=_over(study.facts),
        against=tuple(_OVER[arm] for arm in study.baselines),
        lines=tuple(
            Line(
                arm=looks.look(e.arm).label,
                value=numbers.number(e.metric, e.value),
                interval=numbers.interval(e.metric, e.low, e.high),
                verdicts=tuple(study.verdict(e.arm, one) for one in study.baselines),
            )
            for e in estimates
        ),
        meanings=tuple((looks.look(e.arm).label, e.arm, looks.meaning(e.arm)) for e in estimates),
    )


def _over(facts: Facts) -> str:
    counts = [
        (facts.episodes, "test episode"),
        (facts.clusters if facts.clustered_by else None, "cluster"),
        (facts.ways, "way"),
        (facts.shots, "shot"),
    ]
    told = [f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts if n is not None]
    return ", ".join(told)


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
