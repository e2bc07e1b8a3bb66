"""The first weights of towers that begin as another market's.

A tower is its layers, which read features, and the vectors of ids. Layers are taken over as they
are; of ids those that both markets name, which must mean the same in both. All others are as they
would be drawn.
"""

import dataclasses
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from trunkline.interactions import ids
from trunkline.interactions.ids import UNKNOWN
from trunkline.interactions.pairs import Pairs
from trunkline.recommending.model import Arrays
from trunkline.recommending.neural import towers
from trunkline.recommending.source import Source
from trunkline.settings.recommending.neural_models import TwoTower
from trunkline.settings.recommending.study import FromMarket

TOWERS = {"users": "user_tower", "items": "item_tower"}
First = dict[str, np.ndarray]


class Shared(NamedTuple):
    """Ids of one side that both markets name.

    Attributes:
        own: their places here.
        theirs: their places in the source.
    """

    own: np.ndarray
    theirs: np.ndarray


def taken_over(terms: FromMarket) -> tuple[str, ...]:
    """Return which towers begin as another market's: `users`, `items`."""
    return ("users", "items") if terms.parts == "both" else (terms.parts,)


def shared(pairs: Pairs, source: Source, terms: FromMarket) -> dict[str, Shared]:
    """Return the ids that both markets name, by side.

    Raises:
        ValueError: ids are text in one market and numbers in the other; or nothing can be taken
            over, as there are neither features nor an id in common.
    """
    found = {}
    for side in taken_over(terms):
        what = f"{side} of '{source.study}'"
        places = ids.places(getattr(pairs, side), getattr(source, side), what)
        own = np.flatnonzero(places != UNKNOWN)
        found[side] = Shared(own, places[own])
    empty = [side for side in found if not found[side].own.size and side not in source.encoders]
    if len(empty) == len(found):
        raise ValueError(
            f"there is nothing to take over from study '{source.study}': its {' and '.join(empty)} "
            "have neither features nor an id of this study: name columns of features in both, or "
            "remove `transfer`"
        )
    return found


def same_sizes(options: TwoTower, arrays: Arrays) -> TwoTower:
    """Return options with the sizes of another market's towers.

    Args:
        options: of the model here.
        arrays: of the model there.
    """
    name = next((name for name in TOWERS.values() if towers.layers(arrays, name)), "")
    depth = towers.layers(arrays, name) - 1
    widths = [arrays[f"{name}/kernel_{place}"].shape[1] for place in range(depth)]
    size = arrays["items"].shape[1]
    return dataclasses.replace(
        options, size=int(size), widths=tuple(widths) if name else options.widths
    )


def begun(drawn: First, theirs: Arrays, both: Mapping[str, Shared]) -> First:
    """Return first weights: another market's where it has them, else as they are drawn.

    Args:
        drawn: by name, of all weights here.
        theirs: arrays of the other market's fit.
        both: ids that both markets name, of the sides that are taken over.

    Raises:
        ValueError: layers have other shapes than there.
    """
    made = {name: values.copy() for name, values in drawn.items()}
    for side, common in both.items():
        for name in (name for name in made if name.startswith(TOWERS[side])):
            if name not in theirs or theirs[name].shape != made[name].shape:
                there = theirs[name].shape if name in theirs else "nothing"
                raise ValueError(
                    f"expected the weights '{name}' of the other market's fit to have the shape "
                    f"{made[name].shape}, received {there}: read the facts by the encoders of that "
                    "market"
                )
            made[name] = theirs[name]
        for name in ("items", "bias") if side == "items" else ("users",):
            made[name][common.own] = theirs[name][common.theirs]
    return made
