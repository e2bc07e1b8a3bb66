"""The rows of targets of which no label is used, and the source's rows beside them."""

import numpy as np
import pandas as pd

from trunkline.data import large
from trunkline.data.large import Rows
from trunkline.settings.study import Question, Task
from trunkline.tasks import labels
from trunkline.training import choosing, source_rows


def read(train: Rows, study: Question) -> pd.DataFrame:
    """Return the rows; of a larger table at most `inputs.in_memory` of each task, drawn evenly."""
    tasks = {name: study.tasks[name] for name in study.finetune.adapt.tasks}
    narrow = large.narrow(train, tasks.values())
    if narrow is train:
        return narrow
    parts = [
        large.some(of(narrow, name, task), study.inputs.in_memory) for name, task in tasks.items()
    ]
    return choosing.choose(train, [source_rows.sample(train, study), *parts]).frame


def of(train: pd.DataFrame, name: str, task: Task) -> np.ndarray:
    """Return the rows of a target by its `where` alone, int32; labels are not looked at.

    Raises:
        ValueError: there are none, or a column is missing.
    """
    selected = labels.selected(train, name, task)
    if not selected.any():
        raise ValueError(f"task '{name}' has no training row to adapt to: check `where`")
    return np.flatnonzero(selected).astype(np.int32)
