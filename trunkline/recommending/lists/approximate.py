"""Approximate search: items in cells of k-means, of which a few are searched (IVF of Faiss).

A user's cells are those whose centres have the largest products with the user's factors. What is
found is scored anew as exact search does, so that a listed item has the same score either way.

Faiss picks kernels by processor unless `FAISS_SIMD_LEVEL` says which; `trunkline.determinism`
pins it. Centres start from a seed; each centre and each user is one thread's work.

Shapes: n users asked for, I items, J of them open, d factors.

References:
    Johnson, Douze & Jegou 2021, Billion-scale similarity search with GPUs, IEEE Transactions on
    Big Data 7(3); Douze et al. 2024, The Faiss library, arXiv 2401.08281, section 5.1.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from trunkline.determinism import seeds
from trunkline.recommending.lists.exact import Exact
from trunkline.recommending.lists.rescoring import Products
from trunkline.recommending.lists.selecting import Found
from trunkline.recommending.lists.sources import Source
from trunkline.recommending.model import UNKNOWN
from trunkline.settings.recommending.lists import Approximate

_PER_CELL = 256  # items of a cell that k-means looks at, Faiss's own limit


@dataclass(frozen=True, eq=False)
class Cells:
    """Some cells are searched for each user.

    Attributes:
        exact: factors, and what may be listed.
        options: cells, and how many are searched.
        seed: of the first centres.
    """

    exact: Exact
    options: Approximate
    seed: int

    @property
    def name(self) -> str:
        """What the rows say as their source."""
        return self.exact.name

    @property
    def able(self) -> np.ndarray | None:
        """Users that have factors, bool [n]; none: all."""
        return self.exact.able

    @cached_property
    def index(self) -> Any:
        """The cells of the open items, by Faiss."""
        faiss = _faiss()
        faiss.omp_set_num_threads(1)
        places = self._listed
        rows = np.hstack([self.exact.items, self.exact.offsets[:, np.newaxis]])[places]
        cells = min(self.options.cells or max(1, round(len(places) ** 0.5)), len(places))
        centres = faiss.IndexFlatIP(rows.shape[1])
        index = faiss.IndexIVFFlat(centres, rows.shape[1], cells, faiss.METRIC_INNER_PRODUCT)
        index.cp.seed = self.seed % 2**31
        index.cp.min_points_per_centroid = 1  # no warning of few items
        index.cp.max_points_per_centroid = _PER_CELL
        index.train(np.ascontiguousarray(rows))
        index.add(np.ascontiguousarray(rows))
        return index

    @cached_property
    def _listed(self) -> np.ndarray:
        """Places of the open items that have a score, int32 [J]."""
        items = self.exact.open.items
        return items[np.isfinite(self.exact.offsets[items])]

    def top(self, users: np.ndarray, count: int) -> Found:
        """Return good items that are open to each of some users; some of the best may lack.

        Args:
            users: int [m], places among those asked for.
            count: of a list.
        """
        made = Found(
            np.full((len(users), count), UNKNOWN, np.int32),
            np.full((len(users), count), -np.inf, np.float32),
        )
        seen = self._seen(users)
        wanted = np.minimum(2 ** np.ceil(np.log2(count + seen)).astype(int), len(self._listed))
        for size in np.unique(wanted):
            rows = np.flatnonzero(wanted == size)
            found = self._searched(users[rows], int(size), min(count, int(size)))
            made.items[rows, : found.items.shape[1]] = found.items
            made.scores[rows, : found.items.shape[1]] = found.scores
        return made

    def _seen(self, users: np.ndarray) -> np.ndarray:
        """Return how many items are not to be listed for each user."""
        seen = self.exact.open.seen
        return np.zeros(len(users), int) if seen is None else np.diff(seen.indptr)[users]

    def _searched(self, users: np.ndarray, size: int, count: int) -> Found:
        faiss = _faiss()
        factors = self.exact.users[users]
        asked = np.hstack([factors, np.ones((len(users), 1), np.float32)])
        probes = min(self.options.probes, self.index.nlist)
        chosen = faiss.SearchParametersIVF(nprobe=probes)
        _, found = self.index.search(np.ascontiguousarray(asked), size, params=chosen)
        items = np.where(found >= 0, self._listed[found], np.int32(UNKNOWN))
        gone = self._gone(users, items)
        items[gone] = UNKNOWN
        candidates = Found(items, np.empty(items.shape, np.float32))
        products = Products(self.exact.items, self.exact.offsets)
        return products.again(factors, candidates, count)

    def _gone(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Return which of the candidates were seen, bool [m, size]."""
        seen = self.exact.open.seen
        if seen is None:
            return np.zeros(items.shape, bool)
        rows = seen[users].tocoo()
        size = self.exact.open.size
        pairs = rows.row.astype(np.int64) * size + rows.col
        return np.isin(np.arange(len(users))[:, np.newaxis] * size + items, pairs) & (items >= 0)


def recall(cells: Cells, users: np.ndarray, count: int) -> float:
    """Return which share of what exact search lists is found: the mean over users with a list.

    Args:
        cells: the approximate search.
        users: int [m], users to ask for.
        count: of a list.
    """
    if not len(users):
        return 1.0
    found, true = cells.top(users, count).items, cells.exact.top(users, count).items
    there = true != UNKNOWN
    hits = (true[:, :, np.newaxis] == found[:, np.newaxis]).any(axis=2) & there
    lengths = there.sum(axis=1)
    listed = lengths > 0
    return float((hits.sum(axis=1)[listed] / lengths[listed]).mean()) if listed.any() else 1.0


def chosen(
    exact: Exact, options: Approximate | None, *, seed: int, count: int
) -> tuple[Source, float]:
    """Return the search that a study asks for, and its recall: 1 of exact search.

    Args:
        exact: factors, and what may be listed.
        options: of cells; none: exact search itself.
        seed: of the study; of it come the first centres, and users for whom recall is measured.
        count: of a list.
    """
    if options is None:
        return exact, 1.0
    cells = Cells(exact, options, seeds.derive(seed, "lists", "cells"))
    able = np.ones(len(exact.users), bool) if exact.able is None else exact.able
    draw = seeds.generator(seed, "lists", "recall").permutation(np.flatnonzero(able))
    return cells, recall(cells, np.sort(draw[: options.sample]), count)


def _faiss() -> Any:
    try:
        import faiss
    except ImportError as error:
        raise ImportError(
            "lists.approximate needs Faiss: pip install 'trunkline[approximate]', or leave "
            "lists.approximate out, which searches all items"
        ) from error
    return faiss
