"""iALS: factors of users and items that also say what users do not have."""

import numpy as np
from scipy import sparse

from trunkline.determinism import seeds
from trunkline.interactions.pairs import Pairs
from trunkline.recommending import normal
from trunkline.recommending.factors import Factors, multiplied, of_known
from trunkline.recommending.linear import known
from trunkline.recommending.model import Arrays, Asked, Fitted, Sides, closed
from trunkline.settings.recommending.linear_models import Ials


def fit(
    pairs: Pairs,
    sides: Sides,
    options: Ials,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Solve users given items and items given users, in turn.

    What they lower is

    `L = sum_(u,i in S) (w_u h_i - 1)^2 + alpha sum_(u,i) (w_u h_i)^2 + sum_u r_u |w_u|^2 +
    sum_i r_i |h_i|^2`

    over the pairs S of training, all U I pairs, and ridges `r_u = lambda (|S_u| + alpha I)^nu`,
    `r_i = lambda (|S_i| + alpha U)^nu`. Each solution is exact, so L never rises. The factors of
    a user follow from the history, in training or not, and are not kept.

    This is the model of Hu et al. with the confidence 1 + 1 / alpha of every interaction and
    scores times 1 / (1 + alpha), in the form and with the ridge of Rendle et al.; ratings do not
    count.

    Args:
        pairs: of training.
        sides: not read.
        options: sizes and weights.
        seed: of the first factors of items.
        epochs: sweeps, in place of those of the options.
        held: not read.

    References:
        Hu, Koren and Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM
        2008; Rendle, Krichene, Zhang and Koren, "Revisiting the Performance of iALS on Item
        Recommendation Benchmarks", RecSys 2022, sections 2 and 3.
    """
    histories = pairs.matrix  # [U, I]
    takers = sparse.csr_array(histories.T)  # [I, U]
    generator = seeds.generator(seed, "recommending", "ials")
    items = generator.standard_normal((len(pairs.items), options.factors), np.float32)
    items *= np.float32(options.scale / options.factors**0.5)
    for _ in range(options.sweeps if epochs is None else epochs):
        users = _half(histories, items, options)
        items = _half(takers, users, options)
    return closed(
        items=items,
        ridge=np.array([options.unobserved, options.regularisation, options.frequency], np.float32),
        counts=known.counts(histories),
    )


def scores(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return products of the items' factors with those that each history asks for: `[n, I]`.

    Args:
        arrays: of `fit`.
        asked: the users, of whom only the histories count.
    """
    return multiplied(factors(arrays, asked))


def factors(arrays: Arrays, asked: Asked) -> Factors:
    """Return the factors that each history asks for, and those of items.

    Args:
        arrays: of `fit`.
        asked: the users, of whom only the histories count.
    """
    unobserved, regularisation, frequency = (float(number) for number in arrays["ridge"])
    options = Ials(unobserved=unobserved, regularisation=regularisation, frequency=frequency)
    users = _half(asked.history, arrays["items"], options)  # [n, k]
    able = known.able(arrays["counts"], asked.history)
    return of_known(users, arrays["items"], arrays["counts"], able)


def _half(have: sparse.csr_array, others: np.ndarray, options: Ials) -> np.ndarray:
    """Return the best factors of rows, given those of columns `[C, k]`: `[R, k]`."""
    unobserved = np.float32(options.unobserved)
    weight = np.diff(have.indptr) + options.unobserved * have.shape[1]  # [R]
    ridge = options.regularisation * weight**options.frequency
    return normal.solved(have, others, ridge, unobserved * (others.T @ others))
