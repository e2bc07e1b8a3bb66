"""What the studies ask of a dataset."""

from collections.abc import Mapping

from trunkline.settings.dataset import Dataset
from trunkline.settings.study import Study


def classes(name: str, dataset: Dataset, studies: Mapping[str, Study]) -> tuple[str, ...]:
    """Return the columns of a dataset that hold classes: of tasks, and those that stratify it.

    Args:
        name: of the dataset.
        dataset: its settings.
        studies: all studies, of which those on this dataset count.
    """
    tasks = [task for s in studies.values() if s.dataset == name for task in s.tasks.values()]
    labels = [column for task in tasks if task.kind != "regression" for column in task.columns]
    return tuple(dict.fromkeys([*labels, *dataset.split.stratify]))
