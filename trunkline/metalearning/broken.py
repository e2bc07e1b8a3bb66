"""In which episode inner steps first led to no number: a broken run, again and step by step."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from trunkline.metalearning import gathered
from trunkline.metalearning.gathered import Table
from trunkline.metalearning.program import Program
from trunkline.training.batches import Course

Look = Callable[[tf.Tensor], tf.Tensor]


class Place(NamedTuple):
    """An episode whose loss is no number, though the weights it begins with are numbers."""

    number: int  # of the pass, from 1, in the order in which they were drawn
    epoch: int  # the pass, from 1
    held: bool  # a validation episode


def told(made: Program, table: Table, planned: Iterator[Course], label: str) -> str | None:
    """Return what to tell of inner steps that diverge; None: it is not they that do.

    They are to blame where the loss of an episode is no number, but the answers before the first
    step are. Else the outer steps have led the weights away.

    Args:
        made: the program, with its first weights.
        table: of its episodes.
        planned: the courses of the run, from its beginning.
        label: of the run.
    """
    if not hasattr(made.method, "path"):
        return None
    place = _find(made, table, planned)
    if place is None:
        return None
    rate, name = made.options.rate, made.name
    which = "validation episode" if place.held else "episode"
    return (
        f"{label}: inner steps at rate {rate:g} diverge in {which} {place.number} of pass "
        f"{place.epoch}: lower methods.{name}.rate"
    )


def _find(made: Program, table: Table, planned: Iterator[Course]) -> Place | None:
    """Return the episode whose loss is the first that is no number, if inner steps led there."""
    made.epochs.start()
    look = tf.function(lambda episodes: _looked(made, table, episodes), jit_compile=True)
    pass_of = 0
    for course in planned:
        for epoch in range(int(course.epochs)):
            pass_of += 1
            first = int(course.rows[epoch, : int(course.steps)].min())
            for step in range(int(course.steps)):
                weights = _weights(made)
                loss = made.epochs.train_once(table, _single(course, epoch, step), tf.constant(0))
                if not np.isfinite(loss):
                    _assign(made, weights)
                    found = _wrong(look, course.rows[epoch, step], course.weight[epoch, step])
                    return _placed(found, first, pass_of, held=False)
            for rows, weight in zip(course.held_rows, course.held_weight, strict=True):
                found = _wrong(look, rows, weight)
                if found is not None:
                    first = int(course.held_rows[0, 0])
                    return _placed(found, first, pass_of, held=True)
    return None


def _weights(made: Program) -> list[np.ndarray]:
    return [np.array(variable.numpy()) for variable in made.epochs.live]


def _assign(made: Program, weights: list[np.ndarray]) -> None:
    for live, value in zip(made.epochs.live, weights, strict=True):
        live.assign(value)


def _single(course: Course, epoch: int, step: int) -> Course:
    """Return a course of the same shape whose first step is one of `course`, and its only one."""
    found = course._replace(
        rows=course.rows.copy(), weight=course.weight.copy(), rate=course.rate.copy(),
        steps=np.int32(1),
    )  # fmt: skip
    for to, of in zip(found[:3], course[:3], strict=True):
        to[0, 0] = of[epoch, step]
    return Course(*(tf.convert_to_tensor(value) for value in found))


def _looked(made: Program, table: Table, episodes: tf.Tensor) -> tf.Tensor:
    """Return the loss of each episode, and whether it has numbers before its steps: [2, B]."""
    task = gathered.task(table, episodes)
    path = made.method.path(task, [0])  # type: ignore[attr-defined]  # asked for by `told`
    begun = tf.reduce_all(tf.math.is_finite(tf.square(path)), axis=[0, 2, 3])
    return tf.stack([made.method.loss(task, False), tf.cast(begun, tf.float32)])


def _wrong(look: Look, rows: np.ndarray, weight: np.ndarray) -> int | None:
    """Return the first episode whose loss is no number though its beginning is."""
    losses, begun = look(tf.convert_to_tensor(rows)).numpy()
    wrong = np.flatnonzero(~np.isfinite(losses) & (begun > 0) & (weight > 0))
    return int(rows[wrong[0]]) if wrong.size else None


def _placed(found: int | None, first: int, epoch: int, *, held: bool) -> Place | None:
    return None if found is None else Place(found - first + 1, epoch, held)
