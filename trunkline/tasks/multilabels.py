"""Several labels of a row, none of which excludes another: a column of 0 or 1 for each."""

import numpy as np
import pandas as pd

from trunkline.settings.study import Task


def encode(frame: pd.DataFrame, each: np.ndarray, name: str, task: Task) -> np.ndarray:
    """Return the labels, float32 [rows, labels]; 0 where one is missing.

    Args:
        frame: the table.
        each: which labels there are, bool [rows, labels].
        name: the task's name, for messages.
        task: its `targets` are the labels.

    Raises:
        ValueError: a column holds something else, nothing, or one value only.
    """
    y = np.zeros(each.shape, np.float32)
    for number, column in enumerate(task.targets):
        there = each[:, number]
        values = frame[column][there]
        _check(values, name, column)
        y[there, number] = values.astype("float32")
    return y


def _check(values: pd.Series, name: str, column: str) -> None:
    found = values.unique().tolist()
    strangers = sorted(str(value) for value in found if value not in (0, 1))
    if strangers:
        raise ValueError(
            f"task '{name}': column '{column}' of its targets holds {', '.join(strangers[:5])}: "
            "expected 0, 1, true or false, or nothing where the label is missing"
        )
    if len(found) < 2:
        only = f"{int(found[0])} in every row that has it" if found else "in no row"
        raise ValueError(
            f"task '{name}': label '{column}' is {only}: there is nothing to learn; leave it out "
            "of `targets`, or give rows of both values"
        )
