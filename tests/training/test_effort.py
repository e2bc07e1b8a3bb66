"""What a run takes, counted by hand."""

from typing import Any

import numpy as np
import pytest

from trunkline.networks import learner as learners
from trunkline.settings.study import Network
from trunkline.tasks.budgets import Draw
from trunkline.training import effort
from trunkline.training.effort import Effort

DRAW = Draw(np.arange(10, dtype=np.int32), np.arange(4, dtype=np.int32))
LEARNER = learners.build(Network(widths=(5,)), (3,), {"a": 2, "b": 1})
TRUNK, HEADS = 3 * 5, 5 * 2 + 5 * 1  # values of kernels
WEIGHTS, OF_HEADS = TRUNK + 5 + HEADS + 3, HEADS + 3


@pytest.mark.parametrize(
    ("how", "trained", "a_row"),
    [
        ({"heads_only": False}, WEIGHTS, 3 * (TRUNK + HEADS)),
        ({"heads_only": True}, OF_HEADS, TRUNK + HEADS + 2 * HEADS),
        ({"heads_only": False, "passes": 2}, WEIGHTS, 3 * (TRUNK + HEADS) + 2 * TRUNK),
        ({"heads_only": False, "tables": 2}, WEIGHTS, 2 * 3 * (TRUNK + HEADS)),
    ],
)
def test_a_dense_network(how: dict[str, Any], trained: int, a_row: int) -> None:
    """Forward once, backward twice for what is trained; held rows go forward only."""
    found = effort.of_run(LEARNER, DRAW, 6, **how)
    assert found == Effort(trained, 6 * (10 * a_row + 4 * (TRUNK + HEADS)))


def test_a_convolution_counts_at_every_place() -> None:
    """A 3 x 3 kernel of stride 2 over 4 x 4 is used at 2 x 2 places."""
    learner = learners.build(Network(trunk="conv", widths=(7,)), (4, 4, 1), {"a": 2})
    forward = 9 * 7 * 4 + 4 * 7 * 2
    found = effort.of_run(learner, DRAW, 1, heads_only=False)
    assert found.operations == 10 * 3 * forward + 4 * forward


def test_phases_add_up() -> None:
    """Operations of phases are summed; trained is what the largest of them trained."""
    assert Effort(3, 100).then(Effort(9, 20)) == Effort(9, 120)


def test_it_is_a_whole_number() -> None:
    """No rounding depends on the machine."""
    assert type(effort.of_run(LEARNER, DRAW, 6, heads_only=False).operations) is int
