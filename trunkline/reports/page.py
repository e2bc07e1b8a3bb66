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
    told = tuple(
        chapters.chapter(study, tuple(d for d in drawings if d.study == study.name), media.svgs)
        for study in report.studies
    )
    text = (
        _environment()
        .get_template("page.html.jinja")
        .render(
            chapters=told,
            holdings=tuple(
                holdings.holding(
                    d,
                    media.images.get(d.name, ()),
                    [s for s in report.studies if s.settings.dataset == d.name],
                )
                for d in report.datasets
            ),
            counts={verdict: sum(c.counts[verdict] for c in told) for verdict in VERDICTS},
            badges=BADGES,
            explained=costs.EXPLAINED,
            caution=standings.CAUTION,
            most=MOST,
            report=report,
            parameters=provenance.printed(report.parameters),
            **_words(report),
        )
    )
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"


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
    levels = dict.fromkeys(f"{100 * (1 - rule.alpha):g}" for rule in rules)
    return {
        "levels": names.listed(list(levels), "or"),
        "alphas": names.listed(list(dict.fromkeys(f"{rule.alpha:g}" for rule in rules)), "or"),
        "margins": names.listed(list(dict.fromkeys(f"{rule.margin:g}" for rule in rules)), "or"),
    }
