"""What holds of each model of the room."""

import numpy as np
import pytest

from tests.recommending.neural import markets
from trunkline.recommending.model import UNKNOWN, Sides
from trunkline.recommending.neural.models import MODELS
from trunkline.settings.recommending.neural_models import DotMlp, MfBpr, NeuMf, TwoTower
from trunkline.settings.recommending.sequence_and_graph_models import LightGcn, MultiVae, Sasrec

QUICK = {"learning_rate": 0.02, "batch_size": 16, "epochs": 6}
OPTIONS = {
    "mf_bpr": MfBpr(factors=6, l2=0.01, **QUICK),
    "two_tower": TwoTower(size=6, l2=1, widths=(5,), **QUICK),
    "neumf": NeuMf(factors=4, widths=(6, 4), l2=0.001, **QUICK),
    "dot_mlp": DotMlp(widths=(7,), l2=1, **QUICK),
    "multi_vae": MultiVae(hidden=9, latent=5, dropout=0.3, beta=0.1, annealing=3, **QUICK),
    "light_gcn": LightGcn(size=6, layers=2, **QUICK),
    "sasrec": Sasrec(length=6, size=8, heads=2, dropout=0.1, negatives=30, **QUICK),
}
BY_IDS = ("mf_bpr", "neumf", "light_gcn")
BY_FEATURES = ("two_tower", "dot_mlp")


def sides(users=40, items=25):
    """Return features: of which kind a user and an item is, and numbers that say nothing."""
    rng = np.random.default_rng(8)
    return Sides(*(
        np.c_[np.arange(count) % 2, rng.standard_normal((count, 2))].astype(np.float32)
        for count in (users, items)
    ))  # fmt: skip


def fitted(name, matrix, seed=1, given=None, when=None, **told):
    """Return the fit of a model."""
    given = sides() if given is None else given
    return MODELS[name].fit(markets.pairs(matrix, when), given, OPTIONS[name], seed=seed, **told)


def scores(name, arrays, matrix, user=None, when=None):
    """Return what a model answers, of users whose features are known."""
    features = sides().users[: len(matrix)]
    return MODELS[name].scores(arrays, markets.asked(matrix, user, features, when))


def test_every_model_has_an_example_here():
    """A model that is added to the registry is tested."""
    assert OPTIONS.keys() == MODELS.keys()


@pytest.mark.parametrize("name", MODELS)
def test_a_fit_leaves_arrays_a_curve_and_the_best_epoch(name):
    """Arrays of 32 bits, a loss for each epoch, none of held pairs; the same bytes twice."""
    matrix = markets.drawn()
    made = fitted(name, matrix)
    assert {array.dtype.str for array in made.arrays.values()} <= {"<f4", "<i4"}
    assert made.curve.shape == (6, 2)
    assert made.curve[-1, 0] < made.curve[0, 0]
    assert np.isnan(made.curve[:, 1]).all()
    assert made.best_epoch == 6
    fitted(name, matrix, seed=2, epochs=2)  # what ran before leaves nothing
    again = fitted(name, matrix)
    assert {key: array.tobytes() for key, array in again.arrays.items()} == {
        key: array.tobytes() for key, array in made.arrays.items()
    }


@pytest.mark.parametrize("name", MODELS)
def test_another_seed_gives_other_arrays_and_epochs_are_kept(name):
    """A refit takes exactly as many epochs as it is told."""
    matrix = markets.drawn()
    one, other = (fitted(name, matrix, seed=seed, epochs=9) for seed in (1, 2))
    assert len(one.curve) == 9
    assert one.best_epoch == 9
    assert not np.array_equal(scores(name, one.arrays, matrix), scores(name, other.arrays, matrix))


@pytest.mark.parametrize("name", MODELS)
def test_scores_are_of_known_users_and_items(name):
    """A score in 32 bits for each; an item that nobody has says nothing, but by its features."""
    matrix = markets.drawn()
    arrays = fitted(name, matrix).arrays
    found = scores(name, arrays, matrix)
    assert found.dtype == np.float32
    assert found.shape == matrix.shape
    assert np.isfinite(found[:, :-1]).all()
    assert np.isneginf(found[:, -1]).all() == (name != "two_tower")
    parts = [
        MODELS[name].scores(arrays, markets.asked(matrix[some], some, sides().users[some]))
        for some in np.array_split(np.arange(40), 7)
    ]
    np.testing.assert_allclose(np.concatenate(parts), found, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_users_that_training_did_not_see(name):
    """They are scored by what they took, or by features; who took nothing, by features alone."""
    matrix = markets.drawn()
    matrix[3] = 0
    arrays = fitted(name, matrix).arrays
    found = scores(name, arrays, matrix[:4], [UNKNOWN, 1, 2, 3])
    scored = np.isfinite(found[:, :-1])
    assert (scored == scored[:, :1]).all()  # all items or none
    assert scored[:, 0].tolist() == [name not in BY_IDS, True, True, name in BY_FEATURES]


@pytest.mark.parametrize("name", BY_FEATURES)
def test_features_that_are_missing_are_asked_for(name):
    """Training had them, so that scores cannot do without."""
    matrix = markets.drawn()
    arrays = fitted(name, matrix).arrays
    with pytest.raises(ValueError, match=f"{name}: expected features of the users asked for"):
        MODELS[name].scores(arrays, markets.asked(matrix))


def test_a_network_of_features_needs_features():
    """It has nothing else to read."""
    with pytest.raises(ValueError, match="dot_mlp: expected features of users, received none"):
        fitted("dot_mlp", markets.drawn(), given=Sides())


@pytest.mark.parametrize("name", BY_FEATURES)
def test_relabelled_items_get_relabelled_scores(name):
    """Items start alike and nothing is drawn of them: the softmax does not look at places."""
    matrix, order = markets.drawn(), np.random.default_rng(3).permutation(25)
    given = sides()
    turned = given._replace(items=given.items[order])
    one = scores(name, fitted(name, matrix).arrays, matrix)
    other = scores(name, fitted(name, matrix[:, order], given=turned).arrays, matrix)
    np.testing.assert_allclose(other, one[:, order], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", MODELS)
def test_planted_tastes_are_found(name):
    """Users of two kinds take items of their own kind, in any order: these come before others."""
    rng = np.random.default_rng(5)
    when = rng.permuted(np.tile(np.arange(25), (40, 1)), axis=1)
    own = (np.arange(40)[:, None] + np.arange(25)) % 2 == 0
    matrix = ((rng.random((40, 25)) < 0.6) & own).astype(np.float32)
    made = fitted(name, matrix, when=when, epochs=80)
    found = scores(name, made.arrays, matrix, when=when)
    lacked = (matrix == 0) & own
    best = np.where(lacked, found, -np.inf).max(axis=1)
    foreign = np.where(own, -np.inf, found).max(axis=1)
    assert (best > foreign).mean() > 0.9


@pytest.mark.parametrize("name", MODELS)
def test_held_pairs_end_the_training(name):
    """The weights are those of the epoch with the lowest loss of held pairs."""
    matrix = markets.drawn(seed=6)
    hold = (np.random.default_rng(2).random(matrix.shape) < 0.3) & (matrix > 0)
    train = np.where(hold, 0, matrix)
    made = fitted(name, train, held=markets.pairs(hold))
    assert np.isfinite(made.curve).all()
    assert made.best_epoch == np.argmin(made.curve[:, 1]) + 1
    again = fitted(name, train, held=markets.pairs(hold))
    assert np.array_equal(made.curve, again.curve)
