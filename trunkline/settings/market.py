"""A generated market of known truth: who took what, when and how they liked it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le

Share = Annotated[float, Ge(0), Le(1)]
COLUMNS = {
    "interactions": ("user_id", "item_id", "rating", "time"),
    "users": ("user_id", "age", "occupation", "town"),
    "items": ("item_id", "title", "category", "length", "released"),
}


@dataclass(frozen=True, kw_only=True)
class Market:
    """One table of a generated market; the tables of the same options and seed fit together.

    Attributes:
        table: which of its tables.
        market: the large one, or a small one with users of its own, that shares items and what
            tastes are like.
        users: of the large market.
        items: of the large market.
        activity: interactions of a user of the large market, on average.
        small_users: of the small market.
        small_items: of the small market, of which a share of `common` is in the large one too.
        small_activity: interactions of a user of the small market, on average.
        common: share of the small market's items that the large one has too.
        clusters: tastes, and as many categories of items.
        focus: share of interactions that follow a user's taste; the others are of any category.
        sequels: how often a user goes on with the next part of what was taken last.
        drift: share of a taste that has moved to the next category at the end, and how much of an
            item's popularity is due to its being new.
        popularity: how many times as popular the first item of a category is as its last.
        busiest: how many times as active the first user is as the last.
        told: share of categories and occupations that tell the cluster; the others are any.
        cold: share of users who come, and of items that are released, in the last fifth of time.
        taste: stars that an item of a user's taste is better.
        bias: standard deviation of stars between users, and between items.
        noise: standard deviation of the rest of a rating, before it is rounded.
    """

    kind: Literal["market"]
    table: Literal["interactions", "users", "items"] = "interactions"
    market: Literal["large", "small"] = "large"
    users: Annotated[int, Ge(10)] = 1000
    items: Annotated[int, Ge(30)] = 600
    activity: Annotated[int, Ge(2)] = 30
    small_users: Annotated[int, Ge(10)] = 200
    small_items: Annotated[int, Ge(30)] = 200
    small_activity: Annotated[int, Ge(2)] = 12
    common: Share = 0.5
    clusters: Annotated[int, Ge(2), Le(8)] = 8
    focus: Share = 0.75
    sequels: Share = 0.25
    drift: Share = 0.4
    popularity: Annotated[float, Ge(1)] = 30.0
    busiest: Annotated[float, Ge(1)] = 20.0
    told: Share = 0.7
    cold: Share = 0.1
    taste: Annotated[float, Ge(0)] = 0.8
    bias: Annotated[float, Ge(0)] = 0.35
    noise: Annotated[float, Ge(0)] = 0.6
