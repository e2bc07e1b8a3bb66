"""A generated market: users, items and interactions, of which it is known why they are there.

Everything is made by a seeded generator; no person and no work is meant, and a title that exists is
chance. What is planted, and what a recommender may find:

- an item belongs to a category, a user likes one: a share of `focus` of what a user takes is of it;
- a taste moves: at time t, 0 to 1, a share `drift * t` of it has gone to the next category;
- a category's items are popular as 1 / (1 + (popularity - 1) q), q being 0 for the first and 1 for
  the last; those that were released lately more (`drift`); users are active likewise (`busiest`);
- titles come in series of three parts, and who took a part may go on with the next (`sequels`):
  the order of a history tells something;
- ratings are 3.2 stars, and more for an item of the user's taste (`taste`), plus what the user and
  the item add to all theirs (`bias`), plus noise, rounded to 1 to 5;
- facts tell a share of it: the category that an item states (`told`), its length, a user's age and
  occupation; a user's town tells nothing;
- some users come, and some items are released, in the last fifth of the time (`cold`);
- a small market has users of its own, and shares a part of its items (`common`), and what all facts
  mean, with the large one. Who is in it is drawn anew.

Only comparisons, sums, products, quotients and rounding are used, in a fixed order: the same bits
on every processor.
"""

import numpy as np
import pandas as pd

from trunkline.settings.market import COLUMNS, Market
from trunkline.sources import market_items, market_taking, market_users
from trunkline.sources.market_items import Catalogue
from trunkline.sources.market_users import People

FIRST = 1_704_067_200  # the first second of 2024
SPAN = 366 * 86_400  # seconds of that year


def table(settings: Market, seed: int) -> pd.DataFrame:
    """Return one table of a market.

    Args:
        settings: which table of which market, and what is planted.
        seed: the root seed.

    Returns:
        `interactions`: `user_id`, `item_id` (text), `rating` (int64, 1 to 5), `time` (int64,
        seconds since 1970), by time; `users`: `user_id`, `age` (int64), `occupation`, `town`;
        `items`: `item_id`, `title`, `category`, `length` (int64, minutes), `released` (int64,
        seconds since 1970).
    """
    made = {"interactions": _interactions, "users": _users, "items": _items}[settings.table]
    return made(settings, seed)[list(COLUMNS[settings.table])]


def _interactions(settings: Market, seed: int) -> pd.DataFrame:
    people, items = market_users.people(settings, seed), market_items.catalogue(settings, seed)
    taken = market_taking.taken(settings, people, items, seed)
    seconds = _seconds(taken.time)
    order = np.lexsort((taken.item, taken.user, seconds))
    return pd.DataFrame(
        {
            "user_id": _ids(people)[taken.user[order]],
            "item_id": _item_ids(items)[taken.item[order]],
            "rating": taken.rating[order],
            "time": seconds[order],
        }
    ).astype({"user_id": "str", "item_id": "str"})


def _users(settings: Market, seed: int) -> pd.DataFrame:
    people = market_users.people(settings, seed)
    texts = {
        "user_id": _ids(people), "occupation": people.occupation, "town": people.town,
    }  # fmt: skip
    return pd.DataFrame(texts).astype("str").assign(age=people.age)


def _items(settings: Market, seed: int) -> pd.DataFrame:
    items = market_items.catalogue(settings, seed)
    texts = {"item_id": _item_ids(items), "title": items.title, "category": items.category}
    return (
        pd.DataFrame(texts)
        .astype("str")
        .assign(length=items.length, released=_seconds(items.release))
    )


def _seconds(time: np.ndarray) -> np.ndarray:
    """Return times, of which 0 to 1 is the year, as seconds since 1970."""
    return FIRST + np.floor(time * SPAN).astype(np.int64)


def _ids(people: People) -> np.ndarray:
    return np.array([f"{people.letter}{number:06d}" for number in range(len(people.main))], object)


def _item_ids(items: Catalogue) -> np.ndarray:
    return np.array([f"i{number:06d}" for number in items.number], object)
