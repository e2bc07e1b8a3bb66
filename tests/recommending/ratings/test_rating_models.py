"""`bias` and `biased_mf`: what users would rate."""

import numpy as np
import pytest

from tests.recommending.linear.histories import pairs
from trunkline.recommending.model import UNKNOWN, Sides
from trunkline.recommending.ratings import bias, biased_mf
from trunkline.recommending.ratings.models import MODELS
from trunkline.settings.recommending.rating_models import Bias, BiasedMf

OPTIONS = {"bias": Bias(), "biased_mf": BiasedMf(factors=3, sweeps=4)}


def planted(users=60, items=40, noise=0.1, seed=0):
    """Return ratings of one factor and two means, `[U, I]`, and which are told."""
    rng = np.random.default_rng(seed)
    truth = (
        3 + rng.normal(0, 0.5, (users, 1)) + rng.normal(0, 0.5, items)
        + rng.normal(0, 0.7, (users, 1)) * rng.normal(0, 1, items)
    )  # fmt: skip
    rated = truth + rng.normal(0, noise, truth.shape)
    return rated.astype(np.float32), rng.random(truth.shape) < 0.5


def fitted(name, rated, options=None, **told):
    """Return the arrays of a model; a rating of 0 is none."""
    return MODELS[name].fit(pairs(rated), Sides(), options or OPTIONS[name], seed=1, **told).arrays


def every(name, arrays, shape):
    """Return all ratings, `[U, I]`."""
    user, item = (places.ravel() for places in np.indices(shape))
    return MODELS[name].ratings(arrays, user, item).reshape(shape)


def error(name, options, rated, told):
    """Return the error on ratings that were not told."""
    made = every(name, fitted(name, np.where(told, rated, 0), options), rated.shape)
    return np.sqrt(((made - rated)[~told] ** 2).mean())


def loss(arrays, rated, options):
    """Return what biased_mf lowers."""
    told = rated != 0
    user, item = (arrays[name].astype(np.float64) for name in ("user", "item"))
    found = arrays["mean"] + user[:, :1] + item[:, 0] + user[:, 1:] @ item[:, 1:].T
    return (
        ((found - rated)[told] ** 2).sum()
        + options.damping * ((user[:, 0] ** 2).sum() + (item[:, 0] ** 2).sum())
        + options.regularisation * (told.sum(axis=1) @ (user[:, 1:] ** 2).sum(axis=1))
        + options.regularisation * (told.sum(axis=0) @ (item[:, 1:] ** 2).sum(axis=1))
    )


def test_every_model_has_an_example_here():
    """A model that is added to the registry is tested."""
    assert OPTIONS.keys() == MODELS.keys()


def test_bias_by_hand():
    """Ratings 5, 3 and 4: mean 4; item 0 is 1 / (1 + 1) above, user 0 then -0.5 / (2 + 2)."""
    arrays = fitted("bias", [[5, 3], [0, 4]], Bias(item_damping=1, user_damping=2))
    np.testing.assert_allclose(arrays["item"], [1 / 2, -1 / 3], rtol=1e-6)
    np.testing.assert_allclose(arrays["user"], [(0.5 - 2 / 3) / 4, (1 / 3) / 3], rtol=1e-5)
    made = bias.ratings(arrays, np.array([1]), np.array([0]))
    np.testing.assert_allclose(made, [4 + 1 / 2 + 1 / 9], rtol=1e-6)


def test_without_damping_an_item_has_its_mean():
    """And those without ratings have nothing."""
    rated = np.array([[5, 3, 0], [2, 0, 0]])
    arrays = fitted("bias", rated, Bias(item_damping=0, user_damping=0))
    np.testing.assert_allclose(arrays["item"], [3.5 - 10 / 3, 3 - 10 / 3, 0], rtol=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_much_damping_leaves_the_mean(name):
    """Whatever the rating."""
    rated, told = planted()
    options = {
        "bias": Bias(item_damping=1e9, user_damping=1e9),
        "biased_mf": BiasedMf(damping=1e9, regularisation=1e9),
    }[name]
    given = np.where(told, rated, 0)
    made = every(name, fitted(name, given, options), rated.shape)
    np.testing.assert_allclose(made, rated[told].mean(), atol=1e-4)


@pytest.mark.parametrize("name", MODELS)
def test_who_was_not_seen_adds_nothing(name):
    """An unknown user rates as the item is rated, and the other way round."""
    rated, told = planted()
    arrays = fitted(name, np.where(told, rated, 0))
    user, item = np.array([UNKNOWN, UNKNOWN, 4]), np.array([UNKNOWN, 7, UNKNOWN])
    of_user, of_item = (arrays[part].reshape(len(arrays[part]), -1) for part in ("user", "item"))
    expected = arrays["mean"][0] + np.array([0, of_item[7, 0], of_user[4, 0]])
    made = MODELS[name].ratings(arrays, user, item)
    np.testing.assert_allclose(made, expected, rtol=1e-6)
    assert made.dtype == np.float32


@pytest.mark.parametrize("name", MODELS)
def test_relabelled_users_and_items_get_relabelled_ratings(name):
    """Of biased_mf once its sweeps have come to an end, wherever they began."""
    rated, told = planted(noise=0)
    given, rng = np.where(told, rated, 0), np.random.default_rng(1)
    options = {"bias": Bias(), "biased_mf": BiasedMf(factors=1, sweeps=300, damping=0.1)}[name]
    users, items = rng.permutation(len(rated)), rng.permutation(rated.shape[1])
    made = every(name, fitted(name, given, options), rated.shape)
    other = every(name, fitted(name, given[users][:, items], options), rated.shape)
    np.testing.assert_allclose(other, made[users][:, items], atol=5e-3)


@pytest.mark.parametrize("name", MODELS)
def test_arrays_are_of_32_bits_and_the_same_again(name):
    """The seed decides all."""
    rated, told = planted()
    given = np.where(told, rated, 0)
    one, other = fitted(name, given), fitted(name, given)
    assert {array.dtype.str for array in one.values()} == {"<f4"}
    assert all(np.array_equal(one[part], other[part]) for part in one)


@pytest.mark.parametrize("name", MODELS)
def test_no_rating_is_refused(name):
    """There is no mean of nothing."""
    with pytest.raises(ValueError, match=f"{name}: expected ratings to learn from, received no"):
        fitted(name, np.zeros((2, 2)))


def test_each_sweep_lowers_the_loss():
    """Both halves are solved exactly."""
    rated, told = planted()
    given, options = np.where(told, rated, 0), BiasedMf(factors=3)
    losses = [
        loss(fitted("biased_mf", given, options, epochs=sweeps), given, options)
        for sweeps in range(1, 8)
    ]
    assert (np.diff(losses) < 0).all()


def test_a_planted_factor_is_found():
    """Twice the noise at most, where means alone miss the factor."""
    rated, told = planted()
    assert (
        error("biased_mf", BiasedMf(factors=1, regularisation=0.01, damping=0.1), rated, told) < 0.2
    )
    assert error("bias", Bias(), rated, told) > 0.5


def test_without_factors_means_are_a_joint_ridge_regression():
    """Factors that cannot grow leave `|r - b_u - b_i|^2 + damping |b|^2`, solved at once."""
    rated, told = planted(users=8, items=6)
    given = np.where(told, rated, 0)
    user, item = np.nonzero(given)
    design = np.zeros((len(user), 14))
    design[np.arange(len(user)), user] = design[np.arange(len(user)), 8 + item] = 1
    mean = given[user, item].astype(np.float64).mean()
    expected = np.linalg.solve(
        design.T @ design + 3 * np.eye(14), design.T @ (given[user, item] - mean)
    )
    options = BiasedMf(factors=1, regularisation=1e6, damping=3, sweeps=200)
    arrays = fitted("biased_mf", given, options)
    made = np.concatenate([arrays["user"][:, 0], arrays["item"][:, 0]])
    np.testing.assert_allclose(made, expected, atol=1e-4)


def test_blocks_of_ratings_are_what_all_are(monkeypatch):
    """Also where the last block is short."""
    rated, told = planted()
    arrays = fitted("biased_mf", np.where(told, rated, 0))
    whole = every("biased_mf", arrays, rated.shape)
    monkeypatch.setattr(biased_mf, "_BLOCK", 77)
    assert np.array_equal(every("biased_mf", arrays, rated.shape), whole)


def test_epochs_take_the_place_of_sweeps():
    """Three of either are the same."""
    rated, told = planted()
    given = np.where(told, rated, 0)
    one = fitted("biased_mf", given, BiasedMf(factors=3, sweeps=3))
    other = fitted("biased_mf", given, BiasedMf(factors=3, sweeps=9), epochs=3)
    assert np.array_equal(one["item"], other["item"])
    assert biased_mf.ratings(one, np.array([0]), np.array([0])).shape == (1,)
