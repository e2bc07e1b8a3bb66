"""Everybody who gets a list: users of training, and those of whom there are only facts."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

from trunkline.interactions import ids
from trunkline.interactions.ids import UNKNOWN
from trunkline.interactions.pairs import Pairs
from trunkline.recommending import asking, facts
from trunkline.recommending.facts import Facts
from trunkline.recommending.model import Asked
from trunkline.recommending.searching import Rows
from trunkline.settings.recommending.study import Recommender

RECENT = 256  # items of a history that models of its order are told, the most that one looks at


class Audience(NamedTuple):
    """Users to make lists for."""

    users: np.ndarray  # their ids, [n]
    asked: Asked  # what models are told of them


def everybody(rows: Rows, found: Mapping[str, Facts], study: Recommender) -> Audience:
    """Return the users of training, then those of the table of users that training has not seen.

    Args:
        rows: what was learned from.
        found: tables of facts, by `users` and `items`.
        study: which columns are read.

    Raises:
        ValueError: as `facts.encoded`.
    """
    seen = known(rows, np.arange(len(rows.pairs.users)))
    new = newcomers(rows.pairs, found)
    if not new.size:
        return Audience(rows.pairs.users, seen)
    asked = joined([seen, strangers(rows, new, found, study)])
    return Audience(np.concatenate([rows.pairs.users, new]), asked)


def newcomers(pairs: Pairs, found: Mapping[str, Facts]) -> np.ndarray:
    """Return the ids in the table of users that training has not seen."""
    if "users" not in found:
        return pairs.users[:0]
    listed = found["users"].ids
    return listed[ids.places(listed, pairs.users, "the table of users") == UNKNOWN]


def known(rows: Rows, users: np.ndarray) -> Asked:
    """Return some users of training, by their places."""
    return asking.known(rows.pairs, users, RECENT, rows.sides.users)


def strangers(
    rows: Rows, users: np.ndarray, found: Mapping[str, Facts], study: Recommender
) -> Asked:
    """Return users that training has not seen, and who bring no history.

    Args:
        rows: what was learned from.
        users: their ids, [n]; those of no row in the table of users have no features.
        found: tables of facts.
        study: which columns are read.

    Raises:
        ValueError: as `facts.encoded`.
    """
    empty = np.zeros(0, np.int32)
    nothing = Pairs(users, rows.pairs.items, empty, empty, np.zeros(0, np.float32))
    features = None
    if rows.sides.users is not None and study.users is not None:
        # Fitted again on those of training, it is the encoder that models were trained with.
        encoder = facts.fit(found["users"], study.users, rows.pairs.users)
        if encoder is not None:
            features = facts.encoded(found["users"], study.users, encoder, users)
    return asking.strangers(nothing, rows.pairs.items, RECENT, features)


def joined(parts: Sequence[Asked]) -> Asked:
    """Return the users of all parts, one after the other; each has features, or none has."""
    features = [part.features for part in parts if part.features is not None]
    return Asked(
        np.concatenate([part.user for part in parts]),
        sparse.csr_array(sparse.vstack([part.history for part in parts], format="csr")),
        np.concatenate([part.recent for part in parts]),
        np.concatenate(features) if features else None,
    )
