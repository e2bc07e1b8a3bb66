"""Rotations find what LAPACK finds, and add in one order."""

import numpy as np
import pytest

from trunkline.metalearning import rotating


def cloud(rows: int, numbers: int) -> np.ndarray:
    """Return centred rows, whose components spread less and less."""
    rng = np.random.Generator(np.random.PCG64(rows))
    found = rng.standard_normal((rows, numbers)) / np.sqrt(1 + np.arange(numbers))
    return np.asarray(found - found.mean(axis=0))


@pytest.mark.parametrize("size", [1, 2, 5, 32, 61])
def test_they_are_the_eigenvectors(size: int) -> None:
    """The same values as LAPACK's, of vectors that are 1 long, at right angles, and not turned."""
    matrix = rotating.gram(cloud(size, size + 3))
    values, vectors = rotating.eigenvectors(matrix)
    expected = np.linalg.eigvalsh(matrix)[::-1]
    np.testing.assert_allclose(values, expected, atol=1e-12 * max(1.0, expected[0]))
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(size), atol=1e-12)
    np.testing.assert_allclose(vectors @ matrix, values[:, None] * vectors, atol=1e-10)


def test_equal_eigenvalues_and_none_are_no_trouble() -> None:
    """Of a multiple of 1 nothing is turned; of 0 all values are 0."""
    for factor in (0.0, 1e-200, 3.0):
        values, vectors = rotating.eigenvectors(factor * np.eye(4))
        assert values.tolist() == [factor] * 4
        np.testing.assert_array_equal(vectors, np.eye(4))
    values, _ = rotating.eigenvectors(np.ones((6, 6)))
    np.testing.assert_allclose(values, [6, 0, 0, 0, 0, 0], atol=1e-12)


@pytest.mark.parametrize("beside", [1e-149, 1e-151, 1e-200, 1e-299])
def test_what_hardly_lies_beside_the_diagonal_does_not_overflow(beside: float) -> None:
    """The square of z = 1 / (2 a_pq) is beyond all float64: there is nothing to turn there."""
    matrix = np.array([[1.0, beside, 0.5], [beside, 0.0, 0.0], [0.5, 0.0, 0.0]])
    values, vectors = rotating.eigenvectors(matrix)
    np.testing.assert_allclose(values, np.linalg.eigvalsh(matrix)[::-1], atol=1e-14)
    np.testing.assert_allclose(vectors @ matrix, values[:, None] * vectors, atol=1e-14)


@pytest.mark.parametrize("shape", [(40, 5), (5, 40), (160, 32), (7, 7), (60, 300)])
def test_components_are_those_of_lapack(shape: tuple[int, int]) -> None:
    """The two first, of more rows than numbers and of fewer; the largest loading is positive."""
    rows = cloud(*shape)
    _, axes = np.linalg.eigh(rows.T @ rows)
    two = axes[:, ::-1][:, :2]
    two = two * np.sign(two[np.abs(two).argmax(axis=0), [0, 1]])
    np.testing.assert_allclose(rotating.principal(rows, 2), rows @ two, atol=1e-9)


def test_what_does_not_spread_is_nothing() -> None:
    """Rows on a line, or all alike, in many numbers."""
    line = np.outer(np.arange(5.0) - 2, np.ones(9))
    np.testing.assert_allclose(rotating.principal(line, 2)[:, 0], 3 * (np.arange(5.0) - 2))
    for rows in (line, line.T, np.zeros((3, 8)), np.zeros((8, 3))):
        np.testing.assert_array_equal(rotating.principal(rows - rows.mean(axis=0), 2)[:, 1], 0)
