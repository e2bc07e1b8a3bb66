"""What would stop the targets is told before the source is learned."""

from collections.abc import Callable
from dataclasses import replace
from unittest import mock

import pandas as pd
import pytest

from trunkline.settings.adapting import Adapt
from trunkline.settings.study import Finetune, Pretrain, Question, Task
from trunkline.training import anticipating, pretraining, source_rows

Frames = Callable[..., pd.DataFrame]
TARGET = {"domain": ("target",)}


def asked(study: Question, **tasks: Task) -> Question:
    """Return the study with other targets."""
    named = {**study.tasks, **tasks}
    return replace(
        study, tasks=named, finetune=replace(study.finetune, tasks=tuple(tasks), budgets=(2, 10))
    )


def test_targets_that_can_be_learned_pass(train: pd.DataFrame, study: Question) -> None:
    """Nothing is wrong with the study of the other tests, nor with one that has no source."""
    anticipating.check(train, study)
    anticipating.check(train, replace(study, pretrain=Pretrain(), finetune=Finetune()))


def test_all_that_is_wrong_is_told_at_once(train: pd.DataFrame, study: Question) -> None:
    """A line for each target: no label, a class without rows, a column that is not there."""
    letters = ("a", "b", "c", "d")
    wrong = asked(
        study,
        none=Task(kind="binary", target="flag", positive=(1,), where={"domain": ("targt",)}),
        absent=Task(kind="multiclass", target="kind", classes=letters, where=TARGET),
        misspelt=Task(kind="regression", target="amuont", where=TARGET),
    )
    with pytest.raises(ValueError, match="task 'none' has no row with a label") as caught:
        anticipating.check(train, wrong)
    lines = str(caught.value).splitlines()
    assert [line.split("'")[1] for line in lines] == ["none", "absent", "misspelt"]
    assert "class 'd' has no row" in lines[1]
    assert "expects a column 'amuont'" in lines[2]


def test_budgets_that_are_too_large_cost_no_training(
    train: pd.DataFrame, make_frame: Frames, study: Question
) -> None:
    """The largest budget is compared with the rows of each class before a network is built."""
    large = replace(study, finetune=replace(study.finetune, budgets=(2, 5000)))
    with (
        mock.patch.object(source_rows, "gather", side_effect=AssertionError("it trains already")),
        pytest.raises(ValueError, match="task 'letter': a budget of 5000 labels is larger than"),
    ):
        pretraining.pretrain(train, make_frame(30, seed=2), large, name="s", seed=7)


def test_small_budgets_of_the_source(train: pd.DataFrame, study: Question) -> None:
    """The source learns with as few labels as a budget that holds none back, and needs them."""
    few = pd.concat([train[:6], train[train["domain"] == "target"]])
    wide = replace(study, finetune=replace(study.finetune, budgets=(3,)))
    with pytest.raises(ValueError, match="task 'source': a budget of 3 labels is larger than"):
        anticipating.check(few, wide)


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"domain": ("tarqet",)}, "task 'free' has no training row to adapt to: check `where`"),
        ({"domian": ("target",)}, "task 'free' expects a column 'domian', the table has"),
    ],
)
def test_rows_to_adapt_to(
    train: pd.DataFrame, study: Question, where: dict[str, tuple[str, ...]], message: str
) -> None:
    """A target without labels needs rows, and the columns that say which."""
    free = Task(kind="multiclass", target="kind", classes=("a", "b", "c"), where=where)  # type: ignore[arg-type]  # narrower
    wanted = replace(
        study,
        tasks={**study.tasks, "free": free},
        finetune=Finetune(adapt=Adapt(tasks=("free",))),
    )
    with pytest.raises(ValueError, match=message):
        anticipating.check(train, wanted)
