"""Facts of one market, as the numbers that another market's towers read."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from trunkline.data import tables
from trunkline.data.encoders import Encoder
from trunkline.interactions.pairs import Pairs
from trunkline.recommending import borrowing_start, facts
from trunkline.recommending.facts import Facts
from trunkline.recommending.fitting import Known
from trunkline.recommending.model import Sides
from trunkline.recommending.searching import Rows
from trunkline.recommending.source import Source
from trunkline.settings.recommending.study import FromMarket, Recommender


class Told(NamedTuple):
    """What may be learned from, read as the source's towers read it.

    Attributes:
        known: both parts, with features by the encoders.
        encoders: by `users` and `items`, those by which final fits read facts: users of the test
            must be read by them, too.
    """

    known: Known
    encoders: Mapping[str, Encoder]


def told(known: Known, found: Mapping[str, Facts], study: Recommender, source: Source) -> Told:
    """Return the rows with features as the towers that are taken over read them.

    A tower that is taken over reads the facts by the encoder of the source, so that a number means
    there what it means here: a category that the source did not have is an unknown one. The facts
    of the other side are encoded as the study does it.

    Args:
        known: what may be learned from; its features are replaced.
        found: tables of facts, by `users` and `items`.
        study: the question, with `transfer`.
        source: the other market.

    Raises:
        ValueError: a tower that is taken over reads other columns there, or as `facts.encoded`.
    """
    if study.transfer is None:
        raise ValueError("expected a study with `transfer`, received one without: name its source")
    over = borrowing_start.taken_over(study.transfer)
    for side in over:
        _refuse_others(side, found, study, source)
    parts, encoders = [], {}
    for rows in known:
        encoders = _encoders(rows.pairs, found, study, source, study.transfer)
        sides = {
            side: facts.encoded(found[side], study.sides[side], encoder, _ids(rows, side))
            for side, encoder in encoders.items()
        }
        parts.append(rows._replace(sides=Sides(**sides)))
    return Told(Known(*parts), encoders)


def _encoders(
    pairs: Pairs,
    found: Mapping[str, Facts],
    study: Recommender,
    source: Source,
    terms: FromMarket,
) -> dict[str, Encoder]:
    encoders = {}
    for side, settings in study.sides.items():
        if side in borrowing_start.taken_over(terms):
            encoder = source.encoders.get(side)
        else:
            encoder = facts.fit(found[side], settings, getattr(pairs, side))
        if encoder is not None:
            encoders[side] = encoder
    return encoders


def _ids(rows: Rows, side: str) -> np.ndarray:
    return np.asarray(getattr(rows.pairs, side))


def _refuse_others(
    side: str, found: Mapping[str, Facts], study: Recommender, source: Source
) -> None:
    """Pass facts of the columns that the source's tower reads."""
    encoder, settings = source.encoders.get(side), study.sides.get(side)
    there = set() if encoder is None else set(encoder.columns)
    named = settings is not None and settings.columns
    here = set(tables.columns(found[side].frame, settings.columns)) if settings and named else set()
    if here != there:
        raise ValueError(
            f"the tower of {side} is to begin as that of study '{source.study}', but features must "
            f"mean the same in both: only there {sorted(there - here)}, only here "
            f"{sorted(here - there)}: name the same columns in `{side}`, or take the other tower "
            "alone over with `transfer.parts`"
        )
