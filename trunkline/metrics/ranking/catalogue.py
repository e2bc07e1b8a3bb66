"""What lists show of the catalogue: coverage, concentration, novelty, popularity.

Shapes: n lists of K places, I items. `popularity` is the number of training pairs of an item `[I]`.
"""

import numpy as np
from numpy.typing import NDArray

from trunkline.metrics.ranking import logarithms, topmost


def shown(lists: NDArray[np.int32], items: int) -> NDArray[np.int64]:
    """Return how many of the lists show each item of the catalogue: [I]."""
    return np.bincount(lists[lists != topmost.NONE], minlength=items)


def coverage(counts: NDArray[np.int64]) -> float:
    """Share of the catalogue that at least one list shows.

    Args:
        counts: of each item that could be shown, `[I]`.

    Raises:
        ValueError: if the catalogue is empty.

    References:
        Ge, Delgado-Battenfeld and Jannach, "Beyond Accuracy: Evaluating Recommender Systems by
        Coverage and Serendipity", RecSys 2010 (catalogue coverage).
    """
    return np.count_nonzero(counts) / len(_catalogue(counts))


def gini(counts: NDArray[np.int64]) -> float:
    """Gini index of how often items are shown: 0 if all equally, `1 - 1/I` if one alone.

    `sum_i (2 i - I - 1) c_i / (I sum_i c_i)` with the counts `c_i` in rising order, `i` from 1.
    The sum is of whole numbers, so that neither order nor processor matters. Items that no list
    shows count as well. (The reference divides by `I - 1`, so that one item alone gives 1.)

    Raises:
        ValueError: if the catalogue is empty, or no item is shown.

    References:
        Shani and Gunawardana, "Evaluating Recommendation Systems", Recommender Systems Handbook,
        2011 (diversity of sales).
    """
    rising = np.sort(_catalogue(counts))
    total = int(rising.sum())
    if total == 0:
        raise ValueError("expected lists that show at least one item, received empty lists")
    items = len(rising)
    weights = 2 * np.arange(1, items + 1) - items - 1
    return int(np.sum(weights * rising)) / (items * total)


def novelty(
    lists: NDArray[np.int32], popularity: NDArray[np.integer], users: int
) -> NDArray[np.float64]:
    """Return the mean self-information of each list's items, in bits: [n]; NaN of an empty list.

    `1/|list| sum_i log2(users / popularity_i)`: 0 for an item that all users have. Where we
    differ: an item nobody has is as novel as one that one user has, else it would be infinite.

    Args:
        lists: `[n, K]`.
        popularity: users that have each item in training, `[I]`.
        users: of training, at least as many as have any item.

    Raises:
        ValueError: if an item has more users than there are.

    References:
        Zhou et al., "Solving the apparent diversity-accuracy dilemma of recommender systems",
        PNAS 107 (2010), there called surprisal.
    """
    if popularity.size and popularity.max() > users:
        raise ValueError(
            f"expected items that at most all {users} users have, received one that "
            f"{popularity.max()} have; popularity counts each pair of training once"
        )
    logarithm = logarithms.binary(np.maximum(popularity, 1))  # [I]
    return mean_of_list(lists, float(logarithms.binary(np.array(users))) - logarithm)


def mean_popularity(
    lists: NDArray[np.int32], popularity: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Return the mean number of training pairs of each list's items: [n]; NaN of an empty list.

    References:
        Abdollahpouri, Burke and Mobasher, "Managing Popularity Bias in Recommender Systems with
        Personalized Re-ranking", FLAIRS 2019 (average recommendation popularity).
    """
    return mean_of_list(lists, popularity.astype(np.float64))


def mean_of_list(lists: NDArray[np.int32], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of the items' values in each list: [n]; NaN of an empty list.

    Args:
        lists: `[n, K]`.
        values: of each item, `[I]`.
    """
    there = lists != topmost.NONE  # [n, K]
    sums = np.cumsum(np.where(there, values[lists], 0.0), axis=1)[:, -1]
    counts = np.count_nonzero(there, axis=1)
    return np.divide(sums, counts, out=np.full(len(lists), np.nan), where=counts > 0)


def _catalogue(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(counts):
        raise ValueError("expected a catalogue of at least one item, received none")
    return counts
