"""From a task's column to numbers a network can learn, with every doubt raised first."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trunkline.settings.study import Task
from trunkline.tasks import multilabels, weights


@dataclass(frozen=True)
class Labels:
    """A task's labels over all rows of a table.

    Attributes:
        y: float32 [rows]; class index, 0 or 1, or the value; 0 where there is no label. Of a
            multilabel task [rows, labels].
        known: bool [rows]; whether the row belongs to the task and has a label, or one of them.
        each: of a multilabel task, bool [rows, labels]: which of them a row has.
        weight: what a label counts in the loss, float32 of the shape of `y`; none: 1.
    """

    y: np.ndarray
    known: np.ndarray
    each: np.ndarray | None = None
    weight: np.ndarray | None = None

    @property
    def present(self) -> np.ndarray:
        """Whether there is a label: bool, of the shape of `y`."""
        return self.known if self.each is None else self.each & self.known[:, None]

    def at(self, rows: np.ndarray) -> "Labels":
        """Return the labels of some rows."""
        each = None if self.each is None else self.each[rows]
        weight = None if self.weight is None else self.weight[rows]
        return Labels(self.y[rows], self.known[rows], each, weight)

    def truths(self) -> np.ndarray:
        """Return `y` of the known rows; NaN where one of several labels is missing."""
        truths: np.ndarray = np.where(self.present, self.y, np.float32(np.nan))[self.known]
        return truths


def units(task: Task) -> int:
    """Return how many outputs the task's head has."""
    return {"multiclass": len(task.classes), "multilabel": len(task.targets)}.get(task.kind, 1)


def class_names(task: Task) -> list[str]:
    """Return the names of the classes in the order of their index.

    A regression has none; nor has a multilabel task, whose labels exclude each other nowhere.
    """
    if task.kind in ("regression", "multilabel"):
        return []
    if task.kind == "multiclass":
        return [str(label) for label in task.classes]
    return ["no", "yes"]


def encode(frame: pd.DataFrame, name: str, task: Task, *, weighted: bool = True) -> Labels:
    """Return the labels of `task` in `frame`.

    Args:
        frame: the table.
        name: the task's name, for messages.
        task: what is predicted.
        weighted: whether to read its `sample_weight`; test rows all count the same.

    Raises:
        ValueError: a column is missing or of the wrong kind; a label is not among the
            classes; a class or every label is absent; the target is constant; a sample weight
            is missing, negative or infinite.
    """
    mine = selected(frame, name, task)
    each = np.stack([mine & np.asarray(frame[c].notna()) for c in task.columns], axis=1)
    known = np.asarray(each.any(axis=1))
    if not known.any():
        raise ValueError(
            f"task '{name}' has no row with a label in column '{task.columns[0]}'"
            f"{' or another of its targets' if len(task.columns) > 1 else ''}: check `where`"
        )
    read = weighted and bool(task.sample_weight)
    sample = weights.sample(frame, name, task.sample_weight, known) if read else None
    if task.kind == "multilabel":
        y = multilabels.encode(frame, each, name, task)
        spread = None if sample is None else np.repeat(sample[:, None], y.shape[1], axis=1)
        return Labels(y, known, each, spread)
    y = np.zeros(len(frame), np.float32)
    y[known] = _VALUES[task.kind](frame[task.target][known], name, task)
    return Labels(y, known, None, sample)


def selected(frame: pd.DataFrame, name: str, task: Task) -> np.ndarray:
    """Return which rows are the task's by its `where`, bool [rows]; labels are not looked at.

    Raises:
        ValueError: a column of the task is missing.
    """
    _check_columns(frame, name, task)
    return np.asarray(_selected(frame, task))


def _check_columns(frame: pd.DataFrame, name: str, task: Task) -> None:
    for column in (*task.columns, *task.where):
        if column not in frame:
            raise ValueError(
                f"task '{name}' expects a column '{column}', the table has "
                f"{', '.join(map(str, frame.columns[:8]))}, ...: correct `target` or `where`"
            )


def _selected(frame: pd.DataFrame, task: Task) -> pd.Series:
    """Return whether each row has one of the wanted values in each column of `where`."""
    selected = pd.Series(True, index=frame.index)
    for column, values in task.where.items():
        selected &= frame[column].isin(list(values))
    return selected


def _multiclass(target: pd.Series, name: str, task: Task) -> np.ndarray:
    index = {label: number for number, label in enumerate(task.classes)}
    strangers = sorted({str(value) for value in target[~target.isin(list(index))]})
    if strangers:
        raise ValueError(
            f"task '{name}': column '{task.target}' holds {', '.join(strangers[:5])}, which "
            f"`classes` does not name: add the labels, or leave their rows out by `where`"
        )
    absent = [label for label in index if not (target == label).any()]
    if absent:
        raise ValueError(
            f"task '{name}': class {absent[0]!r} has no row in column '{task.target}': "
            "remove it from `classes`, or give rows of it"
        )
    return target.map(index).to_numpy(np.float32)


def _binary(target: pd.Series, name: str, task: Task) -> np.ndarray:
    y = target.isin(list(task.positive)).to_numpy(np.float32)
    if y.min() == y.max():
        side = "positive" if y[0] else "negative"
        raise ValueError(
            f"task '{name}': every row is {side}: a binary task needs both; check `positive`, "
            f"now {list(task.positive)}, against the values of column '{task.target}'"
        )
    return y


def _regression(target: pd.Series, name: str, task: Task) -> np.ndarray:
    if not pd.api.types.is_numeric_dtype(target) or pd.api.types.is_bool_dtype(target):
        raise ValueError(
            f"task '{name}' is a regression and expects numbers in column '{task.target}', "
            f"received {target.dtype}: choose another column, or another `kind`"
        )
    with np.errstate(over="ignore"):  # what is too large for float32 becomes infinite
        values = target.to_numpy(np.float64).astype(np.float32)
    if not np.isfinite(values).all():
        raise ValueError(
            f"task '{name}': column '{task.target}' holds infinity, or numbers too large for "
            "float32: remove them, or write them in another unit"
        )
    if values.min() == values.max():
        raise ValueError(
            f"task '{name}': column '{task.target}' is constant ({values[0]}): nothing to learn"
        )
    return values


_VALUES = {"multiclass": _multiclass, "binary": _binary, "regression": _regression}
