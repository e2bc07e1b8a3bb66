"""Scores of trained arrays, beside plain formulas."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.recommending.neural import markets
from trunkline.recommending.model import UNKNOWN
from trunkline.recommending.neural import mf_bpr, neumf, towers, two_tower

RNG = np.random.default_rng(7)
COUNTS = {"user_counts": np.array([1, 2], np.int32), "item_counts": np.array([1, 1, 1], np.int32)}
NOTHING = np.zeros((2, 3))


def numbers(*shape):
    """Return numbers of a normal distribution."""
    return RNG.standard_normal(shape).astype(np.float32)


def relu(values):
    """Return what is above 0."""
    return np.maximum(values, 0)


def test_layers_are_the_same_in_tensorflow_and_numpy():
    """With and without a bias at their end."""
    for missing in ("", "tower/bias_1"):
        shapes = towers.shapes("tower", 4, [5, 3])
        shapes.pop(missing, None)
        arrays = {name: numbers(*shape) for name, shape in shapes.items()}
        made = {name: keras.Variable(array) for name, array in arrays.items()}
        rows = numbers(6, 4)
        found = towers.through(tf.constant(rows), made, "tower")
        np.testing.assert_allclose(towers.answered(rows, arrays, "tower"), found, rtol=1e-4)


def test_factors_by_hand():
    """A product and a bias: 1 x 2 + 3 x 1 + 10 and so on; of others nothing is known."""
    arrays = {
        "users": np.array([[1, 3], [0, 1]], np.float32), "bias": np.array([10, 0, 5], np.float32),
        "items": np.array([[2, 1], [1, 1], [0, 4]], np.float32), **COUNTS,
    }  # fmt: skip
    found = mf_bpr.scores(arrays, markets.asked(NOTHING))
    assert found.tolist() == [[15, 4, 17], [11, 1, 9]]
    unknown = mf_bpr.scores(arrays, markets.asked(NOTHING, [UNKNOWN, 1]))
    assert unknown.tolist() == [[-np.inf] * 3, [11, 1, 9]]
    rare = arrays | {"item_counts": np.array([1, 0, 2], np.int32)}
    found = mf_bpr.scores(rare, markets.asked(NOTHING))
    assert found.tolist() == [[15, -np.inf, 17], [11, -np.inf, 9]]


@pytest.mark.parametrize("room", [1, 4_000_000])
def test_a_fused_network_for_each_user_with_each_item(room, monkeypatch):
    """In blocks of one user and of all: the formula, pair by pair."""
    monkeypatch.setattr(neumf, "ROOM", room)
    shapes = towers.shapes("network", 4, [5, 3]) | towers.shapes("fusion", 2 + 3, [1])
    arrays = {name: numbers(*shape) for name, shape in shapes.items()} | COUNTS
    arrays |= {"users": numbers(2, 4), "items": numbers(3, 4)}
    found = neumf.scores(arrays, markets.asked(NOTHING))
    for user, item in np.ndindex(2, 3):
        own, other = arrays["users"][user], arrays["items"][item]
        hidden = np.concatenate([own[2:], other[2:]])
        for place in (0, 1):
            hidden = hidden @ arrays[f"network/kernel_{place}"] + arrays[f"network/bias_{place}"]
            hidden = relu(hidden)
        fused = np.concatenate([own[:2] * other[:2], hidden])
        wanted = fused @ arrays["fusion/kernel_0"][:, 0] + arrays["fusion/bias_0"][0]
        np.testing.assert_allclose(found[user, item], wanted, rtol=1e-4, atol=1e-5)


def test_towers_of_those_whom_training_did_not_see():
    """A new user has what features say, and a known one the id's vector on top."""
    arrays = {
        "users": numbers(2, 3), "all_items": numbers(3, 3), "bias": numbers(3), **COUNTS,
        "user_tower/kernel_0": numbers(2, 3), "user_tower/bias_0": numbers(3),
    }  # fmt: skip
    features = numbers(2, 2)
    found = two_tower.scores(arrays, markets.asked(NOTHING, [UNKNOWN, 1], features))
    said = features @ arrays["user_tower/kernel_0"] + arrays["user_tower/bias_0"]
    said[1] += arrays["users"][1]
    np.testing.assert_allclose(found, said @ arrays["all_items"].T + arrays["bias"], rtol=1e-4)
