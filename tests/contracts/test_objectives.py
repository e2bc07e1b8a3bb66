"""What every objective promises; a new one is checked by being in the table."""

from typing import get_args

import numpy as np
import pytest
import tensorflow as tf

from trunkline.objectives.losses import OBJECTIVES, Objective
from trunkline.settings.study import Kind

ROWS, UNITS = 6, {"multiclass": 4, "multilabel": 4}  # all other kinds have one output
EACH = pytest.mark.parametrize("kind", OBJECTIVES)


def example(kind: str) -> tuple[Objective, tf.Tensor, tf.Tensor]:
    """Return an objective, truths [6] or [6, labels] and outputs [6, units]; 0 and 1 fit all."""
    rng = np.random.Generator(np.random.PCG64(1))
    outputs = rng.normal(size=(ROWS, UNITS.get(kind, 1)))
    y = np.array([0.0, 1, 1, 0, 1, 0], np.float32)
    if kind == "multilabel":
        y = np.stack([y, 1 - y, y, y], axis=1)
    return OBJECTIVES[kind], tf.constant(y), tf.constant(outputs, tf.float32)


def test_every_kind_has_its_objective() -> None:
    """The kinds a user may choose are those that have an objective."""
    assert set(OBJECTIVES) == set(get_args(Kind))


@EACH
def test_one_value_a_row(kind: str) -> None:
    """An objective is unreduced: float32 of the shape of the truths, finite, not negative."""
    objective, y, z = example(kind)
    loss = objective(y, z).numpy()
    assert (loss.shape, loss.dtype) == (y.shape, np.float32)
    assert np.isfinite(loss).all()
    assert (loss >= 0).all()


@EACH
def test_rows_are_on_their_own(kind: str) -> None:
    """Rows in another order, or fewer of them, have the same losses."""
    objective, y, z = example(kind)
    loss = objective(y, z).numpy()
    order = [3, 0, 5, 1, 4, 2]
    np.testing.assert_array_equal(objective(tf.gather(y, order), tf.gather(z, order)), loss[order])
    np.testing.assert_array_equal(objective(y[:2], z[:2]), loss[:2])


@EACH
@pytest.mark.parametrize("size", [0.0, 1.0, 1e4])
def test_gradients_stay_finite(kind: str, size: float) -> None:
    """Outputs of any size, equal ones included, have a finite loss and gradient."""
    objective, y, z = example(kind)
    outputs = tf.sign(z) * size
    with tf.GradientTape() as tape:
        tape.watch(outputs)
        loss = objective(y, outputs)
    assert np.isfinite(loss).all()
    assert np.isfinite(tape.gradient(loss, outputs)).all()


@EACH
def test_a_step_downhill_costs_less(kind: str) -> None:
    """The gradient points uphill: a small step against it lowers the loss of every row."""
    objective, y, z = example(kind)
    with tf.GradientTape() as tape:
        tape.watch(z)
        loss = objective(y, z)
    lower = objective(y, z - 0.01 * tape.gradient(loss, z))
    assert (lower.numpy() < loss.numpy()).all()


@EACH
def test_compiled_by_xla(kind: str) -> None:
    """XLA compiles it and gives the same numbers."""
    objective, y, z = example(kind)
    compiled = tf.function(objective, jit_compile=True)
    np.testing.assert_allclose(compiled(y, z), objective(y, z), rtol=1e-5, atol=1e-6)


@EACH
def test_says_its_formula_and_shapes(kind: str) -> None:
    """The docstring names the shapes it takes and gives."""
    assert "[batch" in str(OBJECTIVES[kind].__doc__)
