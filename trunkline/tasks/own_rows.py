"""Rows drawn for several tasks that each want a number of their own."""

from collections.abc import Mapping

import numpy as np

from trunkline.tasks.budgets import Draw, held_of


def draw(
    known: Mapping[str, np.ndarray],
    rows: Mapping[str, int],
    *,
    validation_share: float,
    rng: np.random.Generator,
) -> tuple[Draw, dict[str, np.ndarray]]:
    """Draw `rows[task]` rows for each task from those that have its label.

    All tasks walk through one random order of the table, so that tasks on the same rows see the
    same ones. A row is held back for all tasks or for none: no network is trained on a row that
    another task stops by. Tasks on separate rows hold exactly their share; where rows are
    shared, as nearly as that rule allows.

    Args:
        known: by task, which rows have its label, bool [table rows].
        rows: by task, validation included.
        validation_share: share of each that is held back.
        rng: the repeat's own generator.

    Returns:
        The rows of all tasks together, and by task which of them are its own, bool [table rows].

    Raises:
        ValueError: a task has fewer rows.
    """
    order = rng.permutation(next(iter(known.values())).size)
    held, own = np.zeros(order.size, bool), {}
    taken = np.zeros(order.size, bool)
    for task, of_task in known.items():
        candidates = order[of_task[order]]
        if candidates.size < rows[task]:
            raise ValueError(
                f"multitask.rows.{task}: {rows[task]} rows are more than the {candidates.size} "
                "training rows that have its label: lower it, or give more rows"
            )
        chosen = candidates[: rows[task]]
        free = chosen[~taken[chosen]]
        wanted = held_of(rows[task], validation_share) - int(held[chosen].sum())
        held[_spread(free, min(max(0, wanted), free.size))] = True
        taken[chosen] = True
        own[task] = np.zeros(order.size, bool)
        own[task][chosen] = True
    drawn = order[taken[order]].astype(np.int32)
    return Draw(drawn[~held[drawn]], drawn[held[drawn]]), own


def _spread(rows: np.ndarray, count: int) -> np.ndarray:
    """Return `count` of the rows, evenly: the first of n rows then hold their share too."""
    return rows[(np.arange(1, count + 1) * rows.size) // max(1, count) - 1]
