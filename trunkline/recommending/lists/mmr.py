r"""Maximal marginal relevance: of what fits, next comes what is unlike all that is listed.

    argmax over i in R \ S of  lambda s_i - (1 - lambda) max over j in S of cos(v_i, v_j)

R are a user's candidates, S what is listed already; while S is empty only s counts. Equals come in
the order of their scores, so that lambda = 1 keeps it.

Where we differ: the publication leaves open how scores and similarities compare. Here s are the
scores of the candidates, brought to 0 (the worst) to 1 (the best) for each user, and the
similarity is the cosine of the items' factors or features; a row of zeros is like nothing.

Shapes: n users, c candidates of each, d numbers of an item.

References:
    Carbonell & Goldstein 1998, The use of MMR, diversity-based reranking for reordering documents
    and producing summaries, SIGIR, section 2.
"""

import numpy as np

from trunkline.recommending.lists.selecting import Found


class Marginal:
    """The marginal relevance of candidates while lists grow."""

    def __init__(self, candidates: Found, vectors: np.ndarray, relevance: float) -> None:
        """Begin with empty lists.

        Args:
            candidates: items and scores [n, c], the best first.
            vectors: of all items, of length 1 or 0: float32 [I, d].
            relevance: lambda.
        """
        self._vectors, self._relevance = vectors, relevance
        self._candidates = vectors[candidates.items]  # [n, c, d]
        self._scores = relative(candidates.scores)
        self._nearest = np.full(candidates.items.shape, -np.inf)

    def worth(self) -> np.ndarray:
        """Return the marginal relevance of each candidate, float64 [n, c]."""
        nearest = np.where(np.isfinite(self._nearest), self._nearest, 0)
        worth: np.ndarray = self._relevance * self._scores - (1 - self._relevance) * nearest
        return worth

    def take(self, users: np.ndarray, items: np.ndarray) -> None:
        """Put an item into the list of each of some users, both [m]."""
        like = np.einsum("mcd,md->mc", self._candidates[users], self._vectors[items])
        self._nearest[users] = np.maximum(self._nearest[users], like)


def relative(scores: np.ndarray) -> np.ndarray:
    """Return scores from 0, the least that is finite, to 1, the largest: float64 [n, c]."""
    finite = np.isfinite(scores)
    least = np.where(finite, scores, np.inf).min(axis=1, keepdims=True).astype(np.float64)
    largest = np.where(finite, scores, -np.inf).max(axis=1, keepdims=True).astype(np.float64)
    width = largest - least
    share = np.zeros(scores.shape)
    return np.divide(scores - least, width, out=share, where=finite & (width > 0))


def directions(vectors: np.ndarray) -> np.ndarray:
    """Return vectors divided by their length, float32 [I, d]; zeros stay."""
    wide = vectors.astype(np.float64)
    lengths = np.sqrt((wide**2).sum(axis=1, keepdims=True))
    return np.divide(wide, lengths, out=np.zeros_like(wide), where=lengths > 0).astype(np.float32)
