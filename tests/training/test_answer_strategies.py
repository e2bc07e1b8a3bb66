"""Strategies that look at the source head's answers, against their formulas in NumPy."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from scipy import optimize, special

from tests.training import transferring as by_hand
from tests.training.transferring import RATE, ROWS, B, C, V, W
from trunkline.objectives import losses
from trunkline.settings.answer_strategies import CoTuning, Lwf
from trunkline.settings.strategies import FineTune
from trunkline.training import answers
from trunkline.training.trainer import Trainer
from trunkline.training.transferring import co_tuning, fine_tune, lwf


@pytest.fixture(scope="module")
def linear() -> Trainer:
    """Return the network of one linear layer."""
    return by_hand.trainer()


def head(classes: int = 4) -> dict[str, np.ndarray]:
    """Return a source's head, and its temperature."""
    rng = np.random.Generator(np.random.PCG64(3))
    return {
        "head/target/dense/kernel": rng.normal(size=(3, classes)).astype(np.float32),
        "head/target/dense/bias": rng.normal(size=classes).astype(np.float32),
        "temperature": np.array(1.7, np.float32),
    }


def both(logits: np.ndarray) -> np.ndarray:
    """Return logits of two classes where there is one."""
    return np.hstack([0 * logits, logits]) if logits.shape[1] == 1 else logits


def followed(
    given: by_hand.Arm, wanted: np.ndarray, *, strength: float, warmth: float, steps: int
) -> by_hand.Arrays:
    """Return the weights after descending on L + strength T^2 CE(wanted, z / T), by hand."""
    weights = by_hand.begun(given)
    weights = by_hand.descended(weights, given.table, rate=RATE, only=(V, C))
    kernel, bias = (given.source[f"head/target/dense/{n}"] * 1.0 for n in ("kernel", "bias"))
    x = given.table.x.numpy().astype(np.float64)
    for _ in range(steps):
        hidden = x @ weights[W] + weights[B]
        shares = special.softmax(both(hidden @ kernel + bias) / warmth, axis=1)
        error = strength * warmth * (shares - wanted) / ROWS
        error = error[:, -1:] if kernel.shape[1] == 1 else error
        back = error @ kernel.T
        more = {W: x.T @ back, B: back.sum(0)}
        weights = by_hand.descended(
            weights, given.table, rate=0.5 * RATE, added=lambda _, more=more: more
        )
        kernel = kernel - 0.5 * RATE * hidden.T @ error
        bias = bias - 0.5 * RATE * error.sum(0)
    return weights


def said(given: by_hand.Arm) -> np.ndarray:
    """Return the source's logits on its own trunk."""
    start, source = by_hand.begun(given), given.source
    hidden = given.table.x.numpy() @ start[W] + start[B]
    return both(hidden @ source["head/target/dense/kernel"] + source["head/target/dense/bias"])


@pytest.mark.parametrize("classes", [1, 4])
def test_lwf_descends_on_its_loss(linear: Trainer, classes: int) -> None:
    """Trunk and source head follow T^2 CE to the old answers; one logit stands for two classes."""
    given = by_hand.arm(linear, **head(classes))
    old = special.softmax(said(given) / 3.0, axis=1)
    wanted = followed(given, old, strength=0.8, warmth=3.0, steps=3)
    lwf.train(given, Lwf(head_epochs=1, strength=0.8, temperature=3.0))
    by_hand.compare(given, wanted)


@pytest.mark.parametrize("classes", [1, 4])
def test_co_tuning_descends_on_its_loss(linear: Trainer, classes: int) -> None:
    """The source's head learns the mean calibrated answer to rows of the same target class."""
    y = np.arange(ROWS) % 3
    given = by_hand.arm(linear, rows=by_hand.table(y), **head(classes))
    shares = special.softmax(said(given) / 1.7, axis=1)
    alike = np.stack([shares[y == label].mean(0) for label in y])
    wanted = followed(given, alike, strength=0.6, warmth=1.0, steps=3)
    co_tuning.train(given, CoTuning(head_epochs=1, strength=0.6))
    by_hand.compare(given, wanted)


def test_relation_by_hand() -> None:
    """Two rows of one class answered 0.9 and 0.5 are like that source class by 0.7."""
    shares = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]])
    found = co_tuning.relation(shares, np.array([1.0, 0.0, 1.0]))
    np.testing.assert_allclose(found, [[0.7, 0.3], [0.2, 0.8], [0.7, 0.3]])


@pytest.mark.parametrize("strategy", [lwf.train, co_tuning.train])
def test_a_source_without_a_head(linear: Trainer, strategy: Any) -> None:
    """Weights without the source's head are refused, and what to do is said."""
    message = r"an arm: the pretrained network lacks 'head/target/dense/\.\.\.': .* run `dvc repro`"
    with pytest.raises(ValueError, match=message):
        strategy(by_hand.arm(linear), Lwf())


def test_a_source_without_a_temperature(linear: Trainer) -> None:
    """A source that was pretrained without Co-Tuning has no temperature, and is refused."""
    source = head()
    del source["temperature"]
    with pytest.raises(ValueError, match=r"the pretrained network lacks 'temperature\.\.\.'"):
        co_tuning.train(by_hand.arm(linear, **source), CoTuning())


@pytest.mark.parametrize(
    ("strategy", "options"),
    [(lwf.train, Lwf(strength=0)), (co_tuning.train, CoTuning(strength=0))],
    ids=["lwf", "co_tuning"],
)
def test_nothing_added_is_fine_tuning(linear: Trainer, strategy: Any, options: Any) -> None:
    """With a coefficient of 0 every bit is that of fine-tuning."""
    given = by_hand.arm(linear, **head())
    fine_tune.train(given, FineTune())
    plain = given.learner.arrays()
    strategy(given, options)
    for name, value in given.learner.arrays().items():
        np.testing.assert_array_equal(value, plain[name])


def test_temperature_by_hand() -> None:
    """Logits of +-2 that are right three times out of four are as sure at T = 4 / log 3."""
    logits = np.array([[0.0, 4.0]] * 4)
    found = answers.temperature(logits, np.array([1, 1, 1, 0]))
    np.testing.assert_allclose(found, 4 / np.log(3), rtol=1e-4)


def test_temperature_without_rows() -> None:
    """Nothing was held: answers are taken as they are."""
    assert answers.temperature(np.zeros((0, 3)), np.zeros(0)) == 1.0


@settings(max_examples=15, deadline=None)
@drawn(st.integers(0, 10**6))
def test_temperature_is_scipys(seed: int) -> None:
    """It is the minimum that SciPy finds of the same loss."""
    rng = np.random.Generator(np.random.PCG64(seed))
    y = rng.integers(0, 3, 60)
    logits = 3 * rng.normal(size=(60, 3)) + 2 * np.eye(3)[y]

    def cost(log_temperature: float) -> float:
        return float(
            -np.mean(special.log_softmax(logits / np.exp(log_temperature), axis=1)[range(60), y])
        )

    best = optimize.minimize_scalar(cost, bounds=(np.log(0.05), np.log(20)), method="bounded")
    assert cost(np.log(answers.temperature(logits, y))) <= best.fun + 1e-9


def test_soft_cross_entropy() -> None:
    """It is SciPy's, its gradient softmax(z) - p, and that of one class the hard one's."""
    rng = np.random.Generator(np.random.PCG64(1))
    logits, shares = rng.normal(size=(5, 3)), rng.dirichlet(np.ones(3), 5)
    z = tf.constant(logits, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(z)
        found = losses.soft_cross_entropy(tf.constant(shares, tf.float32), z)
    wanted = -(shares * special.log_softmax(logits, axis=1)).sum(1)
    np.testing.assert_allclose(found, wanted, rtol=1e-5)
    slope = special.softmax(logits, axis=1) - shares
    np.testing.assert_allclose(tape.gradient(found, z), slope, atol=1e-6)
    hard = losses.categorical_cross_entropy(tf.constant([0, 1, 2, 0, 1]), z)
    soft = losses.soft_cross_entropy(tf.one_hot([0, 1, 2, 0, 1], 3), z)
    np.testing.assert_array_equal(hard, soft)
