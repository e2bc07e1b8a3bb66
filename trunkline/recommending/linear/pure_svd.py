"""PureSVD: histories, as they are in the space of the largest singular vectors."""

import numpy as np
from scipy import sparse

from trunkline.determinism import seeds
from trunkline.interactions.pairs import Pairs
from trunkline.recommending.factors import Factors, multiplied, of_known
from trunkline.recommending.linear import known
from trunkline.recommending.model import Arrays, Asked, Fitted, Refused, Sides, closed
from trunkline.settings.recommending.linear_models import PureSvd


def fit(
    pairs: Pairs,
    sides: Sides,
    options: PureSvd,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Find the right singular vectors V of X with the largest singular values.

    `X ~ W S V'`, so that the scores of a history x, in training or not, are `x V V'`: of all
    matrices of that rank the nearest to X. The iteration (ARPACK) goes on until the last digit;
    its first vector is drawn from the seed, and changes no more than that digit.

    Args:
        pairs: of training.
        sides: not read.
        options: how many vectors.
        seed: of the first vector.
        epochs: not read: there are none.
        held: not read.

    Raises:
        Refused: there are no more users or items than vectors.

    References:
        Cremonesi, Koren and Turrin, "Performance of Recommender Algorithms on Top-N
        Recommendation Tasks", RecSys 2010, section 3.4 (a missing pair counts 0, as there; ours
        are interactions, where theirs are ratings).
    """
    fewer = min(pairs.matrix.shape)
    if options.factors >= fewer:
        raise Refused(
            f"pure_svd: expected fewer factors than users and items, received {options.factors} "
            f"factors for {len(pairs.users):,} users and {len(pairs.items):,} items: lower "
            f"`factors` to at most {fewer - 1}"
        )
    if not pairs.matrix.nnz:
        return closed(
            items=np.zeros((len(pairs.items), options.factors), np.float32),
            counts=known.counts(pairs.matrix),
        )
    generator = seeds.generator(seed, "recommending", "pure_svd")
    _, _, vectors = sparse.linalg.svds(
        pairs.matrix.astype(np.float64),
        k=options.factors,
        v0=generator.standard_normal(fewer),
        rng=generator,
    )  # [factors, I]
    return closed(
        items=np.ascontiguousarray(vectors[::-1].T, np.float32), counts=known.counts(pairs.matrix)
    )


def scores(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return each history, projected: float32 `[n, I]`.

    Args:
        arrays: of `fit`.
        asked: the users, of whom only the histories count.
    """
    return multiplied(factors(arrays, asked))


def factors(arrays: Arrays, asked: Asked) -> Factors:
    """Return each history, projected, and the vectors of items.

    Args:
        arrays: of `fit`.
        asked: the users, of whom only the histories count.
    """
    items = arrays["items"]  # [I, factors]
    able = known.able(arrays["counts"], asked.history)
    return of_known(asked.history @ items, items, arrays["counts"], able)
