"""What holds of each model of the registry."""

import numpy as np
import pytest

from tests.recommending.linear.histories import OPTIONS, asked, drawn, fitted
from trunkline.recommending.linear.models import MODELS
from trunkline.recommending.model import UNKNOWN

PERSONAL = [name for name in MODELS if name not in ("random", "most_popular")]
SOLVED = [name for name in MODELS if name != "random"]
TOLERANCE = {"rtol": 2e-3, "atol": 2e-4}  # an iteration begun elsewhere ends nearby


def scores(name, matrix, question, **told):
    """Return what a model that learned a matrix answers."""
    return MODELS[name].scores(fitted(MODELS[name], matrix, OPTIONS[name], **told), question)


def test_every_model_has_an_example_here():
    """A model that is added to the registry is tested."""
    assert OPTIONS.keys() == MODELS.keys()


@pytest.mark.parametrize("name", MODELS)
def test_arrays_and_scores_are_of_few_types(name):
    """Arrays of 32 bits are kept; a score in 32 bits for each user and item."""
    matrix = drawn()
    arrays = fitted(MODELS[name], matrix, OPTIONS[name])
    assert {array.dtype.str for array in arrays.values()} <= {"<f4", "<i4"}
    made = MODELS[name].scores(arrays, asked(matrix))
    assert made.dtype == np.float32
    assert made.shape == matrix.shape
    assert not np.isnan(made).any()


@pytest.mark.parametrize("name", MODELS)
def test_the_same_seed_gives_the_same_bytes(name):
    """Nothing else is drawn."""
    matrix = drawn()
    one, other = (fitted(MODELS[name], matrix, OPTIONS[name]) for _ in range(2))
    assert [array.tobytes() for array in one.values()] == [
        array.tobytes() for array in other.values()
    ]


@pytest.mark.parametrize("name", MODELS)
def test_blocks_of_users_get_what_all_get(name):
    """Who else is asked for makes no difference."""
    matrix = drawn()
    arrays = fitted(MODELS[name], matrix, OPTIONS[name])
    whole = MODELS[name].scores(arrays, asked(matrix))
    parts = [
        MODELS[name].scores(arrays, asked(matrix[users], users))
        for users in np.array_split(np.arange(len(matrix)), 7)
    ]
    np.testing.assert_allclose(np.concatenate(parts), whole, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", [name for name in SOLVED if name != "ials"])
def test_relabelled_users_and_items_get_relabelled_scores(name):
    """No model looks at names or places, but for equal similarities."""
    matrix, rng = drawn(), np.random.default_rng(3)
    users, items = rng.permutation(len(matrix)), rng.permutation(matrix.shape[1])
    turned = matrix[users][:, items]
    if name in ("item_knn", "user_knn"):  # nothing is left out, so that ties are no matter
        options = type(OPTIONS[name])(neighbours=40, shrink=2)
    else:
        options = OPTIONS[name]
    model = MODELS[name]
    made = model.scores(fitted(model, matrix, options), asked(matrix))
    other = model.scores(fitted(model, turned, options), asked(turned))
    np.testing.assert_allclose(other, made[users][:, items], **TOLERANCE)


@pytest.mark.parametrize("name", PERSONAL)
def test_an_item_that_nobody_has_cannot_be_scored(name):
    """It is left to models that need no history."""
    matrix = drawn()
    made = scores(name, matrix, asked(matrix))
    assert np.isneginf(made[:, -1]).all()
    assert np.isfinite(made[:, :-1]).all()


@pytest.mark.parametrize("name", PERSONAL)
def test_a_user_whose_history_says_nothing_cannot_be_scored(name):
    """No item, or none that training knew: a list falls back to other models."""
    matrix = drawn()
    nothing, unseen = np.zeros_like(matrix[:1]), np.zeros_like(matrix[:1])
    unseen[0, -1] = 1
    question = asked(np.concatenate([nothing, unseen, matrix[:1]]), [UNKNOWN, 3, UNKNOWN])
    made = scores(name, matrix, question)
    assert np.isneginf(made[:2]).all()
    assert np.isfinite(made[2, :-1]).all()


@pytest.mark.parametrize("name", [name for name in PERSONAL if name != "user_knn"])
def test_new_users_are_scored_by_their_history(name):
    """Who has what a user of training has gets the same scores."""
    matrix = drawn()
    known, new = asked(matrix), asked(matrix, np.full(len(matrix), UNKNOWN))
    assert np.array_equal(scores(name, matrix, known), scores(name, matrix, new))


@pytest.mark.parametrize("name", PERSONAL)
def test_planted_tastes_are_found(name):
    """Users of two kinds take items of their own kind: those they lack come before the others."""
    rng = np.random.default_rng(5)
    own = (np.arange(60)[:, None] + np.arange(30)) % 2 == 0
    matrix = ((rng.random((60, 30)) < 0.6) & own).astype(np.float32)
    made = scores(name, matrix, asked(matrix))
    lacked = (matrix == 0) & own
    best = np.where(lacked, made, -np.inf).max(axis=1)
    foreign = np.where(own, -np.inf, made).max(axis=1)
    assert (best > foreign).all()


@pytest.mark.parametrize("name", MODELS)
def test_without_any_pair_nothing_is_known(name):
    """Only who needs no history has scores."""
    matrix = np.zeros((6, 5))
    made = scores(name, matrix, asked(np.eye(6, 5)))
    assert np.isneginf(made).all() == (name in PERSONAL)
