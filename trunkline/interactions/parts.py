"""From rows of a part to pairs: those that training learns, and those that are held from it.

Users and items are known if a training row names them, whether or not the rule from ratings to
interactions makes anything of that row.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from trunkline.interactions import cores, ids, repeats, rows
from trunkline.interactions.ids import UNKNOWN
from trunkline.interactions.pairs import Pairs
from trunkline.interactions.rows import Log
from trunkline.settings.recommending.interactions import Interactions

LARGEST = 2**63  # what an int64 cannot hold


class Held(NamedTuple):
    """Interactions of a part that is scored, by what training knows of them.

    Attributes:
        pairs: of users and items that training knows.
        new_users: of users that it does not, in `users`, with items that it knows.
        new_items: of users that it knows, with items that it does not, in `items`.
        neither: how many others there are, of which it knows neither.
    """

    pairs: Pairs
    new_users: Pairs
    new_items: Pairs
    neither: int


def learned(frame: pd.DataFrame, settings: Interactions, part: str = "train") -> Pairs:
    """Return the interactions to learn from; their users and items are those that are known.

    Args:
        frame: rows with a column `row_id`: of training, or of training and validation.
        settings: the columns, and what counts as an interaction.
        part: which rows they are, for messages.

    Raises:
        ValueError: a row cannot be, a pair is there twice, or no interaction is left.
    """
    log = _interactions(frame, settings, part)
    found = _pairs(log, log.users, log.items, log.user, log.item)
    return cores.core(found, settings.core)


def held(frame: pd.DataFrame, settings: Interactions, known: Pairs, part: str) -> Held:
    """Return the interactions of a part that training has not seen.

    Args:
        frame: rows with a column `row_id`: of validation or test.
        settings: as for `learned`.
        known: what was learned.
        part: which rows they are, for messages.

    Raises:
        ValueError: as for `learned`; a pair was learned; a user or an item is unknown and not
            declared `cold`.
    """
    log = _interactions(frame, settings, part)
    user = ids.places(log.users, known.users, f"{part}: users")[log.user]
    item = ids.places(log.items, known.items, f"{part}: items")[log.item]
    strange, new = user == UNKNOWN, item == UNKNOWN
    if "users" not in settings.cold:
        _refuse_unknown(log, strange, log.users[log.user], "users")
    if "items" not in settings.cold:
        _refuse_unknown(log, new, log.items[log.item], "items")
    both, only_user, only_item = ~strange & ~new, strange & ~new, ~strange & new
    seen = _pairs(log.of(both), known.users, known.items, user[both], item[both])
    refuse_shared(known, seen, part)
    of_new = np.unique(log.user[only_user], return_inverse=True)
    new_of = np.unique(log.item[only_item], return_inverse=True)
    return Held(
        seen,
        _pairs(log.of(only_user), log.users[of_new[0]], known.items, of_new[1], item[only_user]),
        _pairs(log.of(only_item), known.users, log.items[new_of[0]], user[only_item], new_of[1]),
        int((strange & new).sum()),
    )


def refuse_shared(known: Pairs, seen: Pairs, part: str) -> None:
    """Pass pairs of which none was learned.

    Args:
        known: what was learned.
        seen: of the same users and items.
        part: which pairs they are, for the message.

    Raises:
        ValueError: some were; names one.
    """
    width = len(known.items)
    one, other = (of.user.astype(np.int64) * width + of.item for of in (known, seen))
    shared = np.intersect1d(one, other)
    if shared.size:
        user, item = divmod(int(shared[0]), width)
        raise ValueError(
            f"{part}: user '{known.users[user]}' with item '{known.items[item]}' was learned "
            f"already, as were {shared.size} of its pairs in all: split so that a pair lies in "
            "one part (`duplicates` at the source), and hold it by the rule "
            "`no_copies_across_parts` of user and item"
        )


def _interactions(frame: pd.DataFrame, settings: Interactions, part: str) -> Log:
    log = repeats.settled(rows.read(frame, settings, part), settings.duplicates)
    if settings.at_least is None:
        return log
    found = log.of(log.rating >= settings.at_least)
    if not found.user.size:
        raise ValueError(
            f"{part}: none of {log.user.size} ratings is {settings.at_least:g} or more, the "
            f"highest is {log.rating.max():g}, so that no interaction is left: lower `at_least`"
        )
    return found


def _refuse_unknown(log: Log, unknown: np.ndarray, names: np.ndarray, what: str) -> None:
    if unknown.any():
        who = sorted({str(name) for name in names[unknown].tolist()})
        more = ", ..." if len(who) > 3 else ""
        raise ValueError(
            f"{log.part}: {unknown.sum()} rows ({log.examples(unknown)}) are of {what} that "
            f"training does not know ({', '.join(who[:3])}{more}): split with `each` instead, or "
            f"declare them with `cold: [{what}]`"
        )


def _pairs(
    log: Log, users: np.ndarray, items: np.ndarray, user: np.ndarray, item: np.ndarray
) -> Pairs:
    """Return the rows as pairs, by user, then time, then item."""
    order = _order(user, item, log.time, len(users), len(items))
    return Pairs(
        users, items, user[order].astype(np.int32), item[order].astype(np.int32),
        log.rating[order].astype(np.float32), None if log.time is None else log.time[order],
    )  # fmt: skip


def _order(
    user: np.ndarray, item: np.ndarray, time: np.ndarray | None, users: int, items: int
) -> np.ndarray:
    """Return places of pairs, of which none is there twice, by user, then time, then item."""
    if time is None or not time.size:
        return np.argsort(user.astype(np.int64) * items + item, kind="stable")
    first, span = time.min(), int(time.max()) - int(time.min()) + 1
    if users * items * span >= LARGEST:
        return np.lexsort((item, time, user))
    # One number for the three is sorted in a fraction of the time; stable, as NumPy's other way is
    # written in gathers of AVX2, which QEMU 7.2 gets wrong.
    keys = (user.astype(np.int64) * span + (time - first)) * items + item
    return np.argsort(keys, kind="stable")
