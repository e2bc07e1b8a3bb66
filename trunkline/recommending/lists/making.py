"""The lists of all users, from what a study says of them.

Shapes: n users asked for, U users and I items of training, k places of a list, m reasons of a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from trunkline.recommending.lists import capping, drafting, filtering, mmr, reasons
from trunkline.recommending.lists.drafting import Draft, Rules
from trunkline.recommending.lists.filtering import Open
from trunkline.recommending.lists.sources import Source
from trunkline.recommending.model import UNKNOWN
from trunkline.settings.recommending.lists import Diversity, Lists, Reasons

_NAMED = 5  # users in a note


@dataclass(frozen=True, eq=False)
class Catalogue:
    """What is known of the items.

    Attributes:
        ids: of the items, sorted: [I].
        taken: who took what in training, ones: [U, I].
        table: a row for each item, in the order of `ids`; none: there are only ids.
        factors: float32 [I, d]; none: the model has none.
        features: float32 [I, F]; none: there are none.
    """

    ids: np.ndarray
    taken: sparse.csr_array
    table: pd.DataFrame | None = None
    factors: np.ndarray | None = None
    features: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Made:
    """The lists.

    Attributes:
        items: int32 [n, k], places; UNKNOWN after the last.
        scores: float32 [n, k], of the source of each row: those of two sources do not compare.
        source: int8 [n, k], places among `sources`; UNKNOWN after the last.
        reasons: int32 [n, k, m], places of items; UNKNOWN after the last.
        sources: their names.
    """

    items: np.ndarray
    scores: np.ndarray
    source: np.ndarray
    reasons: np.ndarray
    sources: tuple[str, ...]


def opened(catalogue: Catalogue, history: sparse.csr_array, options: Lists) -> Open:
    """Return what may be listed for users with a history, `[n, I]`.

    Raises:
        ValueError: nothing may, or the table of items has no such column.
    """
    seen = history if options.seen == "leave_out" else None
    return filtering.opened(catalogue.table, catalogue.ids, options.unavailable, seen)


def made(
    sources: Sequence[Source], history: sparse.csr_array, catalogue: Catalogue, options: Lists
) -> Made:
    """Return the lists of all users.

    Args:
        sources: the first that has more items for a user goes on.
        history: what users have, `[n, I]`.
        catalogue: what is known of the items.
        options: what lists are like.

    Raises:
        ValueError: nobody gets a list, or something that is asked for is not known of the items.
    """
    rules, users = _rules(catalogue, options), np.arange(history.shape[0])
    blocks = np.split(users, range(drafting.USERS, len(users), drafting.USERS))
    drafts = [drafting.drafted(sources, block, rules) for block in blocks]
    items, scores, source = (_all(drafts, name) for name in ("items", "scores", "source"))
    if len(users) and (items == UNKNOWN).all():
        raise ValueError(
            f"expected lists, and none of {len(users)} users gets an item: all that may be listed "
            "was seen, or nothing is known of it; set lists.seen: keep, change lists.unavailable, "
            "or add 'popularity' to lists.fallback"
        )
    names = tuple(source.name for source in sources)
    return Made(items, scores, source, _reasons(items, history, catalogue, options.reasons), names)


def notes(lists: Made, users: np.ndarray, may: Open) -> tuple[str, ...]:
    """Return what is to be told of users without a list.

    Args:
        lists: of all users.
        users: their ids, `[n]`.
        may: what could be listed.
    """
    empty = np.flatnonzero(lists.items[:, 0] == UNKNOWN)
    if not empty.size:
        return ()
    some = ", ".join(f"'{user}'" for user in users[empty[:_NAMED]])
    more = f" and {empty.size - _NAMED} more" if empty.size > _NAMED else ""
    all_seen = 0 if may.seen is None else int((may.left()[empty] == 0).sum())
    return (
        f"{empty.size} of {len(users)} users get no list: {some}{more}; {all_seen} of them have "
        f"seen all {len(may.items)} items that may be listed, and of the others no source knows "
        "an item: set lists.seen: keep, or add 'popularity' to lists.fallback",
    )


def vectors(catalogue: Catalogue, name: str, parameter: str) -> np.ndarray:
    """Return the items' factors or features, of length 1 or 0: float32 [I, d].

    Raises:
        ValueError: the model, or the study, has none.
    """
    found = catalogue.factors if name == "factors" else catalogue.features
    if found is None:
        why = "the model has no factors of items" if name == "factors" else (
            "the study names no features of items"
        )  # fmt: skip
        raise ValueError(
            f"lists.{parameter} is '{name}', and {why}: choose another, or leave it out"
        )
    return mmr.directions(found)


def _rules(catalogue: Catalogue, options: Lists) -> Rules:
    cap, diversity = options.cap, options.diversity
    categories = None
    if cap is not None:
        categories = capping.categories(catalogue.table, catalogue.ids, cap)
    if diversity is None:
        return Rules(options.length, categories, pool=1 if cap is None else Diversity().pool)
    found = vectors(catalogue, diversity.similarity, "diversity.similarity")
    return Rules(options.length, categories, found, diversity.relevance, diversity.pool)


def _all(drafts: Sequence[Draft], name: str) -> np.ndarray:
    return np.concatenate([getattr(draft, name) for draft in drafts])


def _reasons(
    items: np.ndarray, history: sparse.csr_array, catalogue: Catalogue, options: Reasons | None
) -> np.ndarray:
    """Return the nearest items of each user's history: int32 [n, k, m]."""
    if options is None:
        return np.full((*items.shape, 0), UNKNOWN, np.int32)
    if options.similarity == "cooccurrence":
        similarity = reasons.cooccurrence(catalogue.taken)
    else:
        found = vectors(catalogue, options.similarity, "reasons.similarity")
        similarity = reasons.cosine(found)
    named = np.full((*items.shape, options.items), UNKNOWN, np.int32)
    user, place = np.nonzero(items != UNKNOWN)
    listed = items[user, place]
    named[user, place] = reasons.nearest(user, listed, history, similarity, options.items)
    return named
