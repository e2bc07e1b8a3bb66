"""`item_knn`, `user_knn`, how pairs are weighed, and which neighbours are kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra import numpy as arrays_of
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics.pairwise import cosine_similarity

from tests.recommending.linear.histories import asked, drawn, fitted
from trunkline.recommending.linear import item_knn, neighbours, user_knn, weighting
from trunkline.recommending.model import UNKNOWN
from trunkline.settings.recommending.linear_models import ItemKnn, UserKnn


def first(similarities, most):
    """Return the largest of each row, of equal ones the first, by a stable sort."""
    order = np.argsort(-similarities, axis=1, kind="stable")[:, :most]
    kept = np.zeros_like(similarities)
    np.put_along_axis(kept, order, np.take_along_axis(similarities, order, axis=1), axis=1)
    return np.maximum(kept, 0)


def weighed(rows, how):
    """Return rows of ones, weighed, in plain NumPy."""
    have, count = rows.sum(axis=0), len(rows)
    if how == "none":
        return rows
    if how == "tf_idf":
        return rows * (np.log((1 + count) / (1 + have)) + 1)
    lengths = rows.sum(axis=1, keepdims=True)
    damped = 1.2 * (1 - 0.75 + 0.75 * lengths / lengths.mean())
    return rows * np.log(1 + (count - have + 0.5) / (have + 0.5)) * 2.2 / (damped + 1)


def similar(rows, how, shrink):
    """Return similarities of all rows to each other, 0 to themselves, in plain NumPy."""
    values = weighed(rows.astype(np.float64), how)
    lengths = np.linalg.norm(values, axis=1)
    made = values @ values.T
    if how != "bm25":
        made = made / np.maximum(lengths[:, None] * lengths + shrink, 1e-300)
    np.fill_diagonal(made, 0)
    return made


@given(
    arrays_of.arrays(np.float32, (3, 7), elements=some.integers(-2, 3).map(float)),
    some.integers(1, 9),
)
def test_the_first_of_the_largest_are_kept(similarities, most):
    """As by a stable sort, whatever is equal; none of 0 or below."""
    kept = neighbours.nearest(similarities, most)
    assert np.array_equal(kept.toarray(), first(similarities, most))


def test_blocks_cover_all_rows_once():
    """One row at least, whatever its length."""
    for rows, columns in ((7, 2**24), (2**23 + 5, 1), (0, 3)):
        places = np.concatenate(
            [np.arange(rows)[block] for block in neighbours.blocks(rows, columns)] or [[]]
        )
        assert np.array_equal(places, np.arange(rows))


def test_lengths_are_those_of_numpy():
    """Also of rows without a pair, at the end and between others."""
    rows = np.array([[0, 0, 0], [3, 0, 4], [0, 0, 0], [1, 1, 1], [0, 0, 0]], np.float32)
    made = neighbours.lengths(sparse.csr_array(rows))
    np.testing.assert_allclose(made, np.linalg.norm(rows, axis=1), rtol=1e-6)


def test_tf_idf_is_that_of_scikit_learn():
    """Its smooth form, not normalised."""
    rows = sparse.csr_array(drawn().T)
    theirs = TfidfTransformer(norm=None).fit_transform(rows)
    ours = weighting.learned(rows, "tf_idf").values(rows)
    np.testing.assert_allclose(ours, theirs.data, rtol=1e-6)


def test_bm25_by_hand():
    """Two rows of one and three pairs, mean 2: ln(1 + 0.5 / 2.5) and ln(1 + 1.5 / 1.5)."""
    rows = sparse.csr_array(np.array([[1, 0, 0], [1, 1, 1]], np.float32))
    made = weighting.learned(rows, "bm25").values(rows)
    short, long = 2.2 / (1.2 * 0.625 + 1), 2.2 / (1.2 * 1.375 + 1)
    expected = np.array([np.log(1.2) * short, np.log(1.2) * long, *[np.log(2) * long] * 2])
    np.testing.assert_allclose(made, expected, rtol=1e-6)


def test_item_similarities_by_hand():
    """Items 0 and 1 share one of two and one users: 1 / (sqrt(2) + 1)."""
    arrays = fitted(item_knn, [[1, 1], [1, 0]], ItemKnn(shrink=1))
    made = item_knn.scores(arrays, asked([[1, 0], [0, 1]]))
    shared = 1 / (np.sqrt(2) + 1)
    np.testing.assert_allclose(made, [[0, shared], [shared, 0]], rtol=1e-6)


def test_without_shrinkage_items_have_the_cosines_of_scikit_learn():
    """All neighbours kept, a history of one item reads off its row."""
    matrix = drawn()
    arrays = fitted(item_knn, matrix, ItemKnn(neighbours=25, shrink=0))
    made = item_knn.scores(arrays, asked(np.eye(25)))[:-1, :-1]
    expected = cosine_similarity(matrix.T[:-1]) - np.eye(24)
    np.testing.assert_allclose(made, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("how", ["none", "tf_idf", "bm25"])
def test_items_are_scored_by_their_nearest(how):
    """The neighbours of the item that is scored, restated in plain NumPy."""
    matrix = drawn()
    kept = first(similar(matrix.T, how, 3), 5)  # [scored, of a history]
    options = ItemKnn(neighbours=5, shrink=3, weighting=how)
    made = item_knn.scores(fitted(item_knn, matrix, options), asked(matrix))
    np.testing.assert_allclose(made[:, :-1], (matrix @ kept.T)[:, :-1], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("how", ["none", "tf_idf", "bm25"])
def test_users_are_scored_by_their_nearest(how):
    """Nobody is a neighbour of himself; restated in plain NumPy."""
    matrix = drawn()
    kept = first(similar(matrix, how, 3), 5)
    options = UserKnn(neighbours=5, shrink=3, weighting=how)
    made = user_knn.scores(fitted(user_knn, matrix, options), asked(matrix))
    np.testing.assert_allclose(made[:, :-1], (kept @ matrix)[:, :-1], rtol=1e-4, atol=1e-6)


def test_a_stranger_has_a_neighbour_with_the_same_history():
    """Known users leave themselves out, new ones nobody: cosine 1 more."""
    matrix = drawn()
    arrays = fitted(user_knn, matrix, UserKnn(neighbours=40, shrink=0))
    known = user_knn.scores(arrays, asked(matrix))[:, :-1]
    new = user_knn.scores(arrays, asked(matrix, np.full(len(matrix), UNKNOWN)))[:, :-1]
    np.testing.assert_allclose(new - known, matrix[:, :-1], atol=1e-5)


def test_of_equal_neighbours_the_first_is_kept():
    """Items 1 and 2 have the same users: item 0 is compared with item 1 alone."""
    arrays = fitted(item_knn, [[1, 1, 1], [1, 1, 1], [1, 0, 0]], ItemKnn(neighbours=1, shrink=0))
    made = item_knn.scores(arrays, asked(np.eye(3)))
    assert made[1, 0] > 0
    assert made[2, 0] == 0
