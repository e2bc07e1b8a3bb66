"""What the page says about each study, in the order in which it says it."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from trunkline.reports import (
    advice,
    confusions,
    costs,
    foretelling,
    inline,
    names,
    standings,
    tabulating,
    tuning,
    words,
)
from trunkline.reports.advice import Advice
from trunkline.reports.canvas import Drawing
from trunkline.reports.confusions import Matrix
from trunkline.reports.costs import Costs
from trunkline.reports.findings import VERDICTS, Comparison, Study
from trunkline.reports.foretelling import Foretold
from trunkline.reports.standings import Standings
from trunkline.reports.tabulating import Glance, Others, Table
from trunkline.reports.tuning import Searched

_GROUPS = {"learning": "transfer", "differences": "transfer"}  # shown side by side


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A sentence, the verdict behind it, and its evidence."""

    text: str
    verdict: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A figure in place."""

    name: str
    title: str
    note: str
    svg: Markup


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was found out about one task: what to do, why, and all else that was compared."""

    advice: Advice
    glance: Glance
    reasons: tuple[Statement, ...]
    further: tuple[Statement, ...]


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One study on the page."""

    name: str
    title: str
    summary: str
    harm: str
    repeats: int
    counts: Mapping[str, int]
    notices: tuple[str, ...]
    answers: tuple[Answer, ...]
    pictures: Mapping[str, tuple[Picture, ...]]
    tables: tuple[Table, ...]
    others: tuple[Others, ...]
    matrices: tuple[Matrix, ...]
    left_out: str
    foretold: Foretold | None
    standings: tuple[Standings, ...]
    costs: tuple[Costs, ...]
    searched: Searched | None


def chapter(study: Study, drawings: tuple[Drawing, ...], svgs: Mapping[str, str]) -> Chapter:
    """Gather all that the page says about a study.

    Args:
        study: its results.
        drawings: its figures.
        svgs: the figures as SVG, by name.
    """
    asked = [(part, task) for part in names.PARTS for task in study.tasks_of(part)]
    judged = [c for part, task in asked for c in study.judged(part, task)]
    further = [tabulating.others(study, part, task) for part, task in asked]
    return Chapter(
        name=study.name,
        title=study.settings.title,
        summary=advice.on_study(study) if judged else "Nothing is compared in this study.",
        harm=words.harm(judged) if judged else "",
        repeats=study.settings.repeats,
        counts={verdict: sum(c.verdict == verdict for c in judged) for verdict in VERDICTS},
        notices=words.notices(judged, study.settings.evaluate.alpha),
        answers=tuple(answer(study, *of) for of in asked if study.judged(*of)),
        pictures=grouped(drawings, svgs),
        tables=tuple(tabulating.table(study, part, task) for part, task in asked),
        others=tuple(found for found in further if found is not None),
        matrices=confusions.matrices(study),
        left_out=confusions.left_out(study),
        foretold=foretelling.foretold(study),
        standings=standings.standings(study),
        costs=costs.costs(study),
        searched=tuning.searched(study),
    )


def answer(study: Study, part: str, task: str) -> Answer:
    """Say what to do on a task, with the comparisons that say so first.

    Reasons are the comparisons of the advised arm; where none helps, of the arm that bears out
    the verdict most often. The rest follows.
    """
    judged = study.judged(part, task)
    given = advice.on_task(study, part, task)
    telling = [c.arm for c in judged if c.verdict == given.verdict]
    leading = max(telling, key=telling.count) if telling else ""
    reasons = [c for c in judged if c.arm == (*given.arms, leading)[0]]
    return Answer(
        advice=given,
        glance=tabulating.glance(study, part, task),
        reasons=tuple(_statement(study, c) for c in reasons),
        further=tuple(_statement(study, c) for c in judged if c not in reasons),
    )


def _statement(study: Study, comparison: Comparison) -> Statement:
    return Statement(
        text=words.sentence(comparison, study.tasks[comparison.task]),
        verdict=comparison.verdict,
        evidence=words.footnote(comparison),
    )


def grouped(
    drawings: tuple[Drawing, ...], svgs: Mapping[str, str]
) -> dict[str, tuple[Picture, ...]]:
    """Return figures in place, by the group that is shown together."""
    groups: dict[str, tuple[Picture, ...]] = {}
    for drawing in drawings:
        svg = inline.embed(svgs[drawing.name], drawing.name, drawing.description)
        picture = Picture(name=drawing.name, title=drawing.title, note=drawing.note, svg=svg)
        kind = _GROUPS.get(drawing.kind, drawing.kind)
        groups[kind] = (*groups.get(kind, ()), picture)
    return groups
