"""The users of a generated market: what they like, how active they are, what is told of them."""

import math
from typing import NamedTuple

import numpy as np

from trunkline.determinism import seeds
from trunkline.settings.market import Market
from trunkline.sources.market_items import BELL, LATE, bell

OCCUPATIONS = (
    "teacher", "student", "baker", "driver", "painter", "tailor", "farmer", "carpenter",
)  # fmt: skip
TOWNS = ("hill", "coast", "valley", "river", "city")


class People(NamedTuple):
    """The users of one market."""

    letter: str  # which their ids begin with
    main: np.ndarray  # int64 [U], the category they like
    start: np.ndarray  # float64 [U], when they come, of which 0 to 1 is the year
    wanted: np.ndarray  # int64 [U], interactions, if they find as many items
    bias: np.ndarray  # float64 [U], stars
    age: np.ndarray  # int64 [U]
    occupation: np.ndarray  # [U]
    town: np.ndarray  # [U]


def people(settings: Market, seed: int) -> People:
    """Return the users of a market.

    Args:
        settings: which market, how many users, how active.
        seed: the root seed.
    """
    small = settings.market == "small"
    count = settings.small_users if small else settings.users
    generator = seeds.generator(seed, "market", settings.market, "users")
    main = generator.permutation(count) % settings.clusters
    draws = generator.random((count, 6 + 2 * BELL))
    return People(
        "s" if small else "u",
        main,
        np.where(draws[:, 0] < settings.cold, LATE + 0.15 * draws[:, 1], 0.5 * draws[:, 1]),
        _wanted(settings, generator.permutation(count)),
        settings.bias * bell(draws[:, 6 : 6 + BELL]),
        _age(main, draws[:, 6 + BELL :]),
        _occupation(settings, main, draws),
        np.array(TOWNS, object)[np.floor(draws[:, 4] * len(TOWNS)).astype(np.int64)],
    )


def _wanted(settings: Market, rank: np.ndarray) -> np.ndarray:
    """Return how many interactions each user looks for: 1 / (1 + (busiest - 1) q), scaled.

    Nobody takes more than half of the items.
    """
    small = settings.market == "small"
    mean = settings.small_activity if small else settings.activity
    items = settings.small_items if small else settings.items
    shape = 1.0 / (1.0 + (settings.busiest - 1.0) * rank / max(len(rank) - 1, 1))
    scaled = np.floor(shape * (mean * len(rank) / math.fsum(shape)) + 0.5)
    return np.clip(scaled, 1, items // 2).astype(np.int64)


def _age(main: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return years: 4 more from one taste to the next, and a deviation of 8."""
    years = np.floor(26.0 + 4.0 * main + 8.0 * bell(draws)).astype(np.int64)
    return np.clip(years, 14, 90)


def _occupation(settings: Market, main: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return the occupation of the user's taste, or any."""
    other = np.floor(draws[:, 3] * settings.clusters).astype(np.int64)
    return np.array(OCCUPATIONS, object)[np.where(draws[:, 2] < settings.told, main, other)]
