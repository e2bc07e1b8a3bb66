"""Strategies that look at what the trunk makes of rows, against their formulas in NumPy."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from tests.training import transferring as by_hand
from tests.training.transferring import RATE, ROWS, B, C, V, W
from trunkline.settings.feature_strategies import BiTuning, Bss, Delta, StochNorm
from trunkline.settings.strategies import FineTune
from trunkline.training import behaviour, spectra
from trunkline.training.extras import Seen
from trunkline.training.outputs import Output
from trunkline.training.trainer import Trainer
from trunkline.training.transferring import bi_tuning, bss, delta, fine_tune, stoch_norm


@pytest.fixture(scope="module")
def linear() -> Trainer:
    """Return the network of one linear layer."""
    return by_hand.trainer()


@pytest.fixture(scope="module")
def binary() -> Trainer:
    """Return the same network for two classes."""
    return by_hand.trainer(Output("binary", 1))


def classes() -> Any:
    """Return rows with labels of two classes."""
    return by_hand.table(np.arange(ROWS) % 2)


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    """Return normal numbers."""
    return np.random.Generator(np.random.PCG64(seed)).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize(
    ("rows", "width", "count"), [(8, 20, 1), (8, 20, 3), (12, 5, 2), (6, 6, 1)]
)
def test_smallest_singular_values(jit: bool, rows: int, width: int, count: int) -> None:
    """Value and gradient are those of NumPy's decomposition: 2 u sigma v^T."""
    features = normal(rows, width)
    left, values, right = np.linalg.svd(features.astype(np.float64), full_matrices=False)

    @tf.function(jit_compile=jit)
    def both(x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(x)
            found = spectra.smallest(x, tf.ones(rows), count)
        return found, tape.gradient(found, x)

    value, gradient = both(tf.constant(features))
    np.testing.assert_allclose(value, (values[-count:] ** 2).sum(), rtol=2e-3)
    wanted = 2 * (left[:, -count:] * values[-count:]) @ right[-count:]
    np.testing.assert_allclose(gradient, wanted, atol=2e-2 * np.abs(wanted).max())


@pytest.mark.parametrize(("rows", "width"), [(8, 20), (8, 4), (8, 6)])
def test_padding_is_no_row(rows: int, width: int) -> None:
    """Rows of weight 0 do not count, also where fewer rows than features are left."""
    features, weight = normal(rows, width), np.float32(np.arange(rows) < 5)
    value = spectra.smallest(tf.constant(features), tf.constant(weight), 1)
    wanted = np.linalg.svd(features[:5], compute_uv=False)[-1] ** 2
    np.testing.assert_allclose(value, wanted, rtol=2e-3)


@settings(max_examples=15, deadline=None)
@drawn(st.integers(0, 10**6), st.integers(1, 4))
def test_never_more_than_all_there_is(seed: int, count: int) -> None:
    """The k smallest lie between those of NumPy and, by a little, above, and grow with k."""
    features = normal(7, 9, seed=seed)
    squares = np.sort(np.linalg.svd(features, compute_uv=False) ** 2)
    found = float(spectra.smallest(tf.constant(features), tf.ones(7), count))
    assert found >= squares[:count].sum() * 0.999
    assert found <= squares[:count].sum() * 1.05 + 1e-5


def test_fewer_rows_than_singular_values() -> None:
    """Where a batch has fewer rows than k, all that it has are suppressed, once each."""
    features, weight = normal(6, 9), np.float32(np.arange(6) < 2)
    value = spectra.smallest(tf.constant(features), tf.constant(weight), 4)
    np.testing.assert_allclose(value, (features[:2] ** 2).sum(), rtol=1e-4)


def test_shrinkage_is_a_term_of_the_loss(linear: Trainer) -> None:
    """A step adds eta times the gradient of the smallest sigma^2, by NumPy's decomposition."""
    given = by_hand.arm(linear, epochs=2)
    warm = by_hand.descended(by_hand.begun(given), given.table, rate=RATE, only=(V, C))
    x = given.table.x.numpy().astype(np.float64)

    def added(weights: by_hand.Arrays) -> by_hand.Arrays:
        left, values, right = np.linalg.svd(x @ weights[W] + weights[B], full_matrices=False)
        back = 0.5 * 2 * values[-1] * np.outer(left[:, -1], right[-1])
        return {W: x.T @ back, B: back.sum(0)}

    wanted = by_hand.descended(warm, given.table, rate=0.5 * RATE, added=added)
    bss.train(given, Bss(head_epochs=1, eta=0.5))
    for name, value in given.learner.arrays().items():
        np.testing.assert_allclose(value, wanted[name], rtol=2e-3, atol=2e-4)


def test_delta_descends_on_its_penalty(linear: Trainer) -> None:
    """A step adds alpha times that of sum_j W_j (f_j - f_j,source)^2, and beta v."""
    given = by_hand.arm(linear)
    start = by_hand.begun(given)
    warm = by_hand.descended(start, given.table, rate=RATE, only=(V, C))
    x, y = (value.numpy().astype(np.float64) for value in (given.table.x, given.table.y[0]))
    source = x @ start[W] + start[B]
    error = [
        np.mean((source * mask @ warm[V] + warm[C] - y[:, None]) ** 2)
        for mask in [*(1 - np.eye(3)), np.ones(3)]
    ]
    grown = np.exp(np.array(error[:3]) - error[3])
    attention = grown / grown.sum()

    def added(weights: by_hand.Arrays) -> by_hand.Arrays:
        back = 0.9 * 2 * (x @ weights[W] + weights[B] - source) * attention / len(x)
        return {W: x.T @ back, B: back.sum(0), V: 0.2 * weights[V], C: 0.2 * weights[C]}

    wanted = by_hand.descended(warm, given.table, rate=0.5 * RATE, steps=3, added=added)
    delta.train(given, Delta(head_epochs=1, alpha=0.9, beta=0.2))
    by_hand.compare(given, wanted)


def test_attention_is_where_the_target_needs_it() -> None:
    """By hand: the head reads the first of two units alone, whose absence costs log 4."""
    made = by_hand.trainer(widths=(2,))
    made.learner.load({W: np.eye(2, dtype=np.float32), B: np.zeros(2, np.float32)})
    made.learner.load({V: np.array([[1], [0]], np.float32), C: np.zeros(1, np.float32)})
    rows = by_hand.table(np.full(ROWS, np.sqrt(np.log(4))))
    x = np.full((ROWS, 2), np.sqrt(np.log(4)), np.float32)
    found = behaviour.attention(
        made.learner, made.kinds, rows._replace(x=tf.constant(x)), np.arange(ROWS)
    )
    np.testing.assert_allclose(found["attention/0"], [0.8, 0.2], rtol=1e-5)


def test_attention_of_pictures() -> None:
    """A convolution has an attention for each channel, and DELTA trains one."""
    made = by_hand.trainer(trunk="conv", widths=(4, 3), activation="relu", shape=(4, 4, 1))
    rows = by_hand.table()._replace(x=tf.constant(normal(ROWS, 4, 4, 1)))
    found = behaviour.attention(made.learner, made.kinds, rows, np.arange(ROWS))
    assert [found[f"attention/{n}"].shape for n in range(2)] == [(4,), (3,)]
    done = delta.train(by_hand.arm(made, rows=rows), Delta(head_epochs=1))
    assert np.isfinite(done.curve[:, 0]).all()


def contrast(logits: np.ndarray, y: np.ndarray, *, itself: bool) -> float:
    """Return the mean over queries of the mean over keys of their class of -log softmax."""
    costs = []
    for query in range(len(y)):
        keys = [key for key in range(len(y)) if itself or key != query]
        total = np.log(sum(np.exp(logits[query, key]) for key in keys))
        same = [total - logits[query, key] for key in keys if y[key] == y[query]]
        costs.append(np.mean(same) if same else 0.0)
    return float(np.mean(costs))


@pytest.mark.parametrize("units", [1, 3])
def test_contrastive_losses(units: int) -> None:
    """Both losses agree with a restatement query by query; padding is neither query nor key."""
    y = np.array([0, 1, 1, 0, 2 if units == 3 else 1, 0])
    hidden, kernel, bias = normal(6, 4), normal(4, units, seed=1), normal(units, seed=2)
    weight = tf.constant([1.0] * 5 + [0.0])
    seen = Seen(classes(), tf.range(6), weight, tf.constant(hidden), [], tf.constant(hidden))
    head = np.vstack([kernel, bias])
    both = np.hstack([-head, head]) if units == 1 else head
    rows = np.hstack([hidden, np.ones((6, 1))])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    both = both / np.linalg.norm(both, axis=0)
    labels = tf.constant(y, tf.float32)
    variables = [tf.Variable(kernel), tf.Variable(bias)]
    found = bi_tuning.to_head([Holder(v) for v in variables], seen, labels, 0.5)
    wanted = contrast((rows @ both[:, y]).T[:5, :5] / 0.5, y[:5], itself=True)
    np.testing.assert_allclose(found, wanted, rtol=1e-4)

    projection = normal(4, 3, seed=3)
    z = hidden @ projection
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    found = bi_tuning.to_each_other(tf.constant(projection), seen, labels, 0.5)
    np.testing.assert_allclose(
        found, contrast((z @ z.T)[:5, :5] / 0.5, y[:5], itself=False), rtol=1e-4
    )


class Holder:
    """A variable as Keras shows it."""

    def __init__(self, value: tf.Variable) -> None:
        """Hold a value."""
        self.value = value


def test_rows_come_to_the_weights_of_their_class(binary: Trainer) -> None:
    """Bi-tuning ends with a lower contrastive cross-entropy than fine-tuning."""
    losses = []
    for strategy, options in (
        (fine_tune.train, FineTune(head_epochs=1)),
        (bi_tuning.train, BiTuning(head_epochs=1, strength=3.0, temperature=0.5)),
    ):
        given = by_hand.arm(binary, epochs=6, rows=classes())
        strategy(given, options)  # type: ignore[arg-type]
        hidden, rows = given.learner.trunk(given.table.x), tf.range(ROWS)
        seen = Seen(given.table, rows, tf.ones(ROWS), given.table.x, [], hidden)
        head = given.learner.heads["target"].trainable_variables
        losses.append(float(bi_tuning.to_head(head, seen, given.table.y[0], 0.5)))
    assert losses[1] < losses[0]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_moments_of_one_kind(share: float) -> None:
    """Rows are normalised by the running moments or by the batch's, which move the former."""
    made = by_hand.trainer(batch_norm=True)
    given = by_hand.arm(made, epochs=2)
    stoch_norm.train(given, StochNorm(head_epochs=1, share=share))
    done = given.learner.arrays()
    start = warm = by_hand.begun(given)
    x, y = (value.numpy().astype(np.float64) for value in (given.table.x, given.table.y[0]))
    mean, variance = (start[f"trunk/norm_0/moving_{n}"] for n in ("mean", "variance"))
    gamma, beta = (start[f"trunk/norm_0/{n}"] for n in ("gamma", "beta"))
    raw = x @ start[W] + start[B]
    hidden = gamma * (raw - mean) / np.sqrt(variance + 1e-3) + beta
    error = 2 * (hidden @ warm[V] + warm[C] - y[:, None]) / ROWS
    warm = warm | {V: warm[V] - RATE * hidden.T @ error, C: warm[C] - RATE * error.sum(0)}
    used = (mean, variance) if share == 0 else (raw.mean(0), raw.var(0))
    said = (raw - used[0]) / np.sqrt(used[1] + 1e-3)
    error = 2 * ((gamma * said + beta) @ warm[V] + warm[C] - y[:, None]) / ROWS
    wanted = beta - 0.5 * RATE * (error @ warm[V].T).sum(0)
    np.testing.assert_allclose(done["trunk/norm_0/beta"], wanted, rtol=1e-3, atol=1e-5)
    moved = 0.99 * mean + 0.01 * raw.mean(0)
    np.testing.assert_allclose(done["trunk/norm_0/moving_mean"], moved, rtol=1e-4)


def test_a_share_of_the_channels(binary: Trainer) -> None:
    """With a share between, some channels take the batch's moments; another seed, others."""
    made = by_hand.trainer(widths=(64,), batch_norm=True)
    given = by_hand.arm(made)
    key = {"key": np.array(7, np.float32)}
    mixed = stoch_norm._Mixed(made.learner, StochNorm(share=0.25), key)
    new, running = tf.ones((2, 64)), tf.zeros((2, 64))
    seen = []
    for value in (7, 7, 8):
        mixed.assign({"key": np.array(value, np.float32)})
        seen.append(np.concatenate([mixed._chosen(new, running).numpy() for _ in range(20)], 1))
    assert 0.2 < seen[0].mean() < 0.3
    np.testing.assert_array_equal(seen[0][0], seen[0][1])
    np.testing.assert_array_equal(seen[0], seen[1])
    assert (seen[0] != seen[2]).any()
    assert given.learner is made.learner


@pytest.mark.parametrize(
    ("strategy", "options"),
    [
        (delta.train, Delta(alpha=0, beta=0)),
        (bss.train, Bss(eta=0)),
        (bi_tuning.train, BiTuning(strength=0)),
    ],
    ids=["delta", "bss", "bi_tuning"],
)
def test_nothing_added_is_fine_tuning(binary: Trainer, strategy: Any, options: Any) -> None:
    """With a coefficient of 0 every bit is that of fine-tuning."""
    given = by_hand.arm(binary, rows=classes())
    fine_tune.train(given, FineTune())
    plain = given.learner.arrays()
    strategy(given, options)
    for name, value in given.learner.arrays().items():
        np.testing.assert_array_equal(value, plain[name])
