"""The page: one file that needs no script, no font and no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2

from trunkline.reports import chapters, costs, holdings, names, provenance, standings
from trunkline.reports.canvas import Drawing
from trunkline.reports.contents import Report
from trunkline.reports.findings import VERDICTS
from trunkline.reports.images import Sample
from trunkline.reports.metalearning import chapter as metalearning
from trunkline.reports.recommending import chapter

BADGES = {
    "helps": ("helps", "\N{BLACK UP-POINTING TRIANGLE}"),
    "hurts": ("hurts", "\N{BLACK DOWN-POINTING TRIANGLE}"),
    "equivalent": ("same", "\N{ALMOST EQUAL TO}"),
    "no evidence": ("open", "?"),
}


MOST = 12  # tasks of a study that are not folded away


@dataclass(frozen=True, kw_only=True)
class Media:
    """What the page shows that is not text, made elsewhere.

    Attributes:
        svgs: each figure as SVG, by the name of its drawing.
        images: by dataset: each sample and its PNG file.
    """

    svgs: Mapping[str, str]
    images: Mapping[str, Sequence[tuple[Sample, bytes]]]


def render(report: Report, drawings: Sequence[Drawing], media: Media) -> str:
    """Return the page as HTML.

    Args:
        report: everything measured.
        drawings: the report's figures.
        media: the same figures as SVG, and sample images.
    """
    template = _environment().get_template("page.html.jinja")
    text = template.render(
        **_chapters(report, drawings, media),
        holdings=tuple(
            holdings.holding(
                d,
                media.images.get(d.name, ()),
                [s for s in report.studies if s.settings.dataset == d.name],
                [s for s in report.metalearners if s.settings.dataset == d.name],
            )
            for d in report.datasets
        ),
        badges=BADGES,
        explained=costs.EXPLAINED,
        caution=standings.CAUTION,
        caution_of_models=chapter.CAUTION,
        most=MOST,
        report=report,
        parameters=provenance.printed(report.parameters),
        **_words(report),
    )
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"


def _chapters(report: Report, drawings: Sequence[Drawing], media: Media) -> dict[str, Any]:
    """Return the chapters of each kind of study, and how often each verdict was reached."""
    of: dict[str, tuple[Drawing, ...]] = {}
    for drawing in drawings:
        of[drawing.study] = (*of.get(drawing.study, ()), drawing)
    told = tuple(chapters.chapter(one, of.get(one.name, ()), media.svgs) for one in report.studies)
    models = tuple(
        chapter.chapter(one, of.get(one.name, ()), media.svgs) for one in report.recommenders
    )
    learners = tuple(
        metalearning.chapter(one, of.get(one.name, ()), media.svgs) for one in report.metalearners
    )
    found = [one.counts for kind in (told, models, learners) for one in kind]
    counts = {verdict: sum(one[verdict] for one in found) for verdict in VERDICTS}
    return {"chapters": told, "recommenders": models, "metalearners": learners, "counts": counts}


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("trunkline.reports", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _words(report: Report) -> dict[str, Any]:
    """Return the words that settings decide: levels, margins, repeats."""
    rules = [study.settings.evaluate for study in report.studies]
    rules += [study.settings.evaluate for study in report.recommenders]
    rules += [study.settings.evaluate for study in report.metalearners]
    levels = dict.fromkeys(f"{100 * (1 - rule.alpha):g}" for rule in rules)
    return {
        "levels": names.listed(list(levels), "or"),
        "alphas": names.listed(list(dict.fromkeys(f"{rule.alpha:g}" for rule in rules)), "or"),
        "margins": names.listed(list(dict.fromkeys(f"{rule.margin:g}" for rule in rules)), "or"),
    }
