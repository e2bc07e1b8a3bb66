"""Strategies that look at the weights, followed step by step in NumPy."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from tests.training import transferring as by_hand
from tests.training.transferring import RATE, B, C, V, W
from trunkline.networks.learner import Learner
from trunkline.settings.strategies import FineTune
from trunkline.settings.weight_strategies import Discriminative, Ewc, GradualUnfreeze, L2Sp
from trunkline.training import fisher, scaling
from trunkline.training.extras import Extra
from trunkline.training.outputs import Output
from trunkline.training.trainer import Trainer
from trunkline.training.transferring import (
    discriminative,
    ewc,
    fine_tune,
    gradual_unfreeze,
    l2_sp,
)  # fmt: skip


@pytest.fixture(scope="module")
def linear() -> Trainer:
    """Return the network of one linear layer."""
    return by_hand.trainer()


@pytest.fixture(scope="module")
def deep() -> Trainer:
    """Return a network of three layers."""
    return by_hand.trainer(widths=(3, 4, 2), activation="tanh")


def warmed(given: by_hand.Arm, steps: int) -> by_hand.Arrays:
    """Return the weights after the head's warm-up."""
    start = by_hand.begun(given)
    return by_hand.descended(start, given.table, rate=RATE, steps=steps, only=(V, C))


def test_l2_sp_descends_on_its_penalty(linear: Trainer) -> None:
    """Each step adds alpha (w - w_source) to the trunk's gradient and beta v to the head's."""
    given = by_hand.arm(linear)
    source = given.trunk

    def added(weights: by_hand.Arrays) -> by_hand.Arrays:
        trunk = {name: 0.7 * (weights[name] - source[name]) for name in (W, B)}
        return trunk | {name: 0.3 * weights[name] for name in (V, C)}

    wanted = by_hand.descended(warmed(given, 1), given.table, rate=0.5 * RATE, steps=3, added=added)
    l2_sp.train(given, L2Sp(head_epochs=1, alpha=0.7, beta=0.3))
    by_hand.compare(given, wanted)


def test_l2_sp_of_a_strong_pull_stays_at_the_source(linear: Trainer) -> None:
    """The stronger the pull, the nearer to the source the trunk ends."""
    away = []
    for alpha in (0.0, 1.0, 10.0):
        given = by_hand.arm(linear, epochs=6)
        l2_sp.train(given, L2Sp(head_epochs=1, alpha=alpha, beta=0.0))
        away.append(np.abs(given.learner.arrays()[W] - given.trunk[W]).sum())
    assert away[0] > away[1] > away[2] > 0


def test_the_source_of_the_run_is_the_one_that_draws(linear: Trainer) -> None:
    """One compilation serves all repeats: each run is drawn to its own source."""
    options = L2Sp(head_epochs=1, alpha=0.7, beta=0.0)
    given = by_hand.arm(linear)
    other = replace(given, trunk={name: value - 0.4 for name, value in given.trunk.items()})
    l2_sp.train(given, options)
    l2_sp.train(other, options)
    mixed = other.learner.arrays()
    alone = replace(other, trainer=by_hand.trainer())
    l2_sp.train(alone, options)
    for name, value in alone.learner.arrays().items():
        np.testing.assert_array_equal(mixed[name], value)


def test_discriminative_scales_the_steps(linear: Trainer) -> None:
    """Below the head a layer goes 1 / factor of its step."""
    given = by_hand.arm(linear, epochs=2)
    warm = warmed(given, 1)
    whole = by_hand.descended(warm, given.table, rate=0.5 * RATE)
    wanted = {
        name: warm[name] + (whole[name] - warm[name]) / (4 if name in (W, B) else 1)
        for name in whole
    }
    discriminative.train(given, Discriminative(head_epochs=1, factor=4))
    by_hand.compare(given, wanted)


def test_layers_further_down_go_slower(deep: Trainer) -> None:
    """The share of a layer is factor^-depth, whatever the weight of it."""
    shares = discriminative.shares(deep.learner, 2.0)
    assert shares["trunk/dense_2/kernel"] == 0.5
    assert shares["trunk/dense_1/bias"] == 0.25
    assert shares["trunk/dense_0/kernel"] == 0.125
    assert set(shares) == {name for name in deep.learner.variables() if "trunk" in name}


def test_adam_forgets_the_scale_of_gradients_but_not_of_steps() -> None:
    """Under Adam, whose first step is the rate whatever the gradient, the step is scaled."""
    made = by_hand.trainer()
    variables = list(made.learner.trunk.trainable_variables)
    before = [variable.numpy() for variable in variables]
    scaled = scaling.Scaled(made.learner, "", {W: np.float32(0.25), B: np.float32(0)})
    steps = scaled.stepping(keras.optimizers.Adam(0.1))
    steps.build(variables)
    steps.learning_rate = 0.1
    steps.apply([variable.value * 0 + 3.0 for variable in variables], variables)
    moved = {v.path: v.numpy() - old for v, old in zip(variables, before, strict=True)}
    np.testing.assert_allclose(moved["dense_0/kernel"], -0.025, rtol=1e-4)
    np.testing.assert_array_equal(moved["dense_0/bias"], 0)


def test_unfreezing_goes_down_layer_by_layer(deep: Trainer) -> None:
    """After each phase the layers below the last that was freed are the source's, bit for bit."""
    seen: list[list[bool]] = []
    given = by_hand.arm(deep, epochs=24)
    fit = type(deep).fit

    def watching(self: Trainer, *args: object, **kwargs: object) -> object:
        done = fit(self, *args, **kwargs)  # type: ignore[arg-type]
        now = self.learner.arrays()
        seen.append(
            [bool((now[f"trunk/dense_{n}/kernel"] == given.trunk[f"trunk/dense_{n}/kernel"]).all())
             for n in range(3)]
        )  # fmt: skip
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "fit", watching)
        done = gradual_unfreeze.train(given, GradualUnfreeze(every=2))
    assert seen == [[True] * 3, [True, True, False], [True, False, False], [False] * 3]
    assert len(done.curve) == 24


def test_ewc_descends_on_its_penalty(linear: Trainer) -> None:
    """Each step adds lambda F / mean(F) (w - w_source) to the trunk's gradient."""
    needs = {"fisher/dense_0/kernel": np.full((2, 3), 0.8, np.float32)}
    needs["fisher/dense_0/bias"] = np.array([0.0, 0.1, 5.0], np.float32)
    given = by_hand.arm(linear, **needs)
    mean = (6 * 0.8 + 5.1) / 9
    by_name = {
        W: needs["fisher/dense_0/kernel"] / mean,
        B: needs["fisher/dense_0/bias"] / mean,
    }

    def added(weights: by_hand.Arrays) -> by_hand.Arrays:
        return {n: 1.5 * by_name[n] * (weights[n] - given.trunk[n]) for n in (W, B)}

    wanted = by_hand.descended(warmed(given, 1), given.table, rate=0.5 * RATE, steps=3, added=added)
    ewc.train(given, Ewc(head_epochs=1, strength=1.5))
    by_hand.compare(given, wanted)


def test_ewc_of_equal_needs_is_l2_sp(linear: Trainer) -> None:
    """Where the source needs all weights alike, however little, it is L2-SP of that strength."""
    names = {"fisher/dense_0/kernel": (2, 3), "fisher/dense_0/bias": (3,)}
    given = by_hand.arm(
        linear, **{name: np.full(shape, 2e-9, np.float32) for name, shape in names.items()}
    )
    ewc.train(given, Ewc(head_epochs=1, strength=0.7))
    found = given.learner.arrays()
    l2_sp.train(given, L2Sp(head_epochs=1, alpha=0.7, beta=0))
    for name, array in given.learner.arrays().items():
        np.testing.assert_allclose(found[name], array, rtol=1e-5, err_msg=name)


def test_ewc_of_no_needs_holds_nothing() -> None:
    """A source that needs no weight at all holds none, and nothing is divided by 0."""
    found = ewc.relative({"fisher/a": np.zeros((2, 3), np.float32)})
    np.testing.assert_array_equal(found["fisher/a"], 0)


def test_ewc_without_a_measure(linear: Trainer) -> None:
    """A source that was pretrained for other strategies is refused, and what to do is said."""
    message = r"an arm: the pretrained network lacks 'fisher/\.\.\.': .* run `dvc repro`"
    with pytest.raises(ValueError, match=message):
        ewc.train(by_hand.arm(linear), Ewc())


def test_fisher_is_the_mean_squared_gradient(linear: Trainer) -> None:
    """F_W = mean (z - y)^2 x^2 v^2 for a regression, whose log-likelihood is half the loss."""
    given = by_hand.arm(linear)
    start = by_hand.begun(given)
    rows = np.array([0, 2, 5], np.int32)
    found = fisher.Fisher(linear.learner, "regression", jit=False).measure(given.table, rows)
    x, y = given.table.x.numpy()[rows], given.table.y.numpy()[0, rows]
    back = (x @ start[W] + start[B]) @ start[V] + start[C] - y[:, None]  # [3, 1]
    kernel = (back[:, :, None] * x[:, :, None] * start[V].T[None]) ** 2  # [3, 2, 3]
    assert set(found) == {"fisher/dense_0/kernel", "fisher/dense_0/bias"}
    np.testing.assert_allclose(found["fisher/dense_0/kernel"], kernel.mean(0), rtol=1e-4)
    np.testing.assert_allclose(
        found["fisher/dense_0/bias"], ((back * start[V].T) ** 2).mean(0), rtol=1e-4
    )


@pytest.mark.parametrize("jit", [False, True])
def test_fisher_by_hand(jit: bool) -> None:
    """A logit of 0 for a label of 1 has the gradient -1/2; times x = (1, 2) and v = 2, squared."""
    made = by_hand.trainer(Output("binary", 1), widths=(1,))
    made.learner.load({W: np.zeros((2, 1), np.float32), B: np.zeros(1, np.float32)})
    made.learner.load({V: np.full((1, 1), 2, np.float32), C: np.zeros(1, np.float32)})
    rows = by_hand.table(np.ones(by_hand.ROWS))
    rows = rows._replace(x=np.tile(np.array([1, 2], np.float32), (by_hand.ROWS, 1)))
    measure = fisher.Fisher(made.learner, "binary", jit=jit)
    found = measure.measure(rows, np.arange(4, dtype=np.int32))
    np.testing.assert_allclose(found["fisher/dense_0/kernel"], [[1], [4]], rtol=1e-6)


@pytest.mark.parametrize(
    ("strategy", "options"),
    [
        (l2_sp.train, L2Sp(alpha=0, beta=0)),
        (discriminative.train, Discriminative(factor=1)),
        (ewc.train, Ewc(strength=0)),
        (gradual_unfreeze.train, GradualUnfreeze(every=10)),
    ],
    ids=["l2_sp", "discriminative", "ewc", "gradual_unfreeze"],
)
def test_nothing_added_is_fine_tuning(linear: Trainer, strategy: object, options: object) -> None:
    """With a coefficient of 0, or one layer to unfreeze, every bit is that of fine-tuning."""
    needs = {"fisher/dense_0/kernel": np.ones((2, 3), np.float32)}
    given = by_hand.arm(linear, **needs)
    fine_tune.train(given, FineTune())
    plain = given.learner.arrays()
    strategy(given, options)  # type: ignore[operator]
    for name, value in given.learner.arrays().items():
        np.testing.assert_array_equal(value, plain[name])


def test_an_extra_adds_nothing_by_itself(linear: Trainer) -> None:
    """What others build on changes neither losses nor penalty nor steps."""
    extra, made = Extra(linear.learner), object()
    assert extra.joined(made) is made  # type: ignore[arg-type, comparison-overlap]
    assert extra.stepping(made) is made
    assert extra.watched(lambda learner: learner) is linear.learner  # type: ignore[arg-type, comparison-overlap, return-value]
    assert isinstance(extra.learner, Learner)
    assert extra.trained == []
