"""Which labelled rows an arm may see: drawn once a repeat, the same for every arm."""

import math
from typing import NamedTuple

import numpy as np

from trunkline.settings.study import Task
from trunkline.tasks.labels import Labels


class Draw(NamedTuple):
    """Rows to train on, and rows held back for early stopping; both are labels spent."""

    train: np.ndarray  # int32 [rows]
    held: np.ndarray  # int32 [rows], may be empty
    # How often each training row comes, up to a factor, [rows]; none: once an epoch.
    rate: np.ndarray | None = None


def held_of(budget: int, share: float) -> int:
    """Return how many of `budget` labels are held back: none where the share is below one.

    Example:
        >>> [held_of(budget, 0.2) for budget in (1, 2, 5, 10, 50)]
        [0, 0, 1, 2, 10]
    """
    return math.floor(budget * share + 1e-9)


def draw(
    labels: Labels,
    name: str,
    task: Task,
    *,
    budget: int,
    validation_share: float,
    rng: np.random.Generator,
) -> Draw:
    """Draw `budget` labels of each class; rows of a regression or of several labels.

    A generator in the same state draws nested budgets: the 5 are among the 10.

    Args:
        labels: of all training rows.
        name: the task's name, for messages.
        task: its kind and classes.
        budget: labels per class, validation included.
        validation_share: share of the budget that is held back.
        rng: the repeat's own generator.

    Raises:
        ValueError: a class has fewer rows than `budget`.
    """
    held = held_of(budget, validation_share)
    train_rows, held_rows = [], []
    for group, rows in _groups(labels, task):
        if rows.size < budget:
            raise ValueError(
                f"task '{name}': a budget of {budget} labels is larger than the {rows.size} "
                f"training rows of {group}: lower `budgets`, or give more rows"
            )
        order = rng.permutation(rows)
        # Held rows come first in the order, so that they are nested too.
        chosen = order[:budget]
        held_rows.append(chosen[:held])
        train_rows.append(chosen[held:])
    return Draw(_joined(train_rows), _joined(held_rows))


def draw_rows(
    known: np.ndarray, *, rows: int, validation_share: float, rng: np.random.Generator
) -> Draw:
    """Draw `rows` of the rows that are `known`, bool [table rows], to learn tasks jointly.

    Raises:
        ValueError: there are fewer rows.
    """
    candidates = np.flatnonzero(known)
    if candidates.size < rows:
        raise ValueError(
            f"multitask.rows: {rows} rows are more than the {candidates.size} training rows "
            "that have a label: lower it, or give more rows"
        )
    chosen = rng.permutation(candidates)[:rows].astype(np.int32)
    held = held_of(rows, validation_share)
    return Draw(chosen[held:], chosen[:held])


def _groups(labels: Labels, task: Task) -> list[tuple[str, np.ndarray]]:
    """Return the rows of each class; of a regression or of several labels, all at once."""
    rows = np.flatnonzero(labels.known)
    if task.kind in ("regression", "multilabel"):
        return [("the task", rows)]
    names = task.classes if task.kind == "multiclass" else ("class no", "class yes")
    return [
        (f"class {name!r}" if task.kind == "multiclass" else str(name), rows[labels.y[rows] == k])
        for k, name in enumerate(names)
    ]


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts).astype(np.int32)
