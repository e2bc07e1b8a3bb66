"""Which rows each episode is of: drawn by name, block after block, all episodes of a block at once.

Without groups an episode draws `ways` classes, of one parent where there are parents, and numbers
them as they were drawn. With groups each has its turn before one comes again, in an order drawn
anew each time. No row is drawn twice for an episode.

Letters: E episodes of a block, W ways (1 of a regression), M rows of each: shots, then queries.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from trunkline.determinism import seeds
from trunkline.settings.metalearning import episodes as settings
from trunkline.tasks.episodes import Episodes, Pool

BLOCK = 128  # episodes of one generator: how many are asked for changes none of them


class _Cells(NamedTuple):
    """Numbers in the order of their cells."""

    members: np.ndarray  # int64 [numbers], cell after cell
    first: np.ndarray  # int64 [cells], where a cell begins
    size: np.ndarray  # int64 [cells]


def draw(
    pool: Pool, episodes: settings.Episodes, count: int, seed: int, *names: str | int
) -> Episodes:
    """Draw episodes: the same for the same names, whatever else was drawn.

    Fewer of them are the first of more.

    Args:
        pool: the rows of a part.
        episodes: what an episode is.
        count: how many.
        seed: the root seed.
        *names: what they are for, such as the study, the part and the pass of training.
    """
    each = episodes.shots + episodes.queries
    if episodes.group is None:
        cells, chosen = _cells(pool.y), _classes(pool)
    else:
        ways = max(pool.classes, 1)
        within = pool.y if pool.classes else np.int32(0)
        cells, chosen = _cells(pool.group * ways + within), _turns(pool, ways, seed, *names)
    blocks = []
    for first in range(0, count, BLOCK):
        rng = seeds.generator(seed, *names, "block", first // BLOCK)
        cell = chosen(rng, first)  # [E, W]
        place = distinct(rng, cells.size[cell].ravel(), each).reshape(*cell.shape, each)
        blocks.append(cells.members[cells.first[cell][:, :, None] + place])  # [E, W, M]
    rows = np.concatenate(blocks)[:count].astype(np.int32)
    return _parted(pool, rows, episodes.shots)


def distinct(rng: np.random.Generator, sizes: np.ndarray, count: int) -> np.ndarray:
    """Draw `count` different numbers below each size, in any order, `[sizes, count]`.

    The shuffle of Fisher and Yates, of which only what has been swapped is written down: `moved`
    holds what has come to the places `swapped`.

    Args:
        rng: 64 bits of it for each number.
        sizes: int64 [sizes], each `count` or more.
        count: how many.
    """
    swapped = np.full((len(sizes), count), -1, np.int64)
    moved, drawn = np.zeros_like(swapped), np.zeros_like(swapped)
    for step in range(count):
        place = step + (rng.random(len(sizes)) * (sizes - step)).astype(np.int64)
        drawn[:, step] = _at(place, swapped[:, :step], moved[:, :step])
        here = np.full_like(place, step)
        moved[:, step] = _at(here, swapped[:, :step], moved[:, :step])
        swapped[:, step] = place
    return drawn


def _at(place: np.ndarray, swapped: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """Return what lies at each place: what came there last or, if nothing did, its own number."""
    if not swapped.shape[1]:
        return place
    hits = (swapped == place[:, None])[:, ::-1]  # the latest first
    latest = swapped.shape[1] - 1 - hits.argmax(axis=1)
    return np.where(hits.any(axis=1), moved[np.arange(len(place)), latest], place)


def _cells(cell: np.ndarray) -> _Cells:
    members = np.argsort(cell, kind="stable")
    size = np.bincount(cell)
    return _Cells(members, np.cumsum(size) - size, size)


Chosen = Callable[[np.random.Generator, int], np.ndarray]


def _classes(pool: Pool) -> Chosen:
    """Return what draws classes of each episode of a block, all of one parent, `[E, W]`."""
    classes, row = np.unique(pool.y, return_index=True)  # a row of each class
    _, parent = np.unique(pool.parent[row], return_inverse=True)
    families = _cells(parent)

    def chosen(rng: np.random.Generator, first: int) -> np.ndarray:
        of = rng.integers(len(families.size), size=BLOCK)
        place = distinct(rng, families.size[of], pool.classes)
        return np.asarray(classes[families.members[families.first[of][:, None] + place]])

    return chosen


def _turns(pool: Pool, ways: int, seed: int, *names: str | int) -> Chosen:
    """Return what says whose turn it is: the cells of a group for each episode, `[E, W]`."""
    groups = len(pool.names)

    def chosen(rng: np.random.Generator, first: int) -> np.ndarray:
        rounds = range(first // groups, (first + BLOCK - 1) // groups + 1)
        turns = [
            seeds.generator(seed, *names, "round", number).permutation(groups) for number in rounds
        ]
        skipped = first - rounds.start * groups
        group = np.concatenate(turns)[skipped : skipped + BLOCK]
        return group[:, None] * ways + np.arange(ways)

    return chosen


def _parted(pool: Pool, rows: np.ndarray, shots: int) -> Episodes:
    """Return episodes of rows `[E, W, M]`, the first of each class being its shots."""
    count, ways, _ = rows.shape
    support = rows[:, :, :shots].reshape(count, -1)
    query = rows[:, :, shots:].reshape(count, -1)
    cluster = pool.cluster[support[:, 0]]
    cluster = np.where(cluster < 0, np.arange(count), cluster).astype(np.int32)
    if not pool.classes:
        return Episodes(support, query, pool.y[support], pool.y[query], cluster)
    number = [
        np.tile(np.repeat(np.arange(ways, dtype=np.int32), part.shape[1] // ways), (count, 1))
        for part in (support, query)
    ]
    return Episodes(support, query, number[0], number[1], cluster)
