"""Presets: a name becomes the source that its makers' address, form and SHA-256 make of it."""

from dataclasses import replace
from typing import Any

from trunkline.settings.files import Columns, Csv, Idx, Images
from trunkline.settings.presets import Preset
from trunkline.sources.presets import (
    adult,
    bike_sharing,
    fashion_mnist,
    goodbooks_10k,
    mnist,
    movielens_1m,
    movielens_100k,
    omniglot,
    usps,
    wine_quality,
)
from trunkline.sources.presets.publication import Publication

PUBLICATIONS: dict[str, Publication] = {
    "adult": adult.PUBLICATION,
    "bike_sharing": bike_sharing.PUBLICATION,
    "fashion_mnist": fashion_mnist.PUBLICATION,
    "goodbooks_10k": goodbooks_10k.PUBLICATION,
    "mnist": mnist.PUBLICATION,
    "movielens_100k": movielens_100k.PUBLICATION,
    "movielens_1m": movielens_1m.PUBLICATION,
    "omniglot": omniglot.PUBLICATION,
    "usps": usps.PUBLICATION,
    "wine_quality": wine_quality.PUBLICATION,
}


def expanded(preset: Preset) -> Csv | Idx | Images:
    """Return the source that a preset stands for, its columns as the user wants them."""
    parts = PUBLICATIONS[preset.name].parts
    source = parts[preset.part or next(iter(parts))]
    source = replace(source, columns=_columns(source.columns, preset.columns))
    if preset.sha256 is not None and not isinstance(source, Idx):
        source = replace(source, sha256=preset.sha256)
    return source


def told(preset: Preset) -> dict[str, Any]:
    """Return what the schema says of a preset: what it is and what its makers ask for."""
    found = PUBLICATIONS[preset.name]
    return {
        "name": preset.name,
        "part": preset.part or next(iter(found.parts)),
        "title": found.title,
        "page": found.page,
        "licence": found.licence,
        "citation": found.citation,
    }


def _columns(published: Columns, wanted: Columns) -> Columns:
    """Return the user's choice where there is one, over that of the preset."""
    return Columns(
        select=wanted.select or published.select,
        rename=wanted.rename,
        cast={n: k for n, k in published.cast.items() if n not in wanted.dates} | wanted.cast,
        dates=wanted.dates,
        constants=wanted.constants,
    )
