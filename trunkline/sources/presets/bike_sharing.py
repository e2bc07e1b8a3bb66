"""Bike sharing: bicycles that were rented in Washington, D.C., by hour and by day."""

from trunkline.settings.files import Csv
from trunkline.sources.presets.publication import Publication


def _part(name: str) -> Csv:
    return Csv(
        kind="csv",
        path="https://archive.ics.uci.edu/static/public/275/bike+sharing+dataset.zip",
        member=f"{name}.csv",
    )


PUBLICATION = Publication(
    title="Bike sharing: rentals of 2011 and 2012 with weather and season, 17,379 hours, 731 days",
    page="https://doi.org/10.24432/C5W894",
    licence="CC BY 4.0",
    citation=(
        "H. Fanaee-T, J. Gama, Event labeling combining ensemble detectors and background "
        "knowledge. Progress in Artificial Intelligence 2, 2014"
    ),
    checked="",
    parts={"hour": _part("hour"), "day": _part("day")},
)
