"""`ials` and the regressions below it."""

import numpy as np
import pytest
from scipy import sparse

from tests.recommending.linear.histories import asked, drawn, fitted
from trunkline.recommending import normal
from trunkline.recommending.linear import ials
from trunkline.settings.recommending.linear_models import Ials

OPTIONS = Ials(factors=4, unobserved=0.3, regularisation=0.05, frequency=0.7, sweeps=5)


def ridge(have, others, options):
    """Return the ridge of each row of ones and zeros."""
    weight = have.sum(axis=1) + options.unobserved * others
    return options.regularisation * weight**options.frequency


def best(matrix, items, options):
    """Return the factors of users given those of items, one after the other in 64 bits."""
    ridges, items = ridge(matrix, len(items), options), items.astype(np.float64)
    made = []
    for row, own in zip(matrix > 0, ridges, strict=True):
        normal_matrix = items[row].T @ items[row] + options.unobserved * items.T @ items
        made.append(
            np.linalg.solve(normal_matrix + own * np.eye(items.shape[1]), items[row].sum(0))
        )
    return np.array(made)


def loss(matrix, items, options):
    """Return what iALS lowers, users being solved."""
    users = best(matrix, items, options)
    found = users @ items.T
    return (
        ((found - 1) ** 2)[matrix > 0].sum()
        + options.unobserved * (found**2).sum()
        + (ridge(matrix, len(items), options) * (users**2).sum(axis=1)).sum()
        + (ridge(matrix.T, len(users), options) * (items.astype(float) ** 2).sum(axis=1)).sum()
    )


def test_scores_by_hand():
    """Items 1 and 2, of which the user has the second: 2 / (4 + 0.5 * 5 + 1)."""
    arrays = {
        "items": np.array([[1], [2]], np.float32),
        "ridge": np.array([0.5, 1, 0], np.float32),
        "counts": np.array([1, 1], np.int32),
    }
    made = ials.scores(arrays, asked([[0, 1]]))
    np.testing.assert_allclose(made, [[2 / 7.5, 4 / 7.5]], rtol=1e-6)


def test_each_sweep_lowers_the_loss():
    """Both halves are solved exactly."""
    matrix = drawn()
    losses = [
        loss(matrix, fitted(ials, matrix, OPTIONS, epochs=sweeps)["items"], OPTIONS)
        for sweeps in range(6)
    ]
    assert (np.diff(losses) < 0).all()


def test_users_are_the_best_given_the_items():
    """Restated row by row in 64 bits."""
    matrix = drawn()
    arrays = fitted(ials, matrix, OPTIONS)
    expected = best(matrix, arrays["items"], OPTIONS) @ arrays["items"].T
    made = ials.scores(arrays, asked(matrix))[:, :-1]
    np.testing.assert_allclose(made, expected[:, :-1], rtol=1e-3, atol=1e-4)


def test_it_is_the_model_of_hu_koren_and_volinsky():
    """Confidence 1 + 1 / alpha, scores 1 + alpha times as large, a ridge divided by alpha."""
    matrix = drawn()
    items = fitted(ials, matrix, OPTIONS)["items"].astype(np.float64)
    confidence = 1 + (matrix > 0) / OPTIONS.unobserved
    theirs = [
        np.linalg.solve(
            (items.T * row) @ items + own / OPTIONS.unobserved * np.eye(4),
            (items.T * row) @ (have > 0),
        )
        for row, have, own in zip(confidence, matrix, ridge(matrix, 25, OPTIONS), strict=True)
    ]
    ours = best(matrix, items, OPTIONS) * (1 + OPTIONS.unobserved)
    np.testing.assert_allclose(theirs, ours, rtol=1e-5)


def test_epochs_take_the_place_of_sweeps():
    """Five of either are the same."""
    matrix = drawn()
    one = fitted(ials, matrix, OPTIONS)["items"]
    assert np.array_equal(one, fitted(ials, matrix, Ials(
        factors=4, unobserved=0.3, regularisation=0.05, frequency=0.7, sweeps=1
    ), epochs=5)["items"])  # fmt: skip


@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_rows_are_solved_as_by_themselves(precision):
    """Of any length, also of none, with a ridge for each factor; in NumPy, row by row."""
    rng = np.random.default_rng(2)
    have = rng.random((60, 90)) < np.linspace(0, 0.9, 60)[:, None]
    values = (rng.standard_normal((60, 90)) * have).astype(np.float32)
    factors = rng.standard_normal((90, 3)).astype(precision)
    ridges, shared = rng.random((60, 3)) + 1, np.array([[2, 1, 0], [1, 2, 0], [0, 0, 1.0]])
    made = normal.solved(sparse.csr_array(values), factors, ridges, shared.astype(precision))
    for row in range(60):
        own = factors[have[row]].astype(np.float64)
        matrix = own.T @ own + shared + np.diag(ridges[row])
        expected = np.linalg.solve(matrix, own.T @ values[row, have[row]])
        np.testing.assert_allclose(made[row], expected, rtol=1e-3, atol=1e-4)
    assert made.dtype == precision
    assert (made[~have.any(axis=1)] == 0).all()


def test_bits_of_a_row_are_its_own(monkeypatch):
    """Alone, in small groups or with all others."""
    rng = np.random.default_rng(2)
    targets = sparse.csr_array((rng.random((30, 50)) < 0.4).astype(np.float32))
    factors = rng.standard_normal((50, 4)).astype(np.float32)
    whole = normal.solved(targets, factors, np.ones(30))
    alone = [normal.solved(targets[[row]], factors, np.ones(1))[0] for row in range(30)]
    monkeypatch.setattr(normal, "_NUMBERS", 300)
    assert np.array_equal(whole, np.array(alone))
    assert np.array_equal(whole, normal.solved(targets, factors, np.ones(30)))


def test_a_ridge_that_does_not_count_is_refused():
    """One pair says nothing of two factors."""
    targets = sparse.csr_array(np.ones((1, 1), np.float32))
    message = "with which 2 factors can be solved in float32: raise it, or ask for fewer factors"
    with pytest.raises(ValueError, match=message):
        normal.solved(targets, np.ones((1, 2), np.float32), np.zeros(1))
