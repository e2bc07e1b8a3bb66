"""What would stop the targets, told before hours are spent on the source."""

from collections.abc import Iterator

from trunkline.data import large
from trunkline.data.large import Rows
from trunkline.determinism import seeds
from trunkline.settings.study import Question
from trunkline.tasks import budgets, labels
from trunkline.training import source_rows, target_rows


def check(train: Rows, study: Question) -> None:
    """Look for the labels and the rows that a transfer will ask for.

    Args:
        train: training rows.
        study: the question.

    Raises:
        ValueError: a target lacks columns, rows, classes or labels for a budget, or the source
            labels for a small one; with a line for each task.
    """
    if wrong := list(_wrong(train, study)):
        raise ValueError("\n".join(map(str, wrong))) from wrong[0]


def _wrong(train: Rows, study: Question) -> Iterator[ValueError]:
    """Yield what each task would stop at."""
    source, targets = study.pretrain.task, study.finetune
    if source is None:
        return
    largest = {source: max(source_rows.small_budgets(study), default=0)}
    largest |= dict.fromkeys(targets.tasks, max(targets.budgets, default=0))
    for name, budget in largest.items():
        try:
            _draw(train, study, name, budget)
        except ValueError as error:
            yield error
    for name in targets.adapt.tasks:
        task = study.tasks[name]
        try:
            target_rows.of(large.narrow(train, [task]), name, task)
        except ValueError as error:
            yield error


def _draw(train: Rows, study: Question, name: str, budget: int) -> None:
    """Draw labels as a run will, by a generator of its own."""
    task = study.tasks[name]
    encoded = labels.encode(large.narrow(train, [task]), name, task)
    rng = seeds.generator(0, "anticipating")  # which rows does not matter
    budgets.draw(encoded, name, task, budget=budget, validation_share=0.0, rng=rng)
