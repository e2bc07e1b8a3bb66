"""Two towers with two tasks, followed by hand and beside the model that has one."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tests.recommending.neural import markets
from trunkline.interactions.pairs import Pairs
from trunkline.recommending import joint_losses, joint_ratings, joint_towers
from trunkline.recommending.joint_towers import Way
from trunkline.recommending.model import UNKNOWN, Sides
from trunkline.recommending.neural import towers, two_tower
from trunkline.settings.recommending.neural_models import TwoTower

SIZE, L2, SEED, RATE = 4, 0.9, 3, 0.05
MATRIX = np.array([[1, 1, 1, 0], [1, 0, 1, 1], [0, 1, 1, 1]])  # each user lacks one item
RATINGS = np.array([5, 3, 4, 1, 2, 5, 4, 4, 2], np.float32)
PAIRS = dataclasses.replace(markets.pairs(MATRIX), rating=RATINGS)
OPTIONS = TwoTower(size=SIZE, l2=L2, batch_size=9, learning_rate=RATE, epochs=2)
SOFTMAX = ("full", "in_batch")


def sides(pairs: Pairs) -> Sides:
    """Return features that are drawn by chance."""
    rng = np.random.default_rng(0)
    return Sides(*(
        rng.standard_normal((len(ids), 2)).astype(np.float32) for ids in (pairs.users, pairs.items)
    ))  # fmt: skip


def fitted(tasks, softmax="full", given=None, **told):
    """Return the fit of some tasks."""
    way = Way(dataclasses.replace(OPTIONS, softmax=softmax), tasks)
    given = sides(PAIRS) if given is None else given
    return joint_towers.fit(joint_towers.prepare(way, PAIRS, given), seed=SEED, **told)


@pytest.mark.parametrize("softmax", SOFTMAX)
def test_what_is_taken_alone_is_the_model_with_one_task(softmax):
    """The same losses and weights, step by step; the penalty comes in another way."""
    made = fitted({"click": 1.0}, softmax)
    options = dataclasses.replace(OPTIONS, softmax=softmax)
    wanted = two_tower.fit(PAIRS, sides(PAIRS), options, seed=SEED)
    assert wanted.arrays.keys() <= made.arrays.keys()
    for name, values in wanted.arrays.items():
        np.testing.assert_allclose(made.arrays[name], values, rtol=1e-3, atol=1e-4, err_msg=name)
    asked = markets.asked(MATRIX, features=sides(PAIRS).users)
    np.testing.assert_allclose(
        two_tower.scores(made.arrays, asked), two_tower.scores(wanted.arrays, asked), rtol=1e-3
    )


@pytest.mark.parametrize("softmax", SOFTMAX)
def test_ratings_alone_by_hand(softmax):
    """Squared errors of biases and a product of towers without features; a ridge of all weights."""
    made = fitted({"rating": 1.0}, softmax, Sides())
    target = (RATINGS - RATINGS.mean()) / RATINGS.std()
    user, item, count = PAIRS.user, PAIRS.item, len(RATINGS)
    first = towers.first({"users": np.zeros((3, SIZE))}, SEED)
    now = {
        "users": first["users"].astype(float), "items": np.zeros((4, SIZE)),
        "rating_users": np.zeros(3), "rating_items": np.zeros(4),
        "rating_product": np.full(SIZE, SIZE**-0.5),
    }  # fmt: skip
    losses, moments = [], {}
    for step in (1, 2):
        own, other, head = now["users"][user], now["items"][item], now["rating_product"]
        said = (own * other * head).sum(1) + now["rating_users"][user] + now["rating_items"][item]
        off = said - target
        losses.append(np.mean(off**2))
        slopes = {name: L2 / count * values for name, values in now.items()}
        steep = 2 / count * off
        np.add.at(slopes["users"], user, steep[:, None] * other * head)
        np.add.at(slopes["items"], item, steep[:, None] * own * head)
        np.add.at(slopes["rating_users"], user, steep)
        np.add.at(slopes["rating_items"], item, steep)
        slopes["rating_product"] += (steep[:, None] * own * other).sum(0)
        markets.adam(now, slopes, moments, step, RATE)
    np.testing.assert_allclose(made.curve[:, 0], losses, rtol=1e-4)
    for name, values in now.items():
        np.testing.assert_allclose(made.arrays[name], values, rtol=2e-3, atol=2e-4, err_msg=name)


def looked_at(tasks, softmax, held, training):
    """Return the losses of the first weights over all rows of training, or of those held."""
    options = dataclasses.replace(OPTIONS, softmax=softmax)
    arm = joint_towers.prepare(Way(options, tasks), PAIRS, sides(PAIRS), held)
    made = arm.compiled.program.weights
    first = towers.first(made, SEED)
    for name, variable in made.items():
        variable.assign(np.full(first[name].shape, 0.5) if "product" in name else first[name])
    rows = tf.constant(arm.draw.train if training else arm.draw.held)
    losses = joint_losses.of(made, list(tasks), 1.0, full=softmax == "full")
    return losses(arm.rows, rows, tf.ones(len(rows)), training).numpy()


@pytest.mark.parametrize("softmax", SOFTMAX)
def test_tasks_stand_side_by_side(softmax):
    """Losses and counts of both are those of each alone, in the order that is asked for."""
    alone = [looked_at({task: 1.0}, softmax, None, True) for task in ("rating", "click")]
    both = looked_at({"rating": 2.0, "click": 3.0}, softmax, None, True)
    np.testing.assert_allclose(both, np.concatenate(alone, 1), rtol=1e-6)
    assert both[1].tolist() == [9, 9]
    way = Way(OPTIONS, {"rating": 2.0, "click": 3.0})
    rows = joint_towers.prepare(way, PAIRS, Sides()).rows
    assert rows.task_weight.numpy().tolist() == [2, 3]


@pytest.mark.parametrize("softmax", SOFTMAX)
def test_held_ratings_are_judged_as_training_scales_them(softmax):
    """Squared errors of held pairs, by the mean and deviation of training."""
    held = dataclasses.replace(markets.pairs(1 - MATRIX), rating=np.array([1, 2, 5], np.float32))
    found = looked_at({"rating": 1.0}, softmax, held, False)
    target = (held.rating - RATINGS.mean()) / RATINGS.std()
    first = towers.first(
        {name: np.zeros(shape) for name, shape in towers.sizes(
            two_tower.shape_of(PAIRS, sides(PAIRS), OPTIONS)).items()}, SEED,
    )  # fmt: skip
    own = first["users"] + sides(PAIRS).users @ first["user_tower/kernel_0"]
    other = sides(PAIRS).items @ first["item_tower/kernel_0"]
    off = 0.5 * (own[held.user] * other[held.item]).sum(1) - target
    np.testing.assert_allclose(found, [[(off**2).sum()], [3]], rtol=1e-4)


def test_ratings_that_are_all_the_same_are_refused():
    """They tell nothing, and have no deviation."""
    same = markets.pairs(MATRIX)
    with pytest.raises(ValueError, match="expected ratings that differ, received 1 in all 9"):
        joint_towers.prepare(Way(OPTIONS, {"rating": 1.0}), same, Sides())
    joint_towers.prepare(Way(OPTIONS, {"click": 1.0}), same, Sides())


@pytest.fixture(scope="module")
def made():
    """Return a fit of both tasks."""
    return fitted({"click": 1.0, "rating": 1.0}, epochs=5)


def test_ratings_are_answered_as_they_are_trained(made):
    """Biases and the weighted product of both towers, on the scale of the ratings."""
    told = joint_ratings.ratings(made.arrays, PAIRS.user, PAIRS.item)
    assert told.dtype == np.float32
    arrays, user, item = made.arrays, PAIRS.user, PAIRS.item
    given = sides(PAIRS)
    own = (
        arrays["users"] + given.users @ arrays["user_tower/kernel_0"] + arrays["user_tower/bias_0"]
    )
    other = arrays["items"] + given.items @ arrays["item_tower/kernel_0"]
    said = (own[user] * arrays["rating_product"] * other[item]).sum(1)
    said += arrays["rating_users"][user] + arrays["rating_items"][item]
    np.testing.assert_allclose(told, RATINGS.mean() + RATINGS.std() * said, rtol=1e-4)


def test_ratings_by_hand():
    """3 + 2 (1 x 2 x 4 + 10 + 100); of the unknown the mean, or what the other adds."""
    arrays = {
        "rating_scale": np.array([3, 2], np.float32),
        "rating_users": np.array([10], np.float32), "rating_items": np.array([7, 100], np.float32),
        "rating_product": np.array([1, 0], np.float32),
        "all_users": np.array([[2, 5]], np.float32),
        "all_items": np.array([[0, 0], [4, 9]], np.float32),
    }  # fmt: skip
    user, item = np.array([0, UNKNOWN, 0, UNKNOWN]), np.array([1, 1, UNKNOWN, UNKNOWN])
    assert joint_ratings.ratings(arrays, user, item).tolist() == [239, 203, 23, 3]


def test_ratings_are_the_same_in_blocks(made, monkeypatch):
    """Two at a time and all at once."""
    arrays = made.arrays
    wanted = joint_ratings.ratings(arrays, PAIRS.user, PAIRS.item)
    monkeypatch.setattr(joint_ratings, "_BLOCK", 2)
    assert joint_ratings.ratings(arrays, PAIRS.user, PAIRS.item).tolist() == wanted.tolist()


def test_users_without_a_pair_are_told_by_features():
    """Their drawn vector says nothing."""
    lone = dataclasses.replace(
        PAIRS, users=np.arange(4), user=np.where(PAIRS.user == 2, 3, PAIRS.user).astype(np.int32)
    )
    given = sides(lone)
    arm = joint_towers.prepare(Way(OPTIONS, {"click": 1.0, "rating": 1.0}), lone, given)
    arrays = joint_towers.fit(arm, seed=SEED).arrays
    said = given.users[2] @ arrays["user_tower/kernel_0"] + arrays["user_tower/bias_0"]
    np.testing.assert_allclose(arrays["all_users"][2], said, rtol=1e-5)
