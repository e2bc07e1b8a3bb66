"""What every transfer strategy promises; a new one is checked by being in the table."""

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints
from unittest import mock

import numpy as np
import pytest
import tensorflow as tf

from trunkline.networks import trunks
from trunkline.settings.strategies import Strategies
from trunkline.settings.study import Network, Training
from trunkline.tasks.budgets import Draw
from trunkline.training import courses, pairs, transfer
from trunkline.training.batches import Table
from trunkline.training.outputs import Output
from trunkline.training.trainer import Fit, Trainer
from trunkline.training.transferring.arm import Arm

ROWS = 16
EACH = pytest.mark.parametrize("name", transfer.STRATEGIES)


@pytest.fixture(scope="module")
def trainer() -> Iterator[Trainer]:
    """Return a compiled network with everything that strategies may treat differently."""
    training = Training(learning_rate=0.05, batch_size=8, epochs=8, patience=3)
    with mock.patch.object(trunks, "compiled_by_xla", return_value=False):
        yield Trainer(
            Network(widths=(6,), batch_norm=True, dropout=0.2),
            training,
            shape=(3,),
            outputs={"target": Output("binary", 1)},
            sizes=courses.sizes(training, train_rows=ROWS, held_rows=ROWS),
        )


def options(name: str) -> Any:
    """Return the default options of a strategy."""
    hint = get_type_hints(Strategies)[name]
    return next(kind for kind in (*get_args(hint), hint) if kind is not type(None))()


def arm(trainer: Trainer, *, epochs: int = 8, held: int = 4) -> Arm:
    """Return a run to be made from a trunk of ones and halves."""
    rng = np.random.Generator(np.random.PCG64(1))
    x = rng.normal(size=(ROWS, 3))
    table = Table(
        tf.constant(x, tf.float32),
        tf.constant(x[None, :, 0] > 0, tf.float32),
        tf.ones((1, ROWS)),
        tf.ones(1),
    )
    trainer.learner.initialise(77)
    trunk = {k: v + 0.5 for k, v in trainer.learner.arrays().items() if k.startswith("trunk/")}
    rows = np.arange(ROWS, dtype=np.int32)
    draw = Draw(rows[held:], rows[:held])
    return Arm(trainer, table, draw, trunk, 5, epochs, "an arm", source(trainer))


def source(trainer: Trainer) -> dict[str, np.ndarray]:
    """Return what pretraining leaves beside the trunk when it is asked for everything."""
    arrays = trainer.learner.arrays()
    measured = {
        name.replace("trunk/", "fisher/"): np.full(array.shape, 0.5, np.float32)
        for name, array in arrays.items()
        if name.startswith("trunk/")
    }
    head = np.linspace(-1, 1, 6 * 3, dtype=np.float32).reshape(6, 3)
    return measured | {
        "temperature": np.array(1.5, np.float32),
        "head/target/dense/kernel": head,
        "head/target/dense/bias": np.zeros(3, np.float32),
    }


def run(name: str, given: Arm) -> tuple[Fit, dict[str, np.ndarray]]:
    """Return what a strategy did, and the weights it left."""
    return transfer.STRATEGIES[name](given, options(name)), given.learner.arrays()


def test_every_choice_is_a_strategy() -> None:
    """The strategies a user may name are those that run, of one table or of two, scratch first."""
    named = [field.name for field in fields(Strategies)]
    assert sorted([*transfer.STRATEGIES, *pairs.PAIRED]) == sorted(named)
    assert named[0] == "scratch"
    assert next(iter(transfer.STRATEGIES)) == "scratch"


def test_one_file_for_each() -> None:
    """Each strategy is the function `train` of the file of its name, and no file lacks one."""
    files = {path.stem for path in Path("trunkline/training/transferring").glob("[!_]*.py")}
    assert files - {"arm"} == set(transfer.STRATEGIES)
    for name, strategy in transfer.STRATEGIES.items():
        assert strategy.__module__ == f"trunkline.training.transferring.{name}"


@EACH
def test_says_where_it_is_from(name: str) -> None:
    """Each strategy but scratch names its publication."""
    assert name == "scratch" or "References:" in str(transfer.STRATEGIES[name].__doc__)


@EACH
@pytest.mark.parametrize("held", [4, 0])
def test_a_fit_is_whole(trainer: Trainer, name: str, held: int) -> None:
    """A curve within the epochs given, a best epoch on it, finite weights."""
    given = arm(trainer, held=held)
    done, arrays = run(name, given)
    assert 1 <= done.best_epoch <= len(done.curve) <= given.epochs
    assert np.isfinite(done.curve[:, 0]).all()
    assert done.held == (held > 0)
    assert np.isfinite(done.curve[done.best_epoch - 1]).all() == (held > 0)
    assert all(np.isfinite(array).all() for array in arrays.values())


@EACH
def test_the_shortest_run(trainer: Trainer, name: str) -> None:
    """With one epoch to spend each phase still takes one, and no more."""
    done, _ = run(name, arm(trainer, epochs=1, held=0))
    assert 1 <= len(done.curve) <= 2


@EACH
def test_repeats_bit_for_bit(trainer: Trainer, name: str) -> None:
    """The same arm gives the same bits, whichever strategies ran in between."""
    first, weights = run(name, arm(trainer))
    for other in transfer.STRATEGIES:
        run(other, arm(trainer, held=0))
    again, same = run(name, arm(trainer))
    np.testing.assert_array_equal(first.curve, again.curve)
    for key, array in weights.items():
        np.testing.assert_array_equal(array, same[key], err_msg=key)


@EACH
def test_the_source_is_not_changed(trainer: Trainer, name: str) -> None:
    """The pretrained weights an arm is given stay as they are for the next arm."""
    given = arm(trainer)
    before = {key: array.copy() for key, array in given.trunk.items()}
    run(name, given)
    for key, array in before.items():
        np.testing.assert_array_equal(given.trunk[key], array)


@EACH
def test_the_head_learns(trainer: Trainer, name: str) -> None:
    """The head leaves its initial weights, which are the same for every strategy."""
    given = arm(trainer)
    given.start(pretrained=False)
    initial = given.learner.arrays()["head/target/dense/kernel"]
    _, arrays = run(name, given)
    assert (arrays["head/target/dense/kernel"] != initial).any()


@EACH
def test_moments_stay_or_are_new(trainer: Trainer, name: str) -> None:
    """Transferred moments of batch normalisation stay the source's, but where they are learned."""
    given = arm(trainer)
    _, arrays = run(name, given)
    kept = arrays["trunk/norm_0/moving_mean"] == given.trunk["trunk/norm_0/moving_mean"]
    assert kept.all() == (name not in ("scratch", "stoch_norm"))


@EACH
def test_a_diverged_run_is_told_with_its_step(trainer: Trainer, name: str) -> None:
    """A label that is no number stops the run, which is named, with the step and the epoch."""
    given = arm(trainer)
    y = given.table.y.numpy()
    y[0, 4:] = np.nan
    with pytest.raises(ValueError, match=r"an arm: the loss is not finite .* step 1 of epoch 1$"):
        run(name, replace(given, table=given.table._replace(y=tf.constant(y))))
