"""A learner's weights: by name, from a seed and a name alone, there and back."""

import numpy as np
import pytest
import tensorflow as tf

from trunkline.networks import learner as learners
from trunkline.settings.study import Network

DENSE = Network(widths=(6, 4), batch_norm=True, dropout=0.2)


def build(network: Network = DENSE, **units: int) -> learners.Learner:
    """Return a learner of three inputs."""
    return learners.build(network, (3,), units or {"one": 1, "three": 3})


def test_names_of_all_weights() -> None:
    """Every weight has the name of its part and layer; a dropout's count is none."""
    names = set(build(Network(widths=(6,), batch_norm=True, dropout=0.2), one=1).arrays())
    norm = {f"trunk/norm_0/{name}" for name in ("gamma", "beta", "moving_mean", "moving_variance")}
    dense = {
        f"{part}/{name}"
        for part in ("trunk/dense_0", "head/one/dense")
        for name in ("kernel", "bias")
    }
    assert names == norm | dense


def test_initial_weights_depend_on_seed_and_name_only() -> None:
    """What ran before, and which other heads there are, does not change a weight."""
    first, second = build(), build(one=1)
    first.initialise(5)
    first.initialise(9)
    second.initialise(9)
    for name, array in second.arrays().items():
        np.testing.assert_array_equal(first.arrays()[name], array, err_msg=name)
    second.initialise(10)
    assert (first.arrays()["trunk/dense_0/kernel"] != second.arrays()["trunk/dense_0/kernel"]).all()


def test_kernels_keep_glorots_limits() -> None:
    """Kernels are uniform in +-sqrt(6 / (fan_in + fan_out)), all else starts at 0 or 1."""
    big = learners.build(Network(widths=(200,), batch_norm=True), (100,), {"one": 1})
    big.initialise(1)
    kernel, limit = big.arrays()["trunk/dense_0/kernel"], np.sqrt(6 / 300)
    assert 0.99 * limit < np.abs(kernel).max() <= limit
    assert abs(kernel.std() - limit / np.sqrt(3)) < 0.02 * limit
    for name in ("gamma", "moving_variance"):
        assert (big.arrays()[f"trunk/norm_0/{name}"] == 1).all()
    for name in ("trunk/norm_0/beta", "trunk/norm_0/moving_mean", "trunk/dense_0/bias"):
        assert not big.arrays()[name].any()


def test_fans_of_a_convolution_count_its_window() -> None:
    """A 3 x 3 kernel has nine times the fans of its channels."""
    conv = learners.build(Network(trunk="conv", widths=(50,)), (4, 4, 2), {"one": 1})
    conv.initialise(1)
    kernel, limit = conv.arrays()["trunk/conv_0/kernel"], np.sqrt(6 / (9 * 52))
    assert 0.98 * limit < np.abs(kernel).max() <= limit


def test_load_puts_back_what_arrays_took() -> None:
    """Weights taken from one learner and loaded into another make the same function."""
    first, second = build(), build()
    first.initialise(1)
    second.initialise(2)
    second.load(first.arrays())
    x = tf.constant([[1.0, -2.0, 3.0]])
    for task in ("one", "three"):
        np.testing.assert_array_equal(
            first.heads[task](first.trunk(x)), second.heads[task](second.trunk(x))
        )


def test_load_leaves_the_others() -> None:
    """A trunk can be loaded without touching the heads."""
    learner = build()
    learner.initialise(1)
    before = learner.arrays()
    learner.load({name: a + 1 for name, a in before.items() if name.startswith("trunk/")})
    for name, array in learner.arrays().items():
        moved = 1 if name.startswith("trunk/") else 0
        np.testing.assert_array_equal(array, before[name] + moved)


def test_arrays_are_copies() -> None:
    """What was taken does not follow the learner."""
    learner = build()
    learner.initialise(1)
    taken = learner.arrays()
    before = taken["trunk/dense_0/kernel"].copy()
    learner.initialise(2)
    np.testing.assert_array_equal(taken["trunk/dense_0/kernel"], before)


def test_load_refuses_an_unknown_name() -> None:
    """A weight this network does not have is named, with the one that was meant."""
    with pytest.raises(
        ValueError, match=r"no weight 'trunk/dense_9/bias'.*did you mean 'trunk/den"
    ):
        build().load({"trunk/dense_9/bias": np.zeros(6, np.float32)})


def test_a_whole_network_lacks_nothing() -> None:
    """Weights that leave one out are refused where all are wanted, and taken where not."""
    learner = learners.build(Network(widths=(4,)), (3,), {"a": 1})
    arrays = learner.arrays()
    arrays.pop("trunk/dense_0/bias")
    with pytest.raises(ValueError, match=r"lack 'trunk/dense_0/bias'.*run `dvc repro`"):
        learner.load(arrays, whole=True)
    learner.load(arrays)


def test_load_refuses_another_shape() -> None:
    """A weight of another shape is named with that shape."""
    with pytest.raises(ValueError, match=r"no weight 'trunk/dense_0/bias' of shape \[7\]"):
        build().load({"trunk/dense_0/bias": np.zeros(7, np.float32)})


def test_count_of_weights() -> None:
    """Trainable weights are counted over trunk and heads, moments and counts are not."""
    trunk = 3 * 6 + 6 + 2 * 6 + 6 * 4 + 4 + 2 * 4
    assert learners.count(build()) == trunk + (4 + 1) + (4 * 3 + 3)


def test_shapes_are_those_of_the_arrays() -> None:
    """The shapes a learner expects are those of what it gives."""
    learner = build()
    assert learner.shapes() == {name: array.shape for name, array in learner.arrays().items()}


def test_dropout_restarts_by_seed_and_layer() -> None:
    """One seed gives each dropout layer a stream of its own, and the same one again."""

    def counts(seed: int) -> list[int]:
        learner.restart_dropout(seed)
        return [int(learner.trunk.get_layer(f"dropout_{n}").count) for n in range(2)]

    learner = build()
    assert counts(1) == counts(1)
    assert len({*counts(1), *counts(2)}) == 4
