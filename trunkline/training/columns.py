"""Which columns of a table's labels belong to a task, and their values for the rows of a batch."""

from collections.abc import Iterable

import tensorflow as tf

Place = int | slice  # one column, or those of the labels of a multilabel task


def places(outputs: Iterable[tuple[str, int]]) -> list[Place]:
    """Return where the labels of each task lie, from their kinds and numbers of outputs.

    Example:
        >>> places([("binary", 1), ("multilabel", 3), ("multiclass", 5)])
        [0, slice(1, 4, None), 4]
    """
    found: list[Place] = []
    first = 0
    for kind, units in outputs:
        width = units if kind == "multilabel" else 1
        found.append(slice(first, first + width) if kind == "multilabel" else first)
        first += width
    return found


def gather(values: tf.Tensor, place: Place, index: tf.Tensor) -> tf.Tensor:
    """Return a task's part of `values` [C, rows] for the rows `index` [B].

    Returns:
        [B], or [B, labels] for a multilabel task.
    """
    if isinstance(place, int):
        return tf.gather(values[place], index)
    return tf.transpose(tf.gather(values[place], index, axis=1))


def spread(weight: tf.Tensor, place: Place) -> tf.Tensor:
    """Return row weights [B] so that they multiply what `gather` returns: [B], or [B, 1]."""
    return weight if isinstance(place, int) else weight[:, None]
