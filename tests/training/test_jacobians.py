"""Gradients task by task: whichever way they are found, they are the same."""

from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf

from trunkline.training import jacobians
from trunkline.training.batches import Batch, Table
from trunkline.training.jacobians import Seen
from trunkline.training.trainer import Trainer

Make, Tables = Callable[..., Trainer], Callable[..., Table]


@pytest.mark.parametrize("parts", [1, 2])
def test_cut_or_whole_written_out_or_in_a_loop(
    make_trainer: Make, make_table: Tables, monkeypatch: pytest.MonkeyPatch, parts: int
) -> None:
    """Heads passed once or for each task, a loop over tasks or none; parts sum to the whole."""
    trainer, table = make_trainer("0", "1", "2"), make_table("0", "1", "2", weights=(1, 2, 0.5))
    program, _ = trainer._program("everything")
    values = [variable.value for variable in program._trained]
    shared = len(trainer.learner.trunk.trainable_variables)
    batch = Batch(table, tf.range(8), tf.ones(8), tf.constant(0.1))

    def found(losses: Callable[..., tf.Tensor], count: int) -> Seen:
        def find() -> Seen:
            return jacobians.find(losses, batch, values[:shared], values[shared:], parts=count)

        return tf.function(find)()

    forked = program._losses
    wanted = found(forked, parts)
    assert wanted.jacobian.shape == (parts, 3, 5 * 7 + 7)
    whole = found(forked, 1)
    np.testing.assert_allclose(tf.reduce_sum(wanted.jacobian, 0), whole.jacobian[0], atol=1e-5)
    monkeypatch.setattr(jacobians, "FEW", 0)
    for losses in (forked, lambda *arguments: forked(*arguments)):
        for one, other in zip(
            tf.nest.flatten(found(losses, parts)), tf.nest.flatten(wanted), strict=True
        ):
            np.testing.assert_allclose(one, other, atol=1e-5)
