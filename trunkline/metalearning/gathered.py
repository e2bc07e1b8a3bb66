"""Episodes as the tensors that a compiled loop gathers from.

Shapes: E episodes, S rows of a support, Q queries, B episodes of a step.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from trunkline.metalearning.method import Task
from trunkline.tasks.episodes import Episodes


class Table(NamedTuple):
    """Rows of inputs, and which of them each episode is made of."""

    x: tf.Tensor  # float32 [rows, *shape]
    support: tf.Tensor  # int32 [E, S]
    support_y: tf.Tensor  # int32 or float32 [E, S]
    query: tf.Tensor  # int32 [E, Q]
    query_y: tf.Tensor  # int32 or float32 [E, Q]
    task_weight: tf.Tensor  # float32 [1], as the compiled epoch asks


def table(x: np.ndarray, drawn: Episodes) -> Table:
    """Return rows and their episodes."""
    return Table(
        tf.constant(x, tf.float32), tf.constant(drawn.support), tf.constant(drawn.support_y),
        tf.constant(drawn.query), tf.constant(drawn.query_y), tf.ones(1),
    )  # fmt: skip


def beside(parts: Sequence[tuple[np.ndarray, Episodes]], x: tf.Tensor | None = None) -> Table:
    """Return episodes of several parts, one part after the other, over the rows of all of them.

    Args:
        parts: rows, and episodes that are drawn from them.
        x: the rows of all parts, where another table has them already.
    """
    firsts = np.cumsum([0, *(len(rows) for rows, _ in parts[:-1])]).astype(np.int32)
    moved = [
        drawn._replace(support=drawn.support + first, query=drawn.query + first)
        for first, (_, drawn) in zip(firsts, parts, strict=True)
    ]
    whole = Episodes(*(np.concatenate(each) for each in zip(*moved, strict=True)))
    if x is None:
        return table(np.concatenate([rows for rows, _ in parts]), whole)
    return table(parts[0][0][:1], whole)._replace(x=x)


def task(found: Table, episodes: tf.Tensor) -> Task:
    """Return some episodes, int32 [B], with their rows."""
    support, query = tf.gather(found.support, episodes), tf.gather(found.query, episodes)
    return Task(
        tf.gather(found.x, support),
        tf.gather(found.support_y, episodes),
        tf.gather(found.x, query),
        tf.gather(found.query_y, episodes),
    )


def count(found: Table) -> int:
    """Return E, how many episodes there are."""
    return int(found.support.shape[0])
