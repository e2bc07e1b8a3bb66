"""Vectors along the graph: powers of the normalised adjacency, the losses, what they find."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from tests.recommending.neural import planted
from trunkline.interactions.pairs import Pairs
from trunkline.recommending.model import Fitted, Sides
from trunkline.recommending.neural import graph, light_gcn
from trunkline.settings.recommending.sequence_and_graph_models import LightGcn

OPTIONS = LightGcn(
    loss="bpr", size=6, layers=2, learning_rate=0.05, batch_size=16, epochs=30, patience=30
)


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    """A fit to two groups of users, each with items of its own."""
    return light_gcn.fit(planted.groups(), Sides(), OPTIONS, seed=1)


def _adjacency(pairs: Pairs) -> np.ndarray:
    """Return the normalised adjacency of users, then items: float64 [U + I, U + I]."""
    r = pairs.matrix.toarray().astype(float)
    a = np.block([[np.zeros((len(r), len(r))), r], [r.T, np.zeros((r.shape[1], r.shape[1]))]])
    degree = a.sum(1)
    scale = np.divide(1, np.sqrt(degree), out=np.zeros_like(degree), where=degree > 0)
    return scale[:, None] * a * scale


def _mean_of_powers(pairs: Pairs, layers: int) -> np.ndarray:
    powers = [np.linalg.matrix_power(_adjacency(pairs), power) for power in range(layers + 1)]
    return np.mean(powers, axis=0)


def _vectors(pairs: Pairs, size: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    counts = len(pairs.users), len(pairs.items)
    users, items = (rng.normal(size=(count, size)).astype(np.float32) for count in counts)
    return users, items


def test_one_step_by_hand() -> None:
    """A user of two items, which have one and two users: e = (E + sum_i E_i / sqrt(2 n_i)) / 2."""
    pairs = planted.of(2, 2, [[0, 1], [1]])
    users, items = tf.zeros((2, 1)), tf.constant([[2.0], [4.0]])
    found, _ = graph.travelled(graph.of(pairs), users, items, 1)
    np.testing.assert_allclose(found[0, 0], (2 / 2**0.5 + 4 / 2) / 2, rtol=1e-6)


@pytest.mark.parametrize("piece", [1, 4, 2**18])
@pytest.mark.parametrize("layers", [0, 1, 2, 3])
def test_travelled_is_the_mean_of_powers(
    monkeypatch: pytest.MonkeyPatch, layers: int, piece: int
) -> None:
    """Whatever the pieces, vectors become (E + A E + ... + A^K E) / (K + 1)."""
    monkeypatch.setattr(graph, "PIECE", piece)
    pairs, _ = planted.small()
    users, items = _vectors(pairs)
    found = graph.travelled(graph.of(pairs), tf.constant(users), tf.constant(items), layers)
    expected = _mean_of_powers(pairs, layers) @ np.vstack([users, items])
    np.testing.assert_allclose(np.vstack(found), expected, rtol=1e-5, atol=1e-6)


def test_gradient_travels_the_same_way() -> None:
    """The gradient of sum(G e) is the mean of powers, times G."""
    pairs, _ = planted.small()
    users, items = map(tf.constant, _vectors(pairs))
    weights = [tf.constant(one[:, ::-1].copy()) for one in _vectors(pairs)]
    with tf.GradientTape() as tape:
        tape.watch([users, items])
        found = graph.travelled(graph.of(pairs), users, items, 3)
        total = sum(tf.reduce_sum(w * e) for w, e in zip(weights, found, strict=True))
    expected = _mean_of_powers(pairs, 3) @ np.vstack(weights)
    slope = np.vstack(tape.gradient(total, [users, items]))
    np.testing.assert_allclose(slope, expected, rtol=1e-5, atol=1e-6)


def test_users_and_items_by_other_names() -> None:
    """Relabelling users and items permutes what arrives."""
    pairs = planted.groups()
    users, items = _vectors(pairs)
    found = graph.travelled(graph.of(pairs), tf.constant(users), tf.constant(items), 2)
    rng = np.random.default_rng(6)
    new_user, new_item = rng.permutation(len(users)), rng.permutation(len(items))
    rows = sorted(zip(new_user[pairs.user], new_item[pairs.item], strict=True))
    user, item = np.array(rows, np.int32).T
    other = Pairs(pairs.users, pairs.items, user, item, pairs.rating)
    moved = [np.empty_like(users), np.empty_like(items)]
    moved[0][new_user], moved[1][new_item] = users, items
    again = graph.travelled(graph.of(other), *map(tf.constant, moved), 2)
    np.testing.assert_allclose(again[0].numpy()[new_user], found[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(again[1].numpy()[new_item], found[1], rtol=1e-5, atol=1e-6)


def _losses(options: LightGcn, rows: list[int], training: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the loss of a small market, and the scores restated in NumPy."""
    pairs, held = planted.small()
    sizes = len(pairs.users), len(pairs.items), options.size
    made = light_gcn._program(*sizes, options.layers, options.loss, options.negatives)
    start = _vectors(pairs, options.size)
    for name, value in zip(("users", "items"), start, strict=True):
        made.weights[name].assign(value)
    e = _mean_of_powers(pairs, options.layers) @ np.vstack(start)
    table = light_gcn._rows(pairs, held, options)
    compare = light_gcn._softmax
    if options.loss == "bpr":
        compare = light_gcn.partial(light_gcn._bpr, made.numbers, options.negatives)
    row, weight = tf.constant(rows, tf.int32), tf.ones(len(rows))
    found = light_gcn._losses(made.weights, options.layers, compare, table, row, weight, training)
    return found.numpy()[:, 0], e[: len(pairs.users)] @ e[len(pairs.users) :].T


def test_softmax_is_the_formula() -> None:
    """The log loss of each pair over the items somebody has, and the penalty of both vectors."""
    options = replace(OPTIONS, loss="softmax", l2=0.3)
    pairs, _ = planted.small()
    found, scores = _losses(options, [0, 1, 2], training=True)
    log_share = scores[:, :4] - np.log(np.exp(scores[:, :4]).sum(1, keepdims=True))
    users, items = _vectors(pairs, options.size)
    squares = np.square(users[pairs.user]).sum() + np.square(items[pairs.item]).sum()
    expected = -log_share[pairs.user, pairs.item].sum() + 0.15 * squares
    np.testing.assert_allclose(found, [expected, len(pairs.user)], rtol=1e-5)


def test_held_softmax_leaves_out_what_users_have() -> None:
    """Held pairs cost -log of their share among the items that the user has not."""
    options = replace(OPTIONS, loss="softmax", l2=0.3)
    pairs, held = planted.small()
    found, scores = _losses(options, [3, 5], training=False)
    scores[pairs.user, pairs.item] = -np.inf
    log_share = scores[:, :4] - np.log(np.exp(scores[:, :4]).sum(1, keepdims=True))
    expected = -log_share[held.user, held.item].sum()
    np.testing.assert_allclose(found, [expected, 3], rtol=1e-5)


def test_bpr_is_the_formula() -> None:
    """A user who lacks one item has each of theirs compared with it: -log sigmoid(s_i - s_j)."""
    options = replace(OPTIONS, l2=0.0, negatives=64)  # so many draws that the item is among them
    found, scores = _losses(options, [2], training=True)  # has 0, 1, 3; item 4 is nobody's
    ahead = scores[2, [0, 1, 3]] - scores[2, 2]
    np.testing.assert_allclose(found, [np.log1p(np.exp(-ahead)).sum(), 3], rtol=1e-5)


def _found(made: Fitted) -> float:
    """Return the share of users for whom all of their group scores more than all of the other."""
    pairs = planted.groups()
    found = light_gcn.scores(made.arrays, planted.asked(pairs))
    own = planted.same_group(pairs)
    worst = np.where(own, found, np.inf).min(1)
    return float((worst > np.where(own, -np.inf, found).max(1)).mean())


def test_strangers_are_left_to_others(fitted: Fitted) -> None:
    """Users that training did not see score -inf, the others numbers."""
    asked = planted.asked(planted.groups())
    asked.user[3] = -1
    found = light_gcn.scores(fitted.arrays, asked)
    assert np.isneginf(found[3]).all()
    assert np.isfinite(np.delete(found, 3, axis=0)).all()


def test_same_arrays_twice(fitted: Fitted) -> None:
    """The same seed gives the same bytes, another one other vectors."""
    again, other = (light_gcn.fit(planted.groups(), Sides(), OPTIONS, seed=s) for s in (1, 2))
    for name, array in fitted.arrays.items():
        assert again.arrays[name].tobytes() == array.tobytes()
    assert (other.arrays["users"] != fitted.arrays["users"]).any()


def test_own_group_comes_first(fitted: Fitted) -> None:
    """What a user lacks of their own group scores more than all of the other group."""
    assert _found(fitted) > 0.95
    softmax = replace(OPTIONS, loss="softmax")
    assert _found(light_gcn.fit(planted.groups(), Sides(), softmax, seed=1)) > 0.95


def test_held_pairs_end_the_training() -> None:
    """The epoch with the best held loss is kept."""
    kept, held = planted.parted(planted.groups())
    stopped = light_gcn.fit(kept, Sides(), replace(OPTIONS, patience=3), seed=1, held=held)
    assert stopped.best_epoch == 1 + int(np.argmin(stopped.curve[:, 1]))
