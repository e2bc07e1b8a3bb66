"""The rows of a repeat of joint training, and which labels each task may see of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from trunkline.determinism import seeds
from trunkline.settings.study import Question, Task
from trunkline.tasks import budgets, labels, own_rows
from trunkline.tasks.budgets import Draw
from trunkline.tasks.labels import Labels
from trunkline.training import sampling


@dataclass(frozen=True)
class Drawn:
    """What a repeat draws.

    Attributes:
        draw: the rows of all tasks.
        labels: by task; only those that it may see are known.
        temperature: of the shares of tasks in the joint batches.
    """

    draw: Draw
    labels: Mapping[str, Labels]
    temperature: float

    def of(self, group: Sequence[str]) -> Draw:
        """Return the rows that have a label of some task of the group."""
        known = [self.labels[task].known for task in group]
        some = np.any(known, axis=0)
        train, held = (rows[some[rows]] for rows in (self.draw.train, self.draw.held))
        return Draw(train, held, sampling.rates([one[train] for one in known], self.temperature))


def draw(
    encoded: Mapping[str, Labels], study: Question, *, name: str, seed: int, repeat: int
) -> Drawn:
    """Draw the rows of a repeat.

    Where `multitask.rows` is one number, rows that have a label of some task; where it says how
    many for each task, so many of its own.

    Args:
        encoded: all labels of the table, by task.
        study: the question.
        name: of the study, for seeds.
        seed: the root seed.
        repeat: its number.

    Raises:
        ValueError: there are too few rows, or a task has no label, or none of some class, among
            those drawn.
    """
    rng = seeds.generator(seed, name, "rows", repeat)
    share, rows = study.training.validation_share, study.multitask.rows
    known = {task: one.known for task, one in encoded.items()}
    if isinstance(rows, int):
        some = np.any(list(known.values()), axis=0)
        drawn, seen = budgets.draw_rows(some, rows=rows, validation_share=share, rng=rng), encoded
    else:
        drawn, own = own_rows.draw(known, rows, validation_share=share, rng=rng)
        seen = {task: replace(one, known=own[task]) for task, one in encoded.items()}
    for task, one in seen.items():
        _check(task, study.tasks[task], one, drawn, repeat)
    return Drawn(drawn, seen, study.multitask.temperature)


def _check(name: str, task: Task, encoded: Labels, drawn: Draw, repeat: int) -> None:
    """Refuse rows that say nothing of a task: its arms would not be trained at all."""
    for kind, rows in (("training", drawn.train), ("held", drawn.held)):
        if rows.size and not encoded.known[rows].any():
            raise ValueError(
                f"task '{name}' has no label among the {rows.size} {kind} rows that "
                f"repeat {repeat} draws: raise multitask.rows"
            )
    absent = _absent(task, encoded, drawn.train)
    if absent:
        raise ValueError(
            f"task '{name}' has no row of {absent} among the {drawn.train.size} "
            f"training rows that repeat {repeat} draws: raise multitask.rows"
        )


def _absent(task: Task, encoded: Labels, rows: np.ndarray) -> str:
    """Return the first class, or label and value, that no row has."""
    if task.kind != "multilabel":
        seen = set(encoded.y[rows[encoded.known[rows]]])
        classes = labels.class_names(task)
        return next((f"class '{c}'" for k, c in enumerate(classes) if k not in seen), "")
    y, present = encoded.y[rows], encoded.present[rows]
    for number, column in enumerate(task.targets):
        values = set(y[present[:, number], number])
        lacking = [value for value in (0, 1) if value not in values]
        if lacking:
            return f"label '{column}' = {lacking[0]}"
    return ""
