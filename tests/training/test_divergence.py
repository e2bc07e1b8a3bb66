"""The first loss that is no number, found by running again."""

from collections.abc import Callable

import numpy as np
import pytest

from trunkline.settings.gradient_balancers import PcGrad
from trunkline.settings.loss_balancers import Dwa
from trunkline.tasks.budgets import Draw
from trunkline.training import divergence
from trunkline.training.balancers import BALANCERS
from trunkline.training.batches import Table
from trunkline.training.divergence import Place
from trunkline.training.signals import Balancer
from trunkline.training.trainer import Trainer

Make, Tables, Draws = Callable[..., Trainer], Callable[..., Table], Callable[..., Draw]


@pytest.mark.parametrize(
    "balancer",
    [None, BALANCERS["dwa"](Dwa()), BALANCERS["pcgrad"](PcGrad())],
    ids=["equal", "dwa", "pcgrad"],
)
def test_the_task_is_told(
    make_trainer: Make, make_table: Tables, make_draw: Draws, balancer: Balancer | None
) -> None:
    """A task of infinite labels is named with the step and the epoch, under any balancer."""
    table = make_table("0", "1")
    y = table.y.numpy()
    y[1, :4] = np.inf
    trainer = make_trainer("0", "1", balancer=balancer)
    message = "a run: the loss is not finite after epoch 1: .* of task 'size' at step 1 of epoch 1$"
    with pytest.raises(ValueError, match=message):
        trainer.fit(
            table._replace(y=y), make_draw(4, 4), seed=5, label="a run", tasks=("kind", "size")
        )


def test_a_loss_that_is_not_found_again() -> None:
    """Where only the held rows' loss is no number, no task of a step is blamed."""
    text = divergence.told("a run", 3, None, ("one", "two"))
    assert text.startswith("a run: the loss is not finite after epoch 3: lower training.learning")
    assert "task" not in text


def test_one_task_is_in_the_label() -> None:
    """Alone a task is named by the label, and the step is told."""
    text = divergence.told("a run", 3, Place(1, 2, 0), ())
    assert "task" not in text
    assert text.endswith("; the first such loss comes at step 2 of epoch 1")


def test_the_last_step_may_diverge(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """Weights that the last step of a run makes infinite are told, though no loss has seen them."""
    trainer, table = make_trainer("1", optimizer="sgd"), make_table("1")
    table = table._replace(y=100 * table.y)
    message = "a run: the weights are not finite after epoch 1, though each loss was: lower train"
    with pytest.raises(divergence.Diverged, match=message):  # what a search counts as the worst
        trainer.fit(table, make_draw(8, 0), seed=5, label="a run", rate=4e39, epochs=1)
