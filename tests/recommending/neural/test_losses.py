"""The losses of recommenders, beside NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from tests.recommending.neural import markets
from trunkline.networks import products
from trunkline.recommending.model import Sides
from trunkline.recommending.neural import comparing, drawing, in_batch, taken
from trunkline.recommending.neural.comparing import Draws, Lists

NONE = Sides()
RNG = np.random.default_rng(4)
FIRST = tf.constant(99, tf.uint32)


def test_a_product_and_its_gradients_are_those_of_numpy():
    """Also over more terms than one piece has."""
    users, items, upstream = (
        RNG.standard_normal(shape).astype(np.float32) for shape in ((5, 3), (600, 3), (5, 600))
    )
    with tf.GradientTape() as tape:
        left, right = tf.constant(users), tf.constant(items)
        tape.watch([left, right])
        found = products.against(left, right)
    to_users, to_items = tape.gradient(found, [left, right], output_gradients=upstream)
    np.testing.assert_allclose(found, users @ items.T, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(to_users, upstream @ items, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(to_items, upstream.T @ users, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("items", [9, 700])
def test_histories_are_put_into_place(items):
    """Rows of training and of what is held, also those longer than one chunk, and empty ones."""
    train, held = RNG.random((4, items)) < 0.7, RNG.random((4, items)) < 0.1
    train[2], held[1] = False, False
    rows = taken.history_rows(
        markets.pairs(train), markets.pairs(held), NONE, offered=np.ones(items), l2=0
    )
    found = taken.placed(rows, tf.constant([3, 2, 5, 4, 1, 7]))
    wanted = np.concatenate([train, held])[[3, 2, 5, 4, 1, 7]]
    assert np.array_equal(found.numpy(), wanted.astype(np.float32))


def softmax_case():
    """Return rows of two users and four items, of which the last is not offered."""
    train, held = np.array([[1, 1, 0, 0], [0, 0, 1, 0]]), np.array([[0, 0, 1, 1], [1, 1, 0, 0]])
    return taken.history_rows(
        markets.pairs(train), markets.pairs(held), NONE, offered=[1, 1, 1, 0], l2=0
    )


def test_the_softmax_of_training_by_hand():
    """Scores 0, 0, log 2: the user has the first two, log 4 each; the last item is no rival."""
    logits = tf.constant([[0, 0, np.log(2), 9]], tf.float32)
    found = taken.softmax_loss(softmax_case(), tf.constant([0]), tf.ones(1), logits, True)
    np.testing.assert_allclose(found[:, 0], [2 * np.log(4), 2], rtol=1e-6)


def test_held_items_compete_with_those_that_the_user_lacks():
    """User 0 has items 0 and 1 in training: the held item 2 is alone, and costs nothing."""
    logits = tf.constant([[5, 5, 1, 9], [0, np.log(3), 7, 9]], tf.float32)
    found = taken.softmax_loss(softmax_case(), tf.constant([2, 3]), tf.ones(2), logits, False)
    np.testing.assert_allclose(found[:, 0], [np.log(4) + np.log(4 / 3), 3], rtol=1e-6)


def test_padding_does_not_count_in_the_softmax():
    """A row of weight 0 adds neither a loss nor a pair, nor a gradient."""
    logits = tf.constant([[0, 0, 1, 2], [3, 1, 2, 0]], tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        found = taken.softmax_loss(
            softmax_case(), tf.constant([0, 1]), tf.constant([1.0, 0.0]), logits, True
        )
        loss = found[0, 0]
    alone = taken.softmax_loss(softmax_case(), tf.constant([0]), tf.ones(1), logits[:1], True)
    np.testing.assert_allclose(found, alone, rtol=1e-6)
    slope = tape.gradient(loss, logits).numpy()
    shares = 2 * markets.softmax(np.array([0, 0, 1.0])) - [1, 1, 0]
    np.testing.assert_allclose(slope[0], [*shares, 0], rtol=1e-5, atol=1e-6)
    assert not slope[1].any()


def test_the_softmax_of_a_batch_by_hand():
    """Chances are divided out; of the same item's pairs and of padding nothing is seen."""
    logits = tf.constant(np.log([[1, 2, 3, 4]] * 4), tf.float32)
    item, chance = tf.constant([7, 8, 7, 9]), np.log([0.5, 0.25, 0.5, 0.1])
    found = in_batch.loss(
        logits, item, tf.constant(chance, tf.float32), tf.constant([1.0, 1, 1, 0])
    )
    # 1 / 0.5 = 2 and 2 / 0.25 = 8 and 3 / 0.5 = 6; the fourth is padding
    wanted = [np.log(10 / 2), np.log(16 / 8), np.log(14 / 6)]
    np.testing.assert_allclose(found[:3], wanted, rtol=1e-5)


def compared(scores, matrix, *, negatives=3, candidates=1, chances=None):
    """Return losses and counts of all users, the gradient, and what was drawn."""
    pairs = markets.pairs(matrix)
    table = drawing.chances(np.ones(matrix.shape[1]) if chances is None else chances)
    lists = Lists(
        *(tf.constant(pairs.starts[part], tf.int32) for part in (slice(-1), slice(1, None))),
        tf.constant(pairs.item), tf.constant(matrix, tf.float32),
    )  # fmt: skip
    given = tf.constant(scores, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(given)
        found = comparing.losses(given, lists, Draws(table, FIRST, negatives, candidates))
        total = tf.reduce_sum(found[0])
    shape = (comparing.TOGETHER, negatives, candidates)
    return found.numpy(), tape.gradient(total, given).numpy(), drawing.draw(table, FIRST, shape)


@pytest.mark.parametrize("candidates", [1, 3])
def test_items_are_compared_as_in_numpy(candidates):
    """Loss, counts and gradient, pair by pair and draw by draw; the best candidate is taken."""
    matrix, scores = markets.drawn(6, 12), RNG.standard_normal((6, 12))
    found, slope, drawn = compared(scores, matrix, candidates=candidates)
    losses, counts, wanted = np.zeros(6), np.zeros(6), np.zeros((6, 12))
    for place, (user, item) in enumerate(np.argwhere(matrix)):
        free = [[item for item in some if not matrix[user, item]] for some in drawn[place].numpy()]
        others = [max(some, key=scores[user].__getitem__) for some in free if some]
        counts[user] += bool(others)
        for other in others:
            away = scores[user, other] - scores[user, item]
            losses[user] += np.log1p(np.exp(away)) / len(others)
            pull = 1 / (1 + np.exp(-away)) / len(others)
            wanted[user, other] += pull
            wanted[user, item] -= pull
    np.testing.assert_allclose(found, [losses, counts], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(slope, wanted, rtol=1e-4, atol=1e-6)


def test_items_that_a_user_has_are_never_compared_with():
    """However often they are drawn: only the one that is lacking is pushed down."""
    matrix = np.ones((1, 5))
    matrix[0, 3] = 0
    found, slope, _ = compared(np.zeros((1, 5)), matrix, negatives=40)
    np.testing.assert_allclose(found[:, 0], [4 * np.log(2), 4], rtol=1e-6)
    np.testing.assert_allclose(slope[0], [-0.5, -0.5, -0.5, 2, -0.5], rtol=1e-6)


def test_a_user_who_has_everything_does_not_count():
    """There is nothing to compare with, and nothing to learn."""
    found, slope, _ = compared(np.zeros((1, 5)), np.ones((1, 5)))
    assert not found.any()
    assert not slope.any()


def test_long_histories_are_compared_piece_by_piece():
    """More items than are looked at together count each once."""
    matrix = np.ones((3, 2000))
    matrix[:, 1800:], matrix[1], matrix[2, 300:] = 0, 0, 0
    found, slope, _ = compared(np.zeros((3, 2000)), matrix, negatives=90)
    np.testing.assert_allclose(found, np.outer([np.log(2), 1], [1800, 0, 300]), rtol=1e-5)
    np.testing.assert_allclose(slope[0, :1800], -0.5, rtol=1e-5)
    np.testing.assert_allclose(slope.sum(1), 0, atol=1e-2)


def test_extreme_scores_have_finite_losses_and_gradients():
    """A difference of 2,000 costs 2,000 and has the slope 1, or costs nothing."""
    found, slope, _ = compared(np.array([[-1e3, 1e3], [1e3, -1e3]]), np.array([[1, 0], [1, 0]]))
    np.testing.assert_allclose(found[0], [2000, 0])
    np.testing.assert_allclose(slope, [[-1, 1], [0, 0]])


@pytest.mark.parametrize("rows", [taken.pair_rows, taken.history_rows])
def test_nothing_to_train_on_is_refused(rows):
    """What may be wrong is said before anything is divided by the number of pairs."""
    told = {"alpha": 0.0} if rows is taken.pair_rows else {"offered": np.ones(2)}
    with pytest.raises(ValueError, match="expected pairs of users and items to train on"):
        rows(markets.pairs(np.zeros((2, 2))), None, NONE, l2=0.0, **told)
