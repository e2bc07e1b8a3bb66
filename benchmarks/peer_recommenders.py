"""The peers' recommenders: as their documentation writes it, nothing pinned."""

import importlib.util
import warnings
from collections.abc import Callable

from scipy import sparse

from benchmarks import interactions


def make() -> dict[str, Callable[[], object]]:
    """Return what is timed, by name."""
    matrix = interactions.matrix()
    runs: dict[str, Callable[[], object]] = {
        "ease, bare NumPy, all threads": lambda: interactions.solve(matrix),
    }
    if importlib.util.find_spec("implicit") is not None:
        runs["ials, implicit, 3 steps"] = lambda: _implicit(matrix, steps=True)
        runs["ials, implicit, exact"] = lambda: _implicit(matrix, steps=False)
        many = interactions.EPOCHS * interactions.COMPARED
        runs["bpr, implicit, as many compared"] = lambda: _pairwise(matrix, many)
        runs["bpr, implicit"] = lambda: _pairwise(matrix, interactions.EPOCHS)
    return runs


def _implicit(matrix: sparse.csr_array, *, steps: bool) -> object:
    """Fit implicit's iALS, which takes conjugate gradients unless told to solve exactly."""
    from implicit.als import AlternatingLeastSquares  # an extra

    model = AlternatingLeastSquares(
        factors=interactions.FACTORS, iterations=interactions.SWEEPS, use_cg=steps, random_state=1
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would have BLAS single-threaded
        model.fit(sparse.csr_matrix(matrix), show_progress=False)
    return model


def _pairwise(matrix: sparse.csr_array, epochs: int) -> object:
    """Fit implicit's BPR, which compares each item of a user with one, on all threads."""
    from implicit.bpr import BayesianPersonalizedRanking  # an extra

    model = BayesianPersonalizedRanking(
        factors=interactions.FACTORS, iterations=epochs, random_state=1
    )
    model.fit(sparse.csr_matrix(matrix), show_progress=False)
    return model
