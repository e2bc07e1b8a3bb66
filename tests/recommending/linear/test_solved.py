"""`ease`, `pure_svd` and `slim`: what they solve."""

import re

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet, Ridge

from tests.recommending.linear.histories import asked, drawn, fitted, pairs
from trunkline.recommending.linear import ease, gram, pure_svd, slim
from trunkline.recommending.model import Sides
from trunkline.settings.recommending.linear_models import Ease, PureSvd, Slim


def weights_of(model, arrays, items):
    """Return all weights of a linear model, `[I, I]`, by histories of one item."""
    made = model.scores(arrays, asked(np.eye(items)))
    return np.where(np.isneginf(made), 0, made)


def ridged(matrix, ridge):
    """Return the ridge regression of each column on all others, `[I, I]`."""
    made = np.zeros((matrix.shape[1],) * 2)
    for item in range(len(made)):
        others = np.arange(len(made)) != item
        x, y = matrix[:, others], matrix[:, item]
        made[others, item] = np.linalg.solve(x.T @ x + np.diag(ridge[others]), x.T @ y)
    return made


def test_ease_by_hand():
    """X'X + I is (3 1; 1 2), its inverse (2 -1; -1 3) / 5: weights 1/3 and 1/2."""
    arrays = fitted(ease, [[1, 1], [1, 0]], Ease(regularisation=1))
    np.testing.assert_allclose(arrays["weights"], [[0, 1 / 3], [1 / 2, 0]], rtol=1e-6)


def test_ease_is_a_ridge_regression_of_each_item_on_the_others():
    """Without an intercept, as scikit-learn has it."""
    matrix = drawn().astype(np.float64)
    weights = fitted(ease, matrix, Ease(regularisation=7))["weights"]
    for item in range(len(weights)):
        others = np.arange(len(weights)) != item
        ridge = Ridge(alpha=7, fit_intercept=False).fit(matrix[:, others], matrix[:, item])
        np.testing.assert_allclose(weights[others, item], ridge.coef_, rtol=1e-4, atol=1e-6)
        assert weights[item, item] == 0


def test_dropout_is_a_ridge_that_grows_with_an_items_count():
    """Share 1/3 adds half of the count."""
    matrix = drawn().astype(np.float64)
    weights = fitted(ease, matrix, Ease(regularisation=7, dropout=1 / 3))["weights"]
    expected = ridged(matrix, 7 + matrix.sum(axis=0) / 2)
    np.testing.assert_allclose(weights, expected, rtol=1e-4, atol=1e-6)


def relative(counts):
    """Return counts as shares of the mean of those that are not 0."""
    return np.where(counts > 0, counts / counts[counts > 0].mean(), 1)


def test_the_ridge_grows_with_a_power_of_an_items_count():
    """Relative to the mean count of items that somebody has."""
    matrix = drawn().astype(np.float64)
    weights = fitted(ease, matrix, Ease(regularisation=7, frequency=0.6))["weights"]
    expected = ridged(matrix, 7 * relative(matrix.sum(axis=0)) ** 0.6)
    np.testing.assert_allclose(weights, expected, rtol=1e-4, atol=1e-6)


def test_that_power_is_a_normalisation_of_items():
    """EASE of `X diag(c)^-a`, scaled back, is a ridge that grows with the power 2 a."""
    matrix = drawn().astype(np.float64)
    popular = relative(matrix.sum(axis=0)) ** 0.3
    normal = ridged(matrix / popular, np.full(25, 7.0)) * popular / popular[:, None]
    weights = fitted(ease, matrix, Ease(regularisation=7, frequency=0.6))["weights"]
    np.testing.assert_allclose(weights, normal, rtol=1e-4, atol=1e-6)


def test_long_histories_may_count_less():
    """A weighted regression, also where dropout adds to the ridge."""
    matrix = drawn().astype(np.float64)
    roots = relative(matrix.sum(axis=1)) ** -0.2
    weighed = matrix * roots[:, None]
    options = Ease(regularisation=7, activity=0.4, dropout=1 / 3)
    expected = ridged(weighed, 7 + (weighed**2).sum(axis=0) / 2)
    np.testing.assert_allclose(
        fitted(ease, matrix, options)["weights"], expected, rtol=1e-4, atol=1e-6
    )


def test_blocks_and_32_bits_give_nearly_the_same(monkeypatch):
    """Large catalogues are solved in pieces and in half of the memory."""
    matrix = drawn()
    whole = fitted(ease, matrix, Ease(regularisation=7))["weights"]
    monkeypatch.setattr(gram, "DOUBLE", 0)
    monkeypatch.setattr(gram, "_BLOCK", 4)
    monkeypatch.setattr(ease, "_BLOCK", 7)
    assert gram.kind(25, "ease") is np.float32
    np.testing.assert_allclose(
        fitted(ease, matrix, Ease(regularisation=7))["weights"], whole, atol=1e-5
    )


def test_a_catalogue_that_does_not_fit_is_refused():
    """The limit, what it would take, and what to take instead."""
    message = (
        "ease needs a matrix of all items by all items: expected at most 32,768 items (4 GiB), "
        "received 40,000 (6.0 GiB). Take item_knn, pure_svd or ials"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        ease.fit(pairs(np.zeros((1, 40_000))), Sides(), Ease(), seed=1)


def test_a_ridge_that_does_not_count_is_refused():
    """Two items with the same users cannot be told apart."""
    with pytest.raises(ValueError, match="X'X can be inverted in float64, received 1e-300: raise"):
        fitted(ease, [[1, 1], [1, 1]], Ease(regularisation=1e-300))


def test_pure_svd_by_hand():
    """Two items always together: the direction is (1, 1) / sqrt 2, each scores half."""
    arrays = fitted(pure_svd, [[1, 1], [1, 1]], PureSvd(factors=1))
    made = pure_svd.scores(arrays, asked([[1, 0], [1, 1]]))
    np.testing.assert_allclose(made, [[0.5, 0.5], [1, 1]], rtol=1e-6)


def test_pure_svd_is_the_nearest_matrix_of_its_rank():
    """As NumPy's decomposition, cut."""
    matrix = drawn()
    left, values, right = np.linalg.svd(matrix.astype(np.float64), full_matrices=False)
    nearest = (left[:, :4] * values[:4]) @ right[:4]
    made = pure_svd.scores(fitted(pure_svd, matrix, PureSvd(factors=4)), asked(matrix))
    np.testing.assert_allclose(made[:, :-1], nearest[:, :-1], atol=1e-5)


def test_fewer_directions_than_factors_are_all_there_is():
    """Two kinds of users, three directions asked for: histories come back as they are."""
    matrix = np.repeat([[1, 1, 0, 0, 0], [0, 0, 1, 1, 1]], 4, axis=0)
    made = pure_svd.scores(fitted(pure_svd, matrix, PureSvd(factors=3)), asked(matrix))
    np.testing.assert_allclose(made, matrix, atol=1e-5)


def test_the_first_vector_hardly_matters():
    """Another seed ends at the same scores."""
    matrix = drawn()
    one, other = (
        pure_svd.scores(fitted(pure_svd, matrix, PureSvd(factors=4), seed=seed), asked(matrix))
        for seed in (1, 2)
    )
    np.testing.assert_allclose(one[:, :-1], other[:, :-1], atol=1e-5)


def test_more_factors_than_items_are_refused():
    """The largest number that can be is named."""
    message = "received 6 factors for 40 users and 6 items: lower `factors` to at most 5"
    with pytest.raises(ValueError, match=message):
        fitted(pure_svd, drawn(items=6), PureSvd(factors=6))


def test_slim_by_hand():
    """Two items that share three users, of four and three: (3 - l1) / (users + l2)."""
    arrays = fitted(slim, [[1, 1], [1, 1], [1, 1], [1, 0]], Slim(l1=1, l2=2, tolerance=1e-8))
    weights = weights_of(slim, arrays, 2)
    np.testing.assert_allclose(weights, [[0, 2 / 6], [2 / 5, 0]], rtol=1e-5)


def test_slim_fulfils_the_conditions_of_its_optimum():
    """The slope is 0 where a weight is not, and not below 0 where it is."""
    matrix = drawn().astype(np.float64)
    options = Slim(l1=0.7, l2=3, sweeps=10_000, tolerance=1e-9)
    weights = weights_of(slim, fitted(slim, matrix, options), 25).astype(np.float64)
    slopes = matrix.T @ (matrix @ weights - matrix) + 3 * weights + 0.7
    others = ~np.eye(25, dtype=bool)
    assert (weights >= 0).all()
    assert (weights.diagonal() == 0).all()
    assert 0 < (weights > 0).sum() < 25 * 24 / 2  # sparse, but not empty
    np.testing.assert_allclose(slopes[others & (weights > 0)], 0, atol=1e-3)
    assert (slopes[others] > -1e-3).all()


def test_slim_is_the_elastic_net_of_scikit_learn():
    """Of dense columns, the item's own left out."""
    matrix = drawn().astype(np.float64)
    options = Slim(l1=0.7, l2=3, sweeps=10_000, tolerance=1e-9)
    weights = weights_of(slim, fitted(slim, matrix, options), 25)
    others = np.arange(25) != 3
    net = ElasticNet(
        alpha=3.7 / len(matrix), l1_ratio=0.7 / 3.7, positive=True, fit_intercept=False,
        tol=1e-9, max_iter=10_000,
    ).fit(matrix[:, others], matrix[:, 3])  # fmt: skip
    np.testing.assert_allclose(weights[others, 3], net.coef_, atol=1e-4)


def test_fewer_passes_end_without_a_warning():
    """`sweeps` says how many there may be."""
    arrays = fitted(slim, drawn(), Slim(l1=0.1, l2=0.1, sweeps=1, tolerance=1e-12))
    assert len(arrays["weights"])
