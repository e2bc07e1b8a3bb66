"""The variational autoencoder of histories: its formula, its draws, what it finds."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
from scipy import sparse

from tests.recommending.neural import planted
from trunkline.recommending.model import Asked, Fitted, Sides
from trunkline.recommending.neural import multi_vae, noise
from trunkline.settings.recommending.sequence_and_graph_models import MultiVae

OPTIONS = MultiVae(
    hidden=8, latent=4, dropout=0.2, beta=0.1, annealing=2.0, learning_rate=0.02, batch_size=16,
    epochs=30, patience=30,
)  # fmt: skip


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    """A fit to two groups of users, each with items of its own."""
    return multi_vae.fit(planted.groups(), Sides(), OPTIONS, seed=1)


def test_divergence_by_hand() -> None:
    """KL(N(1, 1) N(0, 4) || N(0, 1)) = (1 + 4 - 1 - log 4) / 2, and 0 of the prior itself."""
    mean, variance = [[1.0, 0.0], [0.0, 0.0]], [[1.0, 4.0], [1.0, 1.0]]
    found = multi_vae.divergence(tf.constant(mean), tf.math.log(tf.constant(variance)))
    np.testing.assert_allclose(found, [(4 - np.log(4)) / 2, 0], rtol=1e-6, atol=1e-7)


def _program(options: MultiVae, **weights: np.ndarray) -> tuple[dict, multi_vae.Histories, list]:
    """Return the arguments of the loss for a small market, at these weights."""
    pairs, held = planted.small()
    made, steps = multi_vae._program(
        len(pairs.items), options.hidden, options.latent, options.decoder
    )
    steps.assign(0)
    rng = np.random.default_rng(3)
    arrays = {
        name: rng.normal(0, 0.5, weight.shape).astype(np.float32)
        for name, weight in made.weights.items()
    } | weights
    for name, weight in made.weights.items():
        weight.assign(arrays[name])
    return arrays, multi_vae._rows(pairs, held, options), [made.weights, made.numbers, steps]


def _restated(arrays: dict, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean, log variance and the logarithm of pi at the mean, in NumPy."""
    w = arrays
    h = np.tanh(x / np.sqrt(x.sum(1, keepdims=True)) @ w["W1"].T + w["b1"])
    mean, log_variance = np.split(h @ w["W2"].T + w["b2"], 2, axis=1)
    last = np.tanh(mean @ w["W3"].T + w["b3"]) if "W3" in w else mean
    f = last @ w["W4"].T + w["b4"]
    f = np.where(x.any(0), f, -1e9)  # an item that nobody has takes no part
    return mean, log_variance, f - np.log(np.exp(f).sum(1, keepdims=True))


@pytest.mark.parametrize("counts", ["items", "user"])
@pytest.mark.parametrize("decoder", ["linear", "deep"])
def test_loss_is_the_formula(decoder: str, counts: str) -> None:
    """Likelihood, divergence times the risen beta, and penalty are those of NumPy."""
    options = replace(
        OPTIONS, decoder=decoder, dropout=0.0, beta=0.7, l2=0.3, annealing=2.0, batch_size=2,
        divergence=counts,
    )  # fmt: skip
    rng = np.random.default_rng(5)
    # The log variance is about -60 whatever the history, so that the noise vanishes.
    narrow = {
        "W2": np.vstack([rng.normal(0, 0.5, (4, 8)), np.zeros((4, 8))]).astype(np.float32),
        "b2": np.repeat([0.1, -60.0], 4).astype(np.float32),
    }
    arrays, table, made = _program(options, **narrow)
    pairs, _ = planted.small()
    x = pairs.matrix.toarray()
    mean, log_variance, log_pi = _restated(arrays, x)
    apart = 0.5 * (np.exp(log_variance) + mean**2 - 1 - log_variance).sum(1)
    apart *= x.sum(1) if counts == "items" else 1
    assert len(set(x.sum(1))) > 1  # else both would say the same
    squares = sum(np.square(array).sum() for name, array in arrays.items() if name[0] == "W")
    weight = np.array([1, 1, 0], np.float32)  # the third row is padding
    rows = tf.constant([0, 2, 1]), tf.constant(weight)
    for step in (1, 2, 3, 4, 5):
        beta = 0.7 * min(1, step / 4)  # 3 users in batches of 2: 2 steps an epoch
        each = -(x * log_pi).sum(1) + beta * apart
        found = multi_vae._losses(*made, table, *rows, True)
        expected = [[each[0] + each[2] + 2 * 0.5 * 0.3 * squares], [2]]
        np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_held_loss_leaves_out_what_the_user_has() -> None:
    """A held pair costs -log pi among the items that are not in the history."""
    arrays, table, made = _program(OPTIONS)
    pairs, held = planted.small()
    x, wanted = pairs.matrix.toarray(), held.matrix.toarray()
    log_pi = np.where(x > 0, -np.inf, _restated(arrays, x)[2])
    log_pi -= np.log(np.exp(log_pi).sum(1, keepdims=True))
    judged = np.flatnonzero(wanted.sum(1))
    expected = -log_pi[wanted > 0].sum(), wanted.sum()
    rows = tf.constant(len(x) + judged, tf.int32), tf.ones(len(judged))
    found = multi_vae._losses(*made, table, *rows, False)
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-5)


@pytest.mark.parametrize("decoder", ["linear", "deep"])
def test_scores_are_the_formula(decoder: str) -> None:
    """What a list is made of is the decoder's answer at the mean."""
    arrays, _, _ = _program(replace(OPTIONS, decoder=decoder))
    pairs, _ = planted.small()
    counts = np.bincount(pairs.item, minlength=len(pairs.items))
    found = multi_vae.scores({**arrays, "item_counts": counts}, planted.asked(pairs))
    known = np.ix_(np.diff(pairs.starts) > 0, counts > 0)
    log_pi = _restated(arrays, pairs.matrix.toarray())[2]
    differences = (found - log_pi)[known]
    np.testing.assert_allclose(differences, differences[:, :1] + 0 * differences, atol=1e-5)


def test_own_group_comes_first(fitted: Fitted) -> None:
    """What a user lacks of their own group scores more than all of the other group."""
    pairs = planted.groups()
    found = multi_vae.scores(fitted.arrays, planted.asked(pairs))
    own = planted.same_group(pairs)
    worst = np.where(own, found, np.inf).min(1)
    assert (worst > np.where(own, -np.inf, found).max(1)).mean() > 0.95


def test_strangers_are_scored_by_their_history(fitted: Fitted) -> None:
    """A user that training did not see scores as the one with the same history."""
    known = planted.asked(planted.groups())
    stranger = known._replace(user=np.full_like(known.user, -1))
    found = [multi_vae.scores(fitted.arrays, one) for one in (known, stranger)]
    np.testing.assert_array_equal(*found)


def test_nothing_is_said_of_nothing(fitted: Fitted) -> None:
    """An empty history and an item that nobody had score -inf, and the latter says nothing."""
    arrays = {**fitted.arrays, "item_counts": fitted.arrays["item_counts"].copy()}
    arrays["item_counts"][2] = 0
    items = len(arrays["item_counts"])
    history = np.zeros((4, items), np.float32)
    history[1, 2] = history[2, 4] = history[3, 4] = history[3, 2] = 1
    asked = Asked(
        np.full(4, -1, np.int32), sparse.csr_array(history), np.full((4, 1), -1, np.int32)
    )
    found = multi_vae.scores(arrays, asked)
    assert np.isneginf(found[:2]).all()
    assert np.flatnonzero(np.isneginf(found[2])).tolist() == [2]
    np.testing.assert_array_equal(found[3], found[2])


def test_items_by_other_names(fitted: Fitted) -> None:
    """Relabelling items permutes the scores."""
    order = np.random.default_rng(2).permutation(len(fitted.arrays["item_counts"]))
    arrays = {
        **fitted.arrays, "W1": fitted.arrays["W1"][:, order],
        **{name: fitted.arrays[name][order] for name in ("W4", "b4", "item_counts")},
    }  # fmt: skip
    asked = planted.asked(planted.groups())
    expected = multi_vae.scores(fitted.arrays, asked)[:, order]
    relabelled = asked._replace(history=asked.history[:, order])
    found = multi_vae.scores(arrays, relabelled)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_same_arrays_twice(fitted: Fitted) -> None:
    """The same seed gives the same bytes, another one other weights."""
    again, other = (multi_vae.fit(planted.groups(), Sides(), OPTIONS, seed=s) for s in (1, 2))
    for name, array in fitted.arrays.items():
        assert again.arrays[name].tobytes() == array.tobytes()
    assert (other.arrays["W1"] != fitted.arrays["W1"]).any()


def test_held_pairs_end_the_training() -> None:
    """The epoch with the best held loss is kept, and so many epochs alone give its weights."""
    pairs = planted.groups()
    kept, held = planted.parted(pairs)
    stopped = multi_vae.fit(kept, Sides(), replace(OPTIONS, patience=3), seed=1, held=held)
    assert stopped.best_epoch == 1 + int(np.argmin(stopped.curve[:, 1]))
    exact = multi_vae.fit(kept, Sides(), OPTIONS, seed=1, epochs=stopped.best_epoch)
    for name, array in exact.arrays.items():
        np.testing.assert_array_equal(stopped.arrays[name], array)


def test_dropout_keeps_the_mean() -> None:
    """A share of the entries is left out, and the rest scaled so that the mean stays."""
    rows = tf.ones((100, 200))
    found = noise.dropped(rows, tf.constant(0.75), tf.constant(7, tf.uint32)).numpy()
    assert set(np.unique(found)) == {0.0, 4.0}
    assert found.mean() == pytest.approx(1, abs=0.05)


def test_noise_is_normal_and_finite() -> None:
    """Mean 0, variance 1, and no infinite number among a million."""
    found = noise.normal(tf.constant(1, tf.uint32), tf.TensorShape([1000, 1000])).numpy()
    assert np.isfinite(found).all()
    assert found.mean() == pytest.approx(0, abs=0.01)
    assert found.var() == pytest.approx(1, abs=0.01)


def test_each_dropout_of_a_step_draws_anew() -> None:
    """Two layers of a step do not lose the same entries."""
    drop = noise.Dropping(tf.constant(0.5), tf.constant(1, tf.uint32))
    first, second = drop(tf.ones((8, 8))), drop(tf.ones((8, 8)))
    assert (first.numpy() != second.numpy()).any()
