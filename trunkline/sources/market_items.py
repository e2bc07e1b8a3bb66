"""The items of a generated market: what they are, and what is told of it."""

from typing import NamedTuple

import numpy as np

from trunkline.determinism import seeds
from trunkline.settings.market import Market
from trunkline.sources import story_words as words

CATEGORIES = tuple(words.BOTH)
PARTS = 3  # of a series
LATE = 0.8  # from here to the end of time is the last fifth
BELL = 12  # uniform numbers, whose sum has a variance of 1


class Catalogue(NamedTuple):
    """The items of one market, by number; an item that both have is the same in both."""

    number: np.ndarray  # int64 [I], rising
    cluster: np.ndarray  # int64 [I], the true category
    sequel: np.ndarray  # int64 [I], place of the next part among the I, -1: there is none
    release: np.ndarray  # float64 [I], in time, of which 0 to 1 is the year
    appeal: np.ndarray  # float64 [I], 0 to 1: the lower, the more popular in its category
    bias: np.ndarray  # float64 [I], stars
    category: np.ndarray  # [I], the category that it states
    title: np.ndarray  # [I]
    length: np.ndarray  # int64 [I], minutes


def catalogue(settings: Market, seed: int) -> Catalogue:
    """Return the items of a market, of the large one's and of those the small one has alone.

    Args:
        settings: which market, how many items, what is told of them.
        seed: the root seed.
    """
    shared = min(int(settings.common * settings.small_items), settings.items)
    sizes = {"large": settings.items, "small": settings.small_items - shared}
    parts = [_series(settings, seed, market, size) for market, size in sizes.items()]
    cluster, series, part = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    series[settings.items :] += -(-settings.items // PARTS)  # those of the small one go on counting
    number = np.arange(len(cluster))
    own = number < settings.items
    chosen = own if settings.market == "large" else (number < shared) | ~own
    draws = seeds.generator(seed, "market", "items").random((len(cluster), 2 + 2 * BELL))
    every = Catalogue(
        number=number,
        cluster=cluster,
        sequel=number,  # filled in below: only the next part that is chosen counts
        release=_release(settings, seed, series, part),
        appeal=draws[:, 0],
        bias=settings.bias * bell(draws[:, 2 : 2 + BELL]),
        category=_told(settings, seed, cluster),
        title=_titles(cluster, series, part, seed),
        length=_length(cluster, draws[:, 2 + BELL :]),
    )
    found = Catalogue(*(column[chosen] for column in every))
    return found._replace(sequel=_sequels(series[chosen], part[chosen]))


def bell(draws: np.ndarray) -> np.ndarray:
    """Return sums of 12 uniform numbers less 6: mean 0, deviation 1, nearly normal.

    Args:
        draws: [n, 12], from 0 to 1.
    """
    total = draws[:, 0] - 6.0
    for column in range(1, BELL):
        total = total + draws[:, column]
    return total


def _series(
    settings: Market, seed: int, market: str, items: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return cluster, series and part of as many items; clusters have as many series."""
    count = -(-items // PARTS)
    order = seeds.generator(seed, "market", market, "clusters").permutation(count)
    numbers = np.arange(items)
    return order[numbers // PARTS] % settings.clusters, numbers // PARTS, numbers % PARTS


def _release(settings: Market, seed: int, series: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Return when each item appeared: half of them before the year began."""
    count = int(series.max()) + 1
    drawn = seeds.generator(seed, "market", "release").random((count, 2))
    begun = np.where(drawn[:, 0] < settings.cold, LATE + 0.1 * drawn[:, 1], 1.2 * drawn[:, 1] - 0.6)
    return begun[series] + 0.02 * part


def _told(settings: Market, seed: int, cluster: np.ndarray) -> np.ndarray:
    """Return the stated categories: the true ones, or any."""
    drawn = seeds.generator(seed, "market", "categories").random((len(cluster), 2))
    other = np.floor(drawn[:, 1] * settings.clusters).astype(np.int64)
    stated = np.where(drawn[:, 0] < settings.told, cluster, other)
    return np.array(CATEGORIES, object)[stated]


def _length(cluster: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return minutes: 8 more from one category to the next, and a deviation of 12."""
    minutes = np.floor(90.0 + 8.0 * cluster + 12.0 * bell(draws)).astype(np.int64)
    return np.maximum(minutes, 20)


def _sequels(series: np.ndarray, part: np.ndarray) -> np.ndarray:
    follows = (series[1:] == series[:-1]) & (part[1:] == part[:-1] + 1)
    places = np.arange(1, len(series) + 1)
    return np.where(np.append(follows, False), places, -1)


def _titles(cluster: np.ndarray, series: np.ndarray, part: np.ndarray, seed: int) -> np.ndarray:
    """Return titles such as "The Glass Harbour II"; no two series share one."""
    names: dict[int, str] = {}
    lists = {place: _named(place, seed) for place in sorted(set(cluster.tolist()))}
    used = dict.fromkeys(lists, 0)
    for one, place in zip(series.tolist(), cluster.tolist(), strict=True):
        if one not in names:
            names[one] = _title(lists[place], used[place])
            used[place] += 1
    suffix = ("", " II", " III")
    told = zip(series.tolist(), part.tolist(), strict=True)
    return np.array([names[one] + suffix[number] for one, number in told], object)


def _named(cluster: int, seed: int) -> list[str]:
    """Return names of a category in a drawn order: a quality with a person, place or thing."""
    name = CATEGORIES[cluster]
    nouns = [
        noun
        for lists in (words.BOTH, words.BOOKS, words.MOVIES)
        for slot in lists[name].values()
        for noun in slot
    ]
    every = [f"{quality} {noun}".title() for quality in words.QUALITIES for noun in nouns]
    order = seeds.generator(seed, "market", "titles", name).permutation(len(every))
    return [every[place] for place in order]


def _title(names: list[str], number: int) -> str:
    """Return the title of a category's series; further rounds through the names are numbered."""
    again, place = divmod(number, len(names))
    return f"The {names[place]}" + (f", Book {again + 1}" if again else "")
