"""Self-attention over histories: its formula, that it sees no future, the order it learns."""

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from tests.recommending.neural import planted
from trunkline.interactions.pairs import Pairs
from trunkline.recommending.model import Fitted, Sides
from trunkline.recommending.neural import attention, multi_vae, sasrec, stretches
from trunkline.settings.recommending.sequence_and_graph_models import Sasrec

OPTIONS = Sasrec(
    length=4, size=16, blocks=1, heads=2, dropout=0.1, negatives=0, learning_rate=0.01,
    batch_size=16, epochs=30, patience=30,
)  # fmt: skip
ITEMS = 9


def _rounds() -> Pairs:
    """Return users who take items in turn, 0, 1, ..., 8, 0, ..., each from another one on."""
    return planted.of(
        36, ITEMS, [[(user + step) % ITEMS for step in range(6)] for user in range(36)]
    )


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    """A fit to items that are taken in turn."""
    return sasrec.fit(_rounds(), Sides(), OPTIONS, seed=1)


def _weights(length: int, size: int, blocks: int) -> dict[str, np.ndarray]:
    """Return weights by chance."""
    rng = np.random.default_rng(7)
    shapes = attention.shapes(length, size, blocks)
    return {
        name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in sorted(shapes.items())
    }


def _answers(arrays: dict, vectors: np.ndarray, there: np.ndarray, heads: int) -> np.ndarray:
    made = {name: keras.Variable(array) for name, array in arrays.items()}
    rows = tf.constant(vectors), tf.constant(there)
    return attention.answers(made, *rows, tf.identity, heads).numpy()


def _batch(length: int = 4, size: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors of three histories, two of which are shorter."""
    vectors = np.random.default_rng(8).normal(size=(3, length, size)).astype(np.float32)
    there = np.array([[1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 1]], np.float32)
    return vectors, there


def _restated(w: dict, x: np.ndarray, there: np.ndarray, heads: int) -> np.ndarray:
    """Return the answers to one history, place by place: [L, D]."""

    def norm(v: np.ndarray, weight: np.ndarray) -> np.ndarray:
        return (v - v.mean()) / np.sqrt(v.var() + 1e-6) * weight[0] + weight[1]

    size = x.shape[1]
    x = size**0.5 * (x + w["places"]) * there[:, None]
    part = size // heads
    for block in range(1, sum(name.startswith("query") for name in w) + 1):
        y = np.stack([norm(v, w[f"before_{block}"]) for v in x])
        found = x.copy()
        for place in range(len(x)):
            for first in range(0, size, part):
                some = slice(first, first + part)
                q, k, v = (
                    (y @ w[f"{name}_{block}"].T)[:, some] for name in ("query", "key", "value")
                )
                seen = [other for other in range(place + 1) if there[other]]
                if not seen:
                    continue
                share = np.exp([q[place] @ k[other] / part**0.5 for other in seen])
                found[place, some] += (share / share.sum()) @ v[seen]
        x = found
        for place, row in enumerate(found):
            z = norm(row, w[f"between_{block}"])
            z = np.maximum(w[f"wide_{block}"] @ z + w[f"wide_bias_{block}"], 0)
            x[place] = row + w[f"narrow_{block}"] @ z + w[f"narrow_bias_{block}"]
    return np.stack([norm(row, w["after"]) for row in x])


@pytest.mark.parametrize("heads", [1, 2])
def test_both_networks_are_the_formula(heads: int) -> None:
    """Where an item is, TensorFlow and NumPy answer what loops over places and heads do."""
    arrays, (vectors, there) = _weights(4, 6, 2), _batch()
    expected = [_restated(arrays, x, t, heads) for x, t in zip(vectors, there, strict=True)]
    known = there > 0
    for found in (
        _answers(arrays, vectors, there, heads),
        attention.answered(arrays, vectors, there, heads),
    ):
        np.testing.assert_allclose(found[known], np.stack(expected)[known], rtol=1e-3, atol=1e-4)


def test_layer_normalisation_by_hand() -> None:
    """(1, 3) has mean 2 and variance 1, and becomes scale (-1, 1) + shift."""
    weight = keras.Variable([[2.0, 3.0], [0.5, 0.0]])
    found = attention._normalised(tf.constant([[1.0, 3.0]]), weight)
    np.testing.assert_allclose(found, [[-1.5, 3.0]], rtol=1e-5)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_no_place_sees_what_comes_later(place: int) -> None:
    """Other vectors after a place change nothing at it or before it, and something after it."""
    arrays, (vectors, there) = _weights(4, 6, 2), _batch()
    poisoned = vectors.copy()
    poisoned[:, place + 1 :] = 1e3
    for answer in (_answers, attention.answered):
        before, after = (answer(arrays, v, there, 2) for v in (vectors, poisoned))
        known = there[:, : place + 1] > 0  # nothing is asked of padding
        np.testing.assert_array_equal(after[:, : place + 1][known], before[:, : place + 1][known])
        assert (after[0, place + 1 :] != before[0, place + 1 :]).any()


def test_padding_is_not_looked_at() -> None:
    """Whatever stands where no item is, the answers at items are the same."""
    arrays, (vectors, there) = _weights(4, 6, 2), _batch()
    poisoned = np.where(there[..., None] > 0, vectors, 1e3).astype(np.float32)
    for answer in (_answers, attention.answered):
        before, after = (answer(arrays, v, there, 2) for v in (vectors, poisoned))
        np.testing.assert_array_equal(after[there > 0], before[there > 0])


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6), st.integers(1, 5))
def test_each_item_but_the_first_is_a_target_once(lengths: list[int], length: int) -> None:
    """Stretches have at most L + 1 pairs of one user, and their targets are all but the first."""
    starts = np.concatenate([[0], np.cumsum(lengths)])
    begin, end = stretches.cut(starts, length)
    assert ((end - begin >= 2) & (end - begin <= length + 1)).all()
    targets = sorted(place for b, e in zip(begin, end, strict=True) for place in range(b + 1, e))
    firsts = {int(first) for first, count in zip(starts, lengths, strict=False) if count}
    assert targets == [place for place in range(starts[-1]) if place not in firsts]


def _loss(options: Sasrec, pairs: Pairs, rows: list[int], training: bool) -> tuple:
    """Return the loss at weights by chance, the weights and the table."""
    sizes = options.length, options.size, options.blocks, options.heads, options.negatives
    made = sasrec._program(len(pairs.items), *sizes)
    arrays = _weights(*sizes[:3])
    rng = np.random.default_rng(9)
    arrays["items"] = rng.normal(size=(len(pairs.items), options.size)).astype(np.float32)
    for name, weight in made.weights.items():
        weight.assign(arrays[name])
    _, held = planted.small()
    table, _ = stretches.rows(pairs, held, options)
    row, weight = tf.constant(rows, tf.int32), tf.ones(len(rows))
    common = made.weights, made.numbers, options.heads, options.negatives
    found = sasrec._losses(*common, table, row, weight, training)
    return found.numpy()[:, 0], arrays, table


def test_loss_is_the_formula() -> None:
    """The log loss of each next item among those somebody has, and the penalty."""
    options = replace(OPTIONS, dropout=0.0, l2=0.2)
    pairs, _ = planted.small()  # [2, 0], [3], [0, 1, 3]: two stretches
    found, arrays, _ = _loss(options, pairs, [0, 1], training=True)
    expected = 0.0
    for items in ([2, 0], [0, 1, 3]):
        there = np.array([0.0] * (5 - len(items)) + [1.0] * (len(items) - 1), np.float32)
        padded = [0] * (5 - len(items)) + items[:-1]
        h = _restated(arrays, arrays["items"][padded], there, options.heads)
        f = (h @ arrays["items"].T)[:, :4]  # item 4 is nobody's
        log_share = f - np.log(np.exp(f).sum(1, keepdims=True))
        expected -= sum(log_share[4 - back, items[-back]] for back in range(1, len(items)))
    kernels = ("items", "query_1", "key_1", "value_1", "wide_1", "narrow_1")
    expected += 3 * 0.1 * sum(np.square(arrays[name]).sum() for name in kernels)
    np.testing.assert_allclose(found, [expected, 3], rtol=1e-4)


def test_held_loss_is_of_what_comes_after_the_history() -> None:
    """Held pairs are judged by the scores of a list, among items that the user has not."""
    pairs, held = planted.small()
    found, arrays, _ = _loss(OPTIONS, pairs, [2, 4], training=False)  # 2 stretches, then users
    counts = np.bincount(pairs.item, minlength=5)
    arrays = {**arrays, "heads": np.array([2]), "item_counts": counts}
    scores = sasrec.scores(arrays, planted.asked(pairs))
    scores[pairs.user, pairs.item] = -np.inf
    log_share = scores - np.log(np.exp(scores).sum(1, keepdims=True))
    expected = -log_share[held.user, held.item].sum()
    np.testing.assert_allclose(found, [expected, 3], rtol=1e-4)


def test_drawn_items_stand_for_all_others() -> None:
    """With each other item drawn once, the estimate is the loss over all items."""
    options = replace(OPTIONS, negatives=3)
    pairs, _ = planted.small()
    _, arrays, table = _loss(options, pairs, [0], training=True)
    items = {"items": keras.Variable(arrays["items"])}
    hidden = np.random.default_rng(1).normal(size=(2, options.size)).astype(np.float32)
    scores = (hidden @ arrays["items"].T)[:, :4]  # item 4 is nobody's
    full = np.log(np.exp(scores).sum(1)) - scores[:, 1]
    target = tf.constant([1, 1])
    found = sasrec._estimated(items, table, tf.constant(hidden), target, tf.constant([0, 2, 3]))
    np.testing.assert_allclose(found, full, rtol=1e-5)
    hit = sasrec._estimated(items, table, tf.constant(hidden), target, tf.constant([0, 1, 3]))
    rest = np.exp(scores[:, [0, 1, 3]]).sum(1)
    np.testing.assert_allclose(hit, np.log(rest) - scores[:, 1], rtol=1e-5)


def _next_first(scores: np.ndarray, pairs: Pairs) -> float:
    """Return the share of users whose next item in turn scores most of those they lack."""
    scores = np.where(pairs.matrix.toarray() > 0, -np.inf, scores)
    last = pairs.item[pairs.starts[1:] - 1]
    return float((scores.argmax(1) == (last + 1) % ITEMS).mean())


def test_order_is_learned(fitted: Fitted) -> None:
    """What comes next in turn scores most; a model that is blind to order cannot know it."""
    pairs = _rounds()
    # Two users with the same items in another order, whose next items differ.
    asked = planted.asked(pairs, length=4)
    assert _next_first(sasrec.scores(fitted.arrays, asked), pairs) == 1.0
    turned = asked._replace(recent=asked.recent[:, ::-1].copy())
    assert (sasrec.scores(fitted.arrays, turned) != sasrec.scores(fitted.arrays, asked)).any()


def test_order_is_learned_from_drawn_items() -> None:
    """With few of the items in each step, and stretches shorter than the histories."""
    pairs = _rounds()
    options = replace(OPTIONS, negatives=6, length=3, heads=1)
    made = sasrec.fit(pairs, Sides(), options, seed=1)
    found = sasrec.scores(made.arrays, planted.asked(pairs))
    assert _next_first(found, pairs) > 0.9


def test_a_model_blind_to_order_scores_both_orders_alike() -> None:
    """Histories with the same items are one to the autoencoder, whatever their order."""
    pairs = _rounds()
    rng = np.random.default_rng(3)
    shapes = {"W1": (8, ITEMS), "W2": (8, 8), "W4": (ITEMS, 4)}
    kernels = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    biases = {name.replace("W", "b"): kernel[:, 0] for name, kernel in kernels.items()}
    arrays = {**kernels, **biases, "item_counts": np.ones(ITEMS)}
    asked = planted.asked(pairs)
    turned = asked._replace(recent=asked.recent[:, ::-1].copy())
    found = [multi_vae.scores(arrays, one) for one in (asked, turned)]
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("length", [1, 2, 9])
def test_recent_items_of_any_length(fitted: Fitted, length: int) -> None:
    """More recent items than the model looks at change nothing, fewer are filled up."""
    pairs = _rounds()
    found = sasrec.scores(fitted.arrays, planted.asked(pairs, length=length))
    shown = min(length, 4)
    padded = np.full((36, 4), -1, np.int32)
    padded[:, 4 - shown :] = planted.asked(pairs, length=shown).recent
    same = planted.asked(pairs)._replace(recent=padded)
    np.testing.assert_array_equal(found, sasrec.scores(fitted.arrays, same))


def test_strangers_are_scored_by_what_they_took(fitted: Fitted) -> None:
    """Only the recent items count; who has none but nobody's scores -inf, and so do these."""
    asked = planted.asked(_rounds())
    stranger = asked._replace(user=np.full_like(asked.user, -1), recent=asked.recent.copy())
    stranger.recent[5] = [-1, -1, -1, -1, 3]
    arrays = {**fitted.arrays, "item_counts": fitted.arrays["item_counts"].copy()}
    arrays["item_counts"][3] = 0
    found = sasrec.scores(arrays, stranger)
    assert np.isneginf(found[5]).all()
    assert np.isneginf(found[:, 3]).all()
    kept = np.flatnonzero(~(stranger.recent == 3).any(1))
    expected = sasrec.scores(fitted.arrays, asked)
    np.testing.assert_array_equal(
        np.delete(found, 3, axis=1)[kept], np.delete(expected, 3, axis=1)[kept]
    )


def test_same_arrays_twice(fitted: Fitted) -> None:
    """The same seed gives the same bytes, another one other weights."""
    again, other = (sasrec.fit(_rounds(), Sides(), OPTIONS, seed=seed) for seed in (1, 2))
    for name, array in fitted.arrays.items():
        assert again.arrays[name].tobytes() == array.tobytes()
    assert (other.arrays["items"] != fitted.arrays["items"]).any()


def test_held_pairs_end_the_training() -> None:
    """The epoch with the best held loss is kept, which by then says what is held."""
    kept, held = planted.parted(_rounds())
    stopped = sasrec.fit(kept, Sides(), replace(OPTIONS, patience=3), seed=1, held=held)
    assert stopped.best_epoch == 1 + int(np.argmin(stopped.curve[:, 1]))
    assert _next_first(sasrec.scores(stopped.arrays, planted.asked(kept)), kept) > 0.9


def test_heads_must_divide_the_size() -> None:
    """Says both numbers and what to do."""
    with pytest.raises(ValueError, match=r"received size 16 and 3 heads: make size a multiple"):
        sasrec.fit(_rounds(), Sides(), replace(OPTIONS, heads=3), seed=1)


def test_histories_of_one_item_have_no_order() -> None:
    """Says how many pairs there are and what to do."""
    pairs = planted.of(3, 2, [[0], [1], []])
    with pytest.raises(ValueError, match=r"received 2 pairs of 3 users, none with more than 1"):
        sasrec.fit(pairs, Sides(), OPTIONS, seed=1)
