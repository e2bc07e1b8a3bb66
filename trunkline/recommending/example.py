"""One user, for a reader: what they took, and what they would be recommended."""

from typing import Any

import numpy as np
import pandas as pd

from trunkline.metrics.ranking import judging
from trunkline.recommending.lists.making import Catalogue
from trunkline.recommending.tested import Tested
from trunkline.settings.recommending.study import Recommender

SHOWN = 10  # items of a history, the last ones


def of(
    lists: pd.DataFrame, test: Tested, catalogue: Catalogue, study: Recommender
) -> dict[str, Any]:
    """Return the history of a user of usual activity, and the list, as rows.

    The user has the median number of interactions among those with a test item and a list; of
    several, the first. What the list got right plays no part in the choice.

    Args:
        lists: user, rank, item, score, reason, source.
        test: the test pairs.
        catalogue: ids and titles of the items.
        study: which column has titles.
    """
    pairs = test.rows.pairs
    users = judging.with_test(test.warm)
    users = users[np.isin(pairs.users[users], lists["user"].unique())]
    if not users.size:
        return {}
    length = np.diff(pairs.starts)[users]
    chosen = int(users[np.lexsort((users, length))[len(users) // 2]])
    own = lists[lists["user"] == pairs.users[chosen]].sort_values("rank")
    taken = pairs.items[test.warm[[chosen]].indices]
    titles = _titles(catalogue, study)
    return {
        "user": _plain(pairs.users[chosen]),
        "history": _history(chosen, test, titles, study),
        "list": [
            {
                "rank": int(row.rank), "item": _plain(row.item), "title": titles[row.item],
                "score": float(row.score), "source": row.source, "taken": bool(row.item in taken),
                "reason": None if pd.isna(row.reason) else str(row.reason),
            }
            for row in own.itertuples()
        ],
    }  # fmt: skip


def _history(
    user: int, test: Tested, titles: dict[Any, str], study: Recommender
) -> list[dict[str, Any]]:
    """Return the user's last items, the newest first."""
    pairs = test.rows.pairs
    places = range(int(pairs.starts[user]), int(pairs.starts[user + 1]))[-SHOWN:]
    rated = study.interactions.rating is not None
    return [
        {
            "item": _plain(pairs.items[pairs.item[place]]),
            "title": titles[pairs.items[pairs.item[place]]],
            "rating": float(pairs.rating[place]) if rated else None,
            "time": None if pairs.time is None else int(pairs.time[place]),
        }
        for place in reversed(places)
    ]


def _titles(catalogue: Catalogue, study: Recommender) -> dict[Any, str]:
    """Return the title of each item; its id where there is none."""
    names = catalogue.ids
    if catalogue.table is not None and study.items is not None and study.items.title is not None:
        names = catalogue.table[study.items.title].to_numpy()
    return {
        one: str(one if pd.isna(name) else name)
        for one, name in zip(catalogue.ids, names, strict=True)
    }


def _plain(identity: Any) -> Any:
    return identity.item() if isinstance(identity, np.generic) else identity
