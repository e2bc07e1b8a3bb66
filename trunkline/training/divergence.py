"""Which task's loss was the first that is no number: found by running again, step by step."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from trunkline.training.batches import Batch, Course, Rows


class Diverged(ValueError):
    """A loss, or a weight, became infinite or NaN."""


class Place(NamedTuple):
    """Where a loss was first infinite or NaN."""

    epoch: int  # from 1
    step: int  # of the epoch, from 1
    task: int  # from 0


def find(
    table: Rows,
    planned: Iterable[Course],
    turn: Callable[[], None],
    look: Callable[[Batch], tf.Tensor],
) -> Place | None:
    """Return the first step whose loss is no number, and the first task of which it is; or None.

    Args:
        table: rows and labels.
        planned: the courses of the run, from its beginning.
        turn: begins an epoch.
        look: takes a step; returns the mean loss of each task [T] before it.
    """
    epoch = 0
    for course in planned:
        for number in range(int(course.epochs)):
            turn()
            epoch += 1
            for step in range(int(course.steps)):
                place = number, step
                parts = (course.rows[place], course.weight[place], course.rate[place])
                losses = look(Batch(table, *map(tf.convert_to_tensor, parts))).numpy()
                if not np.isfinite(losses).all():
                    return Place(epoch, step + 1, int(np.argmin(np.isfinite(losses))))
    return None


def refuse(label: str, epochs: int, weights: Iterable[tf.Tensor]) -> None:
    """Refuse weights that are no numbers: the last step of a run may make them, unseen by a loss.

    Args:
        label: of the run; it names the repeat.
        epochs: that it ran.
        weights: as it leaves them.

    Raises:
        Diverged: one of them is infinite or NaN.
    """
    if not all(np.isfinite(weight.numpy()).all() for weight in weights):
        raise Diverged(
            f"{label}: the weights are not finite after epoch {epochs}, though each loss was: "
            "lower training.learning_rate, or look for extreme values in the inputs"
        )


def told(label: str, epoch: int, place: Place | None, tasks: Sequence[str]) -> str:
    """Return what to tell of a run whose curve is no number from an epoch on.

    Args:
        label: of the run; it names the repeat.
        epoch: from 1.
        place: the first loss that is no number, if a second run finds one.
        tasks: names, in the order of the losses; none: one task, which the label names.
    """
    text = (
        f"{label}: the loss is not finite after epoch {epoch}: lower training.learning_rate, or "
        "look for extreme values in the inputs"
    )
    if place is None:
        return text
    of_task = f"is that of task '{tasks[place.task]}'" if tasks else "comes"
    return f"{text}; the first such loss {of_task} at step {place.step} of epoch {place.epoch}"
