"""Errors of ratings, of all and of each user, by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, root_mean_squared_error

from trunkline.metrics.ranking import rated

USER = np.array([4, 1, 4, 4])
RATING = np.array([3.0, 5.0, 4.0, 1.0])
PREDICTED = np.array([4.0, 5.0, 2.0, 3.0])


def test_by_hand():
    """User 1 is right; user 4 is off by 1, 2 and 2."""
    errors = rated.errors(USER, RATING, PREDICTED)
    assert errors.users.tolist() == [1, 4]
    assert errors.counts.tolist() == [1, 3]
    assert errors.squared.tolist() == [0, 9]
    assert errors.absolute.tolist() == [0, 5]
    assert errors.rmse() == pytest.approx(1.5)
    assert errors.mae() == pytest.approx(5 / 4)
    assert errors.rmse_of_users() == pytest.approx([0, 3**0.5])
    assert errors.mae_of_users() == pytest.approx([0, 5 / 3])


def test_over_all_ratings_it_is_scikit_learn():
    """Users with many ratings count more."""
    rng = np.random.default_rng(0)
    user, truth, guess = rng.integers(0, 9, 200), rng.integers(1, 6, 200), rng.normal(3, 1, 200)
    errors = rated.errors(user, truth, guess)
    assert errors.rmse() == pytest.approx(root_mean_squared_error(truth, guess))
    assert errors.mae() == pytest.approx(mean_absolute_error(truth, guess))
    mine = user == 3
    place = errors.users.tolist().index(3)
    assert errors.rmse_of_users()[place] == pytest.approx(
        root_mean_squared_error(truth[mine], guess[mine])
    )


def test_a_rating_that_cannot_be_predicted_is_refused():
    """A model says something of every pair, or the study says what stands in."""
    with pytest.raises(ValueError, match=r"predicted must be finite, but predicted\[1\] is nan"):
        rated.errors(USER, RATING, [1, np.nan, 2, 3])


def test_ratings_and_predictions_are_of_the_same_pairs():
    """Their numbers agree."""
    with pytest.raises(ValueError, match="user and rating and predicted must have one entry for"):
        rated.errors(USER, RATING, PREDICTED[:3])
