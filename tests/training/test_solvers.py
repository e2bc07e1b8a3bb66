"""The small solvers of a step, against SciPy's and NumPy's."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from trunkline.training import solvers

FEW = settings(max_examples=12, deadline=None, derandomize=True)
SOME = given(seed=st.integers(0, 10_000), size=st.sampled_from([1, 2, 3, 6]))
complementary, proportional, solve, eigen = (
    tf.function(function, reduce_retracing=False)
    for function in (solvers.complementary, solvers.proportional, solvers.solve, solvers.eigen)
)


def definite(rng: np.random.Generator, size: int) -> np.ndarray:
    """Return a symmetric positive definite matrix of trace 1."""
    factor = rng.normal(size=(size, size + 2))
    gram = factor @ factor.T
    return gram / np.trace(gram) + 1e-3 * np.eye(size)


def single(array: np.ndarray) -> tf.Tensor:
    """Return a tensor in single precision."""
    return tf.constant(array, tf.float32)


@FEW
@SOME
def test_linear_equations(seed: int, size: int) -> None:
    """Several right sides at once, as NumPy solves them one by one."""
    rng = np.random.Generator(np.random.PCG64(seed))
    matrix, right = definite(rng, size), rng.normal(size=(2, size))
    found = solve(single(np.tile(matrix, (2, 1, 1))), single(right)).numpy()
    wanted = np.linalg.solve(matrix, right.T).T
    np.testing.assert_allclose(found, wanted, atol=1e-3 * np.abs(wanted).max())


@FEW
@SOME
def test_complementarity_is_least_squares(seed: int, size: int) -> None:
    """X >= 0 that minimises x M x / 2 + q x, as SciPy's non-negative least squares."""
    rng = np.random.Generator(np.random.PCG64(seed))
    matrix, offset = definite(rng, size), rng.normal(size=(3, size))
    found = complementary(single(matrix), single(offset)).numpy()
    factor = np.linalg.cholesky(matrix)
    for row, q in zip(found, offset, strict=True):
        wanted, _ = optimize.nnls(factor.T, -np.linalg.solve(factor, q))
        np.testing.assert_allclose(row, wanted, atol=2e-3 * max(1, np.abs(wanted).max()))


@FEW
@SOME
def test_nearest_point_of_the_simplex(seed: int, size: int) -> None:
    """No point of the simplex is nearer; ties and points already on it included."""
    rng = np.random.Generator(np.random.PCG64(seed))
    values = rng.choice([-1.0, 0.25, 0.5, 2.0], size)
    found = solvers.project(single(values), tf.ones(size)).numpy()
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()
    for other in rng.dirichlet(np.ones(size), 20):
        assert np.sum((values - found) ** 2) <= np.sum((values - other) ** 2) + 1e-5


def test_the_simplex_of_those_present() -> None:
    """What is absent gets nothing, however large its value."""
    found = solvers.project(single(np.array([5.0, 0.2, 0.4])), single(np.array([0.0, 1, 1])))
    np.testing.assert_allclose(found, [0, 0.4, 0.6], atol=1e-6)


@FEW
@given(seed=st.integers(0, 10_000), alpha=st.sampled_from([0.5, 1.0, 2.0, 10.0]))
def test_proportional_weights(seed: int, alpha: float) -> None:
    """(M w)_t w_t^(1 / alpha) = 1 for each t."""
    rng = np.random.Generator(np.random.PCG64(seed))
    matrix = 4 * definite(rng, 4)
    weights = proportional(single(matrix), alpha).numpy()
    np.testing.assert_allclose(matrix @ weights * weights ** (1 / alpha), 1, atol=1e-2)


@FEW
@SOME
def test_eigenvalues(seed: int, size: int) -> None:
    """Values as NumPy's, vectors that rebuild the matrix and are orthonormal."""
    if size == 1:
        return
    rng = np.random.Generator(np.random.PCG64(seed))
    matrix = definite(rng, size)
    values, vectors = (part.numpy() for part in eigen(single(matrix)))
    np.testing.assert_allclose(np.sort(values), np.linalg.eigvalsh(matrix), atol=1e-5)
    np.testing.assert_allclose(vectors * values @ vectors.T, matrix, atol=1e-5)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(size), atol=1e-5)


def test_a_diagonal_matrix_is_its_own() -> None:
    """Nothing is turned where nothing is to be turned, equal values included."""
    values, vectors = eigen(single(np.diag([3.0, 1.0, 1.0])))
    np.testing.assert_array_equal(values, [3, 1, 1])
    np.testing.assert_array_equal(vectors, np.eye(3))


def test_cosines_of_nothing() -> None:
    """A gradient of length 0 is orthogonal to all others."""
    gradients = single(np.array([[3.0, 4.0], [0.0, 0.0], [3.0, -4.0]]))
    gram = tf.matmul(gradients, gradients, transpose_b=True)
    wanted = [[1, 0, -7 / 25], [0, 1, 0], [-7 / 25, 0, 1]]
    np.testing.assert_allclose(solvers.cosines(gram), wanted, atol=1e-6)
