"""Residual blocks against NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from trunkline.networks import learner as learners
from trunkline.networks.learner import Arrays
from trunkline.settings.study import Network


def dense(weights: Arrays, name: str, x: np.ndarray) -> np.ndarray:
    """Return what a dense layer of the trunk says."""
    found: np.ndarray = x @ weights[f"trunk/{name}/kernel"] + weights[f"trunk/{name}/bias"]
    return found


def norm(weights: Arrays, name: str, x: np.ndarray) -> np.ndarray:
    """Return what batch normalisation says at inference."""
    gamma, beta, mean, variance = (
        weights[f"trunk/{name}/{one}"]
        for one in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    found: np.ndarray = gamma * (x - mean) / np.sqrt(variance + 1e-3) + beta
    return found


@pytest.mark.parametrize("batch_norm", [False, True])
def test_against_a_second_implementation(batch_norm: bool) -> None:
    """A block is x + B relu(A norm(x)); projections where the width changes, norm at the end."""
    network = Network(trunk="residual", widths=(4, 4, 3), batch_norm=batch_norm)
    learner = learners.build(network, (5,), {"task": 1})
    learner.initialise(1)
    rng = np.random.Generator(np.random.PCG64(3))
    learner.load(
        {n: np.abs(a + rng.normal(0, 0.3, a.shape)).astype("f") if "moving" in n
         else (a + rng.normal(0, 0.3, a.shape)).astype("f") for n, a in learner.arrays().items()}
    )  # fmt: skip
    weights, x = learner.arrays(), rng.normal(size=(6, 5)).astype(np.float32)
    assert "trunk/project_1/kernel" not in weights
    hidden = x
    for number in range(3):
        if number != 1:
            hidden = dense(weights, f"project_{number}", hidden)
        inner = norm(weights, f"norm_{number}", hidden) if batch_norm else hidden
        inner = np.maximum(dense(weights, f"dense_{number}", inner), 0)
        hidden = hidden + dense(weights, f"back_{number}", inner)
    if batch_norm:
        hidden = norm(weights, "closing_norm_2", hidden)
    said = learner.trunk(tf.constant(x), training=False)
    np.testing.assert_allclose(said, np.maximum(hidden, 0), rtol=1e-4, atol=1e-5)


def test_a_block_of_nothing_is_no_block() -> None:
    """With B = 0 a block hands on what it reads: two blocks say what one says."""
    one, two = (
        learners.build(Network(trunk="residual", widths=(4,) * n), (4,), {"task": 1})
        for n in (1, 2)
    )
    two.initialise(1)
    two.load({"trunk/back_1/kernel": np.zeros((4, 4), np.float32)})
    one.load({name: two.arrays()[name] for name in one.arrays()})
    x = np.random.Generator(np.random.PCG64(1)).normal(size=(5, 4)).astype(np.float32)
    np.testing.assert_allclose(two.trunk(x), one.trunk(x), rtol=1e-6)
