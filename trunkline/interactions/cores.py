"""The core: pairs of which every user and every item has so many."""

import numpy as np

from trunkline.interactions.pairs import Pairs


def core(pairs: Pairs, least: int) -> Pairs:
    """Return the largest set of pairs in which each user and each item has `least` or more.

    Users and items that have fewer are left out, with their pairs, again and again until none is
    (Seidman 1983, "Network structure and minimum degree", of a graph of users and items). The
    result does not depend on the order in which they go.

    Args:
        pairs: of training.
        least: at least so many pairs; 0: nobody is left out.

    Raises:
        ValueError: nothing is left.
    """
    if not least:
        return pairs
    kept = np.ones(len(pairs.user), bool)
    while True:
        of_user = np.bincount(pairs.user[kept], minlength=len(pairs.users)) >= least
        of_item = np.bincount(pairs.item[kept], minlength=len(pairs.items)) >= least
        left = kept & of_user[pairs.user] & of_item[pairs.item]
        if left.sum() == kept.sum():
            break
        kept = left
    if not kept.any():
        raise ValueError(
            f"no users and items have {least} interactions or more with each other: lower `core`"
        )
    user, item = (np.cumsum(of) - 1 for of in (of_user, of_item))
    some = pairs.of(kept)
    return Pairs(
        pairs.users[of_user], pairs.items[of_item], user[some.user].astype(np.int32),
        item[some.item].astype(np.int32), some.rating, some.time,
    )  # fmt: skip
