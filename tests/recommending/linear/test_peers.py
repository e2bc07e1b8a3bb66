"""`ials` and `item_knn` beside implicit's, which is an extra."""

import warnings

import numpy as np
import pytest
from scipy import sparse

from tests.recommending.linear.histories import asked, drawn, fitted
from trunkline.recommending.linear import ials, item_knn
from trunkline.settings.recommending.linear_models import Ials, ItemKnn

pytest.importorskip("implicit", reason="`make peers` installs it")


def test_users_have_the_factors_of_implicit():
    """Given the same items: confidence 1 + 1 / alpha, scores 1 + alpha times ours."""
    from implicit.als import AlternatingLeastSquares

    matrix = drawn()
    options = Ials(factors=4, unobserved=0.25, regularisation=0.5, frequency=0)
    arrays = fitted(ials, matrix, options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would have BLAS single-threaded
        theirs = AlternatingLeastSquares(factors=4, regularization=0.5 / 0.25, alpha=1 + 1 / 0.25)
    theirs.item_factors = arrays["items"]
    users = theirs.recalculate_user(np.arange(40), sparse.csr_matrix(matrix))
    expected = users @ arrays["items"].T / 1.25
    made = ials.scores(arrays, asked(matrix))
    np.testing.assert_allclose(made[:, :-1], expected[:, :-1], rtol=1e-3, atol=1e-4)


def test_items_have_the_cosines_of_implicit():
    """All neighbours kept, without shrinkage."""
    from implicit.nearest_neighbours import CosineRecommender

    matrix = drawn()
    theirs = CosineRecommender(K=25, num_threads=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells of its own conversions
        theirs.fit(sparse.csr_matrix(matrix, dtype=np.float64), show_progress=False)
    expected = theirs.similarity.toarray()
    np.fill_diagonal(expected, 0)
    made = item_knn.scores(
        fitted(item_knn, matrix, ItemKnn(neighbours=25, shrink=0)), asked(np.eye(25))
    )
    np.testing.assert_allclose(made[:-1, :-1], expected[:-1, :-1], rtol=1e-4, atol=1e-5)
