"""What the page says about each study of recommenders, in the order in which it says it."""

from collections.abc import Mapping
from dataclasses import dataclass

from trunkline.reports import chapters
from trunkline.reports.canvas import Drawing
from trunkline.reports.chapters import Picture, Statement
from trunkline.reports.findings import VERDICTS
from trunkline.reports.recommending import (
    advising,
    breakdowns,
    counted,
    example,
    looks,
    searched,
    sentences,
    tables,
)
from trunkline.reports.recommending.advising import Advice
from trunkline.reports.recommending.example import Example
from trunkline.reports.recommending.measured import Judged, Measured
from trunkline.reports.recommending.rows import Contrast
from trunkline.reports.recommending.searched import Searched
from trunkline.reports.recommending.tables import Grid, Row, Scores

CAUTION = (
    "Who comes first is read off the test rows after the fact, so that its mean flatters it. What "
    "it is ahead of is corrected (Holm) for all pairs of models, as if each had been asked for."
)


@dataclass(frozen=True, kw_only=True)
class Board:
    """Models of one kind: their scores, who came first, and what decides nothing.

    Attributes:
        shown: whom the first is ahead of.
        statements: each against the baseline.
        leads: the first against each other one.
    """

    leader: str
    score: str
    shown: str
    scores: Scores
    further: Grid | None
    statements: tuple[Statement, ...]
    leads: tuple[Statement, ...]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Ways to train one model, against one of them: sentences and numbers."""

    statements: tuple[Statement, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One study of recommenders on the page."""

    name: str
    title: str
    advice: Advice
    harm: str
    counts: Mapping[str, int]
    notices: tuple[str, ...]
    reasons: tuple[Statement, ...]
    further: tuple[Statement, ...]
    facts: tuple[tuple[str, str], ...]
    outside: str
    repeats: int
    chance: str
    notes: tuple[str, ...]
    board: Board
    ratings: Board | None
    pictures: Mapping[str, tuple[Picture, ...]]
    shown: Grid
    activity: Grid | None
    popularity: Grid | None
    starts: Grid | None
    borrowed: Trial | None
    tasks: Trial | None
    searched: Searched | None
    example: Example | None


def chapter(study: Measured, drawings: tuple[Drawing, ...], svgs: Mapping[str, str]) -> Chapter:
    """Gather all that the page says about a study of recommenders.

    Args:
        study: its results.
        drawings: its figures.
        svgs: the figures as SVG, by name.
    """
    judged = _judged(study)
    advice = advising.on_lists(study)
    against = study.lists.comparisons
    leading = [c for c in against if c.arm == advice.model]
    borrowed, tasks = _borrowed(study), _tasks(study)
    return Chapter(
        name=study.name,
        title=study.settings.title,
        advice=advice,
        harm=sentences.harm(against, study.lists.baseline) if against else "",
        counts={verdict: sum(c.verdict == verdict for c in judged) for verdict in VERDICTS},
        notices=sentences.notices(judged, study.settings.evaluate.alpha),
        reasons=(
            *(sentences.against(c) for c in leading),
            *(one for trial in (borrowed, tasks) if trial for one in trial.statements),
        ),
        further=tuple(sentences.against(c) for c in against if c not in leading),
        facts=counted.facts(study),
        outside=counted.outside(study),
        repeats=study.settings.repeats,
        chance=counted.chance(study),
        notes=counted.notes(study),
        board=_board(study.lists),
        ratings=_board(study.ratings) if study.ratings else None,
        pictures=chapters.grouped(drawings, svgs),
        shown=breakdowns.shown(study),
        activity=breakdowns.activity(study),
        popularity=breakdowns.popularity(study),
        starts=breakdowns.starts(study),
        borrowed=borrowed,
        tasks=tasks,
        searched=searched.searched(study),
        example=example.example(study),
    )


def _judged(study: Measured) -> list[Contrast]:
    """Return all comparisons with a baseline, each of which is counted."""
    ratings = study.ratings.comparisons if study.ratings else ()
    return [*study.lists.comparisons, *ratings, *study.borrowed, *study.tasks]


def _board(judged: Judged) -> Board:
    first = judged.ranked()[0]
    return Board(
        leader=looks.look(first.model).label,
        score=advising.score(first),
        shown=sentences.first(judged),
        scores=tables.scores(judged),
        further=tables.further(judged),
        statements=tuple(sentences.against(c) for c in judged.comparisons),
        leads=tuple(sentences.against(c) for c in judged.rivals),
    )


def _borrowed(study: Measured) -> Trial | None:
    if not study.borrowed:
        return None
    return Trial(
        statements=tuple(sentences.borrowed(study, c) for c in study.borrowed),
        rows=tuple(tables.lead(c, looks.look(c.of["model"]).label) for c in study.borrowed),
    )


def _tasks(study: Measured) -> Trial | None:
    if not study.tasks:
        return None
    return Trial(
        statements=tuple(sentences.tasks(c) for c in study.tasks),
        rows=tuple(
            tables.lead(c, f"{looks.arm(c.arm).label}, {c.of['task']}") for c in study.tasks
        ),
    )
