"""Small tables of interactions, and pairs to compare with."""

from typing import Any

import pandas as pd

from trunkline.interactions.pairs import Pairs
from trunkline.settings.recommending.interactions import Interactions

PLAIN = Interactions(user="user", item="item")
TIMED = Interactions(user="user", item="item", rating="stars", time="when", unit="steps")


def table(*rows: tuple[object, ...], names: str = "user item stars when") -> pd.DataFrame:
    """Return rows `r0`, `r1` and so on, of as many columns as the rows have."""
    columns = names.split()[: len(rows[0])]
    frame = pd.DataFrame(list(rows), columns=columns)
    return frame.assign(row_id=[f"r{n}" for n in range(len(rows))])


def listed(pairs: Pairs) -> list[tuple[Any, ...]]:
    """Return pairs by their ids, with rating and time if there is one."""
    found = [pairs.users[pairs.user].tolist(), pairs.items[pairs.item].tolist()]
    found.append(pairs.rating.tolist())
    if pairs.time is not None:
        found.append(pairs.time.tolist())
    return list(zip(*found, strict=True))
