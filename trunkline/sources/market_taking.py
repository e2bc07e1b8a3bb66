"""Who takes what in a generated market, when, and how many stars it gets.

Shapes: U users, I items, n interactions, P periods, C clusters, L the most interactions of a user.
"""

from typing import NamedTuple

import numpy as np

from trunkline.determinism import seeds
from trunkline.settings.market import Market
from trunkline.sources.market_items import BELL, Catalogue, bell
from trunkline.sources.market_users import People

PERIODS = 20  # of the year; what is released in one can be taken from the next on
ATTEMPTS = 8  # to find an item that the user does not have; then the interaction is left out
MIDDLE = 3.2  # stars of an item of no taste, before anything else
NONE = -1


class Taken(NamedTuple):
    """Interactions, by user and time."""

    user: np.ndarray  # int64 [n]
    item: np.ndarray  # int64 [n], places in the catalogue
    time: np.ndarray  # float64 [n], 0 to 1
    rating: np.ndarray  # int64 [n], 1 to 5


class _Shelves(NamedTuple):
    """Items to draw from, by period and cluster.

    `edges` are cumulated weights, of the g-th period and cluster from g to g + 1, so that one
    search finds an item in any of them.
    """

    order: np.ndarray  # int64 [I], items by cluster
    edges: np.ndarray  # float64 [P * I], rising
    filled: np.ndarray  # bool [P * C], whether anything is there


def taken(settings: Market, people: People, items: Catalogue, seed: int) -> Taken:
    """Return who took what: one interaction of each user after the other, all users at once.

    Args:
        settings: what is planted.
        people: the users.
        items: what there is to take.
        seed: the root seed.
    """
    generator = seeds.generator(seed, "market", settings.market, "interactions")
    time = _times(people, generator)  # [U, L]
    found = np.full(time.shape, NONE, np.int64)
    shelves = _shelves(settings, items)
    for step in range(time.shape[1]):
        asking = np.flatnonzero(people.wanted > step)
        draws = generator.random((len(asking), 1 + 3 * ATTEMPTS))
        now = time[asking, step]
        offers = _offers(settings, shelves, people.main[asking], now, draws[:, 1:])
        before = found[asking, :step]
        next_part = _next_part(settings, items, before, now, draws[:, 0])
        found[asking, step] = _first_new([next_part, *offers], before)
    there = found != NONE  # [U, L]
    user, item, when = np.nonzero(there)[0], found[there], time[there]
    noise = settings.noise * bell(generator.random((len(user), BELL)))
    return Taken(user, item, when, _ratings(settings, people, items, (user, item), noise))


def _times(people: People, generator: np.random.Generator) -> np.ndarray:
    """Return when each user's interactions are, rising: [U, L]; beyond `wanted` none is."""
    longest = int(people.wanted.max())
    drawn = generator.random((len(people.wanted), longest))
    drawn[np.arange(longest) >= people.wanted[:, None]] = 1.0
    drawn.sort(axis=1)
    start = people.start[:, None]
    return start + (1.0 - start) * drawn


def _shelves(settings: Market, items: Catalogue) -> _Shelves:
    order = np.argsort(items.cluster, kind="stable")
    base = _popularity(settings, items)
    edges, filled = [], []
    for period in range(PERIODS):
        age = period - np.floor(items.release * PERIODS)  # in periods
        fresh = 1.0 / (1.0 + np.maximum(age, 0.0))
        weight = base * ((1.0 - settings.drift) + settings.drift * fresh)
        weight = np.where(items.release * PERIODS <= period, weight, 0.0)
        for cluster in range(settings.clusters):
            sums = np.cumsum(weight[order[items.cluster[order] == cluster]])
            filled.append(bool(len(sums)) and sums[-1] > 0)
            edges.append(len(filled) - 1 + (sums / sums[-1] if filled[-1] else sums))
    return _Shelves(order, np.concatenate(edges), np.array(filled))


def _popularity(settings: Market, items: Catalogue) -> np.ndarray:
    """Return 1 / (1 + (popularity - 1) q): q is 0 for the first of a category, 1 for the last."""
    weights = np.ones(len(items.number))
    for cluster in range(settings.clusters):
        members = np.flatnonzero(items.cluster == cluster)
        rank = np.argsort(np.argsort(items.appeal[members], kind="stable"), kind="stable")
        share = rank / max(len(members) - 1, 1)
        weights[members] = 1.0 / (1.0 + (settings.popularity - 1.0) * share)
    return weights


def _offers(
    settings: Market, shelves: _Shelves, main: np.ndarray, now: np.ndarray, draws: np.ndarray
) -> list[np.ndarray]:
    """Return items that users may take, one after the other; `NONE` where a shelf is empty."""
    period = np.minimum(np.floor(now * PERIODS), PERIODS - 1).astype(np.int64)
    found = []
    for attempt in range(ATTEMPTS):
        follows, which, item = draws[:, 3 * attempt : 3 * attempt + 3].T
        liked = np.where(which < settings.drift * now, (main + 1) % settings.clusters, main)
        any_one = np.floor(which * settings.clusters).astype(np.int64)
        shelf = period * settings.clusters + np.where(follows < settings.focus, liked, any_one)
        place = np.searchsorted(shelves.edges, shelf + item, side="right")
        one = shelves.order[np.minimum(place - period * len(shelves.order), len(shelves.order) - 1)]
        found.append(np.where(shelves.filled[shelf], one, NONE))
    return found


def _next_part(
    settings: Market, items: Catalogue, before: np.ndarray, now: np.ndarray, drawn: np.ndarray
) -> np.ndarray:
    """Return the part that follows what was taken last, for those who go on with it."""
    if not before.shape[1]:
        return np.full(len(now), NONE)
    last = before[:, -1]
    part = np.where(last != NONE, items.sequel[last], NONE)
    there = (part != NONE) & (items.release[part] <= now)
    return np.where(there & (drawn < settings.sequels), part, NONE)


def _first_new(offers: list[np.ndarray], before: np.ndarray) -> np.ndarray:
    """Return each user's first offer that is an item, and not one that the user has."""
    found = np.full(len(before), NONE)
    for offer in offers:
        left = np.flatnonzero((found == NONE) & (offer != NONE))
        new = ~(before[left] == offer[left, None]).any(axis=1)
        found[left[new]] = offer[left[new]]
    return found


def _ratings(
    settings: Market,
    people: People,
    items: Catalogue,
    pair: tuple[np.ndarray, np.ndarray],
    noise: np.ndarray,
) -> np.ndarray:
    """Return stars: more for the user's taste, some for what it moves to, fewer for the rest."""
    user, item = pair
    main, cluster = people.main[user], items.cluster[item]
    second = cluster == (main + 1) % settings.clusters
    liked = np.where(cluster == main, 1.0, np.where(second, 0.5, -0.5))
    stars = MIDDLE + settings.taste * liked + people.bias[user] + items.bias[item] + noise
    return np.clip(np.floor(stars + 0.5), 1, 5).astype(np.int64)
