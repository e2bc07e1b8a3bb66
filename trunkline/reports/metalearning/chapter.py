"""What the page says about each study of meta-learners, in the order in which it says it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trunkline.reports import chapters, numbers
from trunkline.reports.canvas import Drawing
from trunkline.reports.chapters import Picture, Statement
from trunkline.reports.findings import VERDICTS
from trunkline.reports.metalearning import (
    advising,
    counted,
    learned,
    looks,
    noticing,
    sentences,
    tables,
)
from trunkline.reports.metalearning.advising import Advice
from trunkline.reports.metalearning.learned import Choice, Trained
from trunkline.reports.metalearning.measured import Measured
from trunkline.reports.metalearning.rows import Contrast
from trunkline.reports.metalearning.tables import Board, Grid, Row


@dataclass(frozen=True, kw_only=True)
class Held:
    """All arms that are held against one: sentences and numbers."""

    baseline: str
    metric: str
    statements: tuple[Statement, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One study of meta-learners on the page.

    Attributes:
        others: heads the comparisons that are not told beside the advice.
        held: comparisons by what they are with.
        apart: transductive methods; None where there are none.
        trials: arm, rate, steps and score of everything that was tried.
    """

    name: str
    title: str
    advice: Advice
    harm: str
    counts: Mapping[str, int]
    others: str
    notices: tuple[str, ...]
    reasons: tuple[Statement, ...]
    further: tuple[Statement, ...]
    facts: tuple[tuple[str, str], ...]
    intervals: str
    chance: str
    board: Board
    held: tuple[Held, ...]
    apart: Board | None
    held_apart: tuple[Held, ...]
    pictures: Mapping[str, tuple[Picture, ...]]
    adaptation: Grid | None
    choices: tuple[Choice, ...]
    trials: tuple[tuple[str, str, str, str], ...]
    trained: tuple[Trained, ...]
    most_epochs: int


def chapter(study: Measured, drawings: tuple[Drawing, ...], svgs: Mapping[str, str]) -> Chapter:
    """Gather all that the page says about a study of meta-learners.

    Args:
        study: its results.
        drawings: its figures.
        svgs: the figures as SVG, by name.
    """
    judged, advice = study.judged, advising.on_next(study)
    leading = [c for c in judged if c.arm == advice.arm]
    return Chapter(
        name=study.name,
        title=study.settings.title,
        advice=advice,
        harm=sentences.harm(study),
        others=sentences.others(len(leading), len(judged) - len(leading)),
        counts={verdict: sum(c.verdict == verdict for c in judged) for verdict in VERDICTS},
        notices=noticing.notices(study),
        reasons=tuple(sentences.statement(c) for c in leading),
        further=tuple(sentences.statement(c) for c in judged if c not in leading),
        facts=counted.facts(study),
        intervals=counted.intervals(study),
        chance=counted.chance(study),
        board=tables.board(study, study.ranked),
        held=_held(study, judged),
        apart=tables.board(study, study.apart) if study.apart else None,
        held_apart=_held(study, [c for c in study.comparisons if c not in judged]),
        pictures=chapters.grouped(drawings, svgs),
        adaptation=tables.adaptation(study),
        choices=learned.choices(study),
        trials=learned.trials(study),
        trained=learned.trained(study),
        most_epochs=study.settings.training.epochs,
    )


def _held(study: Measured, contrasts: Sequence[Contrast]) -> tuple[Held, ...]:
    """Return comparisons by what they are with, the arms of the best mean first."""
    order = [e.arm for e in (*study.ranked, *study.apart)]
    return tuple(
        Held(
            baseline=looks.look(baseline).label,
            metric=numbers.scale(study.facts.metric).name,
            statements=tuple(sentences.statement(c) for c in found),
            rows=tuple(tables.compared(c) for c in found),
        )
        for baseline in study.baselines
        if (found := _of(contrasts, baseline, order))
    )


def _of(contrasts: Sequence[Contrast], baseline: str, order: Sequence[str]) -> list[Contrast]:
    found = [c for c in contrasts if c.baseline == baseline]
    return sorted(found, key=lambda c: order.index(c.arm))
