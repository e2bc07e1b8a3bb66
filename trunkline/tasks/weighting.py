"""The weights of a task's labels for the rows that are drawn to learn it."""

from dataclasses import replace

import numpy as np

from trunkline.settings.study import Task
from trunkline.tasks import labels, weights
from trunkline.tasks.labels import Labels


def drawn(name: str, task: Task, encoded: Labels, rows: np.ndarray) -> Labels:
    """Return the labels with their weights: that of the row times that of the class.

    The weights of classes come from the training rows alone, and hold for the rows held for
    early stopping too.

    Args:
        name: the task's name, for messages.
        task: its `class_weight`.
        encoded: its labels and sample weights.
        rows: training rows, int [n]; those without a label do not count.

    Raises:
        ValueError: no training row counts.
    """
    if encoded.weight is None and task.class_weight is None:
        return encoded
    sample = np.ones_like(encoded.y) if encoded.weight is None else encoded.weight
    if not (sample[rows] * encoded.present[rows]).any():
        raise ValueError(
            f"task '{name}': the {rows.size} training rows drawn all have sample_weight 0: give "
            "more rows a weight, or draw more rows"
        )
    if task.class_weight is None:
        return encoded
    return replace(encoded, weight=(sample * _of_classes(task, encoded, rows)).astype(np.float32))


def _of_classes(task: Task, encoded: Labels, rows: np.ndarray) -> np.ndarray:
    """Return the weight of each label's class, of the shape of `y`."""
    if task.kind != "multilabel":
        by_class = _by_class(task, encoded.y[rows][encoded.present[rows]])
        return by_class[encoded.y.astype(np.int64)]
    columns = []
    for number, column in enumerate(task.targets):
        y, present = encoded.y[:, number], encoded.present[:, number]
        if isinstance(task.class_weight, dict):
            by_class = np.array([1.0, task.class_weight.get(column, 1.0)])
        else:
            by_class = weights.balanced(y[rows][present[rows]], 2)
        columns.append(by_class[y.astype(np.int64)])
    return np.stack(columns, axis=1)


def _by_class(task: Task, y: np.ndarray) -> np.ndarray:
    """Return the weight of each class, float64 [classes]."""
    names = labels.class_names(task)
    if isinstance(task.class_weight, dict):
        return np.array([task.class_weight.get(name, 1.0) for name in names])
    return weights.balanced(y, len(names))
