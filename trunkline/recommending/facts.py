"""Tables of facts about users and items, as the numbers that models read."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from trunkline.data import encoders, tables
from trunkline.data.encoders import Encoder
from trunkline.interactions import ids
from trunkline.interactions.ids import UNKNOWN
from trunkline.interactions.pairs import Pairs
from trunkline.recommending import facts_beside
from trunkline.recommending.model import Sides
from trunkline.settings.recommending.study import Recommender, Side

NAMED = 3  # ids in a message


class Facts(NamedTuple):
    """A table of facts, in which each id has one row.

    Attributes:
        frame: its rows.
        ids: of the rows, sorted.
        order: the row of each id.
    """

    frame: pd.DataFrame
    ids: np.ndarray
    order: np.ndarray

    def there(self, wanted: np.ndarray) -> np.ndarray:
        """Return which of some ids have a row: bool [ids]."""
        return ids.places(wanted, self.ids, "the table of facts") != UNKNOWN


def gathered(
    frames: Mapping[str, pd.DataFrame], learned: Sequence[pd.DataFrame], study: Recommender
) -> dict[str, Facts]:
    """Return the tables of facts that a study names, by `users` and `items`.

    A side that names the dataset of the interactions has its facts beside each interaction; where
    it names no column of them, there are none.

    Args:
        frames: rows of the tables, by the same names.
        learned: rows of the interactions that are learned from, part by part.
        study: which columns are read.

    Raises:
        ValueError: as `read`; rows of one user or item tell different facts.
    """
    found = {}
    for name, side in study.sides.items():
        if side.dataset != study.dataset:
            found[name] = read(frames[name], side, study.key(name))
        elif side.columns or side.title:
            beside = facts_beside.told(pd.concat(learned, ignore_index=True), side, study.key(name))
            found[name] = read(beside, side, study.key(name))
    return found


def with_newcomers(
    found: Mapping[str, Facts], later: pd.DataFrame, study: Recommender
) -> dict[str, Facts]:
    """Return tables of facts, with users and items that only later interactions tell of.

    Tables of their own stay; of facts beside interactions the later ones are read for new ids.

    Args:
        found: tables of facts, by `users` and `items`.
        later: rows of the interactions that were not learned from.
        study: which columns are read.

    Raises:
        ValueError: rows of one user or item tell different facts.
    """
    made = dict(found)
    for name, facts in found.items():
        side, key = study.sides[name], study.key(name)
        if side.dataset != study.dataset:
            continue
        new = later[~later[key].isin(facts.frame[key])]
        if len(new):
            both = [facts.frame, facts_beside.told(new, side, key)]
            made[name] = read(pd.concat(both, ignore_index=True), side, key)
    return made


def read(frame: pd.DataFrame, side: Side, key: str) -> Facts:
    """Return a table of facts.

    Args:
        frame: rows with a column `row_id`.
        side: what it is of.
        key: its column of ids.

    Raises:
        ValueError: there is no such column, or an id is missing or has several rows.
    """
    if key not in frame.columns:
        raise ValueError(
            f"dataset '{side.dataset}' has no column '{key}' to find users or items by: name it "
            "with `key`"
        )
    places, names = ids.coded(frame, key, f"dataset '{side.dataset}'")
    repeated = names[np.bincount(places, minlength=len(names)) > 1]
    if repeated.size:
        raise ValueError(
            f"dataset '{side.dataset}', column '{key}': expected one row for each id, received "
            f"several of {', '.join(map(str, repeated[:NAMED]))}"
        )
    return Facts(frame, names, np.argsort(places, kind="stable"))


def fit(facts: Facts, side: Side, known: np.ndarray) -> Encoder | None:
    """Return the encoder of what models read, fitted on the rows of known ids; None: nothing.

    Args:
        facts: the table.
        side: which columns are read, and how.
        known: ids of training.

    Raises:
        ValueError: an id of training has no row, or as `encoders.fit`.
    """
    if side.inputs is None:
        return None
    told = rows(facts, side, known)
    return encoders.fit(side.scale, told, tables.columns(told, side.columns), side.encode)


def encoded(facts: Facts, side: Side, encoder: Encoder, wanted: np.ndarray) -> np.ndarray:
    """Return the numbers of some ids: float32 [ids, F].

    Raises:
        ValueError: an id has no row, or as `encoders.apply`.
    """
    return encoders.apply(encoder, rows(facts, side, wanted), list(encoder.columns))


def sides(found: Mapping[str, Facts], study: Recommender, pairs: Pairs) -> Sides:
    """Return what models read of the users and items of training, fitted on them alone.

    Args:
        found: tables of facts, by `users` and `items`.
        study: which columns are read.
        pairs: of training.
    """
    made = encoders_of(found, study, pairs)
    return Sides(
        **{
            name: encoded(found[name], study.sides[name], encoder, getattr(pairs, name))
            for name, encoder in made.items()
        }
    )


def encoders_of(found: Mapping[str, Facts], study: Recommender, pairs: Pairs) -> dict[str, Encoder]:
    """Return the encoders of the facts that models read, fitted on users and items of training.

    Args:
        found: tables of facts, by `users` and `items`.
        study: which columns are read.
        pairs: of training.
    """
    made = {
        name: fit(found[name], side, getattr(pairs, name))
        for name, side in study.sides.items()
        if name in found
    }
    return {name: encoder for name, encoder in made.items() if encoder is not None}


def rows(facts: Facts, side: Side, wanted: np.ndarray) -> pd.DataFrame:
    """Return the rows of some ids, in their order.

    Raises:
        ValueError: an id has no row.
    """
    places = ids.places(wanted, facts.ids, f"dataset '{side.dataset}'")
    lacking = wanted[places == UNKNOWN]
    if lacking.size:
        raise ValueError(
            f"dataset '{side.dataset}': {lacking.size} ids of the interactions have no row in it "
            f"({', '.join(map(str, lacking[:NAMED]))}): add them, or leave their interactions out "
            "(a foreign key in the contract finds them)"
        )
    return facts.frame.iloc[facts.order[places]].reset_index(drop=True)
