"""How well lists hit what users took: one value a user, never reduced.

An item is relevant if it is a test item of the user, all to the same degree. A list that ends
before place k has missed in what is left of it.

Shapes: n users, each with at least one test item, K places of a list. `hits` is bool `[n, K]`,
`relevant` the number of test items `[n]`, and k at most K.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trunkline.metrics.ranking import judging, logarithms

NAMES = ("ndcg", "precision", "recall", "map", "map_capped", "mrr", "hit_rate")


def measure(judged: judging.Judged, cutoffs: Sequence[int]) -> dict[str, NDArray[np.float64]]:
    """Return every metric at every cutoff, such as `ndcg@10`: float64 [n] each.

    Args:
        judged: lists at least as long as the largest cutoff.
        cutoffs: lengths k of the top of the list.

    Raises:
        ValueError: if a cutoff is below 1 or above the length of the lists, or there is none.
    """
    found: dict[str, NDArray[np.float64]] = {}
    for k in checked(cutoffs, judged.hits.shape[1]):
        top, relevant = judged.hits[:, :k], judged.relevant
        for name, values in (
            ("ndcg", ndcg(top, relevant)),
            ("precision", precision(top)),
            ("recall", recall(top, relevant)),
            ("map", average_precision(top, relevant)),
            ("map_capped", average_precision(top, np.minimum(relevant, k))),
            ("mrr", reciprocal_rank(top)),
            ("hit_rate", hit_rate(top)),
        ):
            found[f"{name}@{k}"] = values
    return found


def precision(hits: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Share of the k places that hit: `sum_i hit_i / k`.

    Args:
        hits: of the first k places, `[n, k]`.
    """
    return hits.sum(axis=1) / hits.shape[1]


def recall(hits: NDArray[np.bool_], relevant: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of the user's test items that are in the first k places: `sum_i hit_i / relevant`.

    Below 1 for every list where the user has more than k test items; some divide by
    `min(k, relevant)` instead.
    """
    return hits.sum(axis=1) / relevant


def hit_rate(hits: NDArray[np.bool_]) -> NDArray[np.float64]:
    """1 where at least one of the k places hits, else 0; its mean is the hit rate."""
    return np.minimum(hits.sum(axis=1), 1.0)


def reciprocal_rank(hits: NDArray[np.bool_]) -> NDArray[np.float64]:
    """`1 / i` of the first place i that hits, 0 if none of the k does; its mean is MRR.

    References:
        Voorhees, "The TREC-8 Question Answering Track Report", 1999.
    """
    places = np.arange(1, hits.shape[1] + 1)
    return (hits / places).max(axis=1)


def ndcg(hits: NDArray[np.bool_], relevant: NDArray[np.int64]) -> NDArray[np.float64]:
    """Normalised discounted cumulative gain: `DCG / IDCG`, 1 where every place hits that can.

    `DCG = sum_i hit_i / log2(i + 1)` over the places i = 1 to k. `IDCG` is the same of the ideal
    list, whose first `min(k, relevant)` places hit. Sums run from the first place to the last.

    References:
        Jarvelin and Kekalainen, "Cumulated Gain-Based Evaluation of IR Techniques", ACM TOIS 20
        (2002), with the discount `log2(i + 1)` of Burges et al., "Learning to Rank
        using Gradient Descent", ICML 2005, which leaves no place without one. With gains of 0
        and 1, `2^gain - 1` is the gain.
    """
    discounts = logarithms.discounts(hits.shape[1])  # [k]
    ideal = np.cumsum(discounts)[np.minimum(relevant, hits.shape[1]) - 1]  # [n]
    return np.cumsum(hits * discounts, axis=1)[:, -1] / ideal


def average_precision(hits: NDArray[np.bool_], over: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean of the precisions at the places that hit; its mean over users is MAP.

    `sum_i hit_i precision_i / over`, `precision_i` being the share of hits among the first i.
    Two conventions are published for `over`:

    - the number of the user's test items, the default of this project (`map`): a test item that is
      not listed counts 0. So do TREC and the tables of the recommenders-team that we compare with.
    - `min(k, relevant)` (`map_capped`): a list whose k places all hit has 1. So do Kaggle's
      competitions, and the `implicit` package.

    References:
        Manning, Raghavan and Schutze, "Introduction to Information Retrieval", 2008, section 8.4.
    """
    places = np.arange(1, hits.shape[1] + 1)
    precisions = np.cumsum(hits, axis=1) / places  # [n, k]
    return np.cumsum(hits * precisions, axis=1)[:, -1] / over


def checked(cutoffs: Sequence[int], longest: int) -> list[int]:
    """Return the cutoffs, rising, each once.

    Raises:
        ValueError: if there is none, or one is below 1 or above the length of the lists.
    """
    wrong = [k for k in cutoffs if not 1 <= k <= longest]
    if wrong or not cutoffs:
        raise ValueError(
            f"expected cutoffs from 1 to {longest}, the length of the lists, received "
            f"{wrong or 'none'}; make longer lists, or ask for less of them"
        )
    return sorted(set(cutoffs))
