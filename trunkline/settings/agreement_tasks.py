"""What the columns, weights and rows of tasks ask of each other."""

from collections.abc import Iterator

from trunkline.settings import naming
from trunkline.settings.study import Study, Task

Problem = tuple[str, str]  # the place, what is wrong there


def check(place: str, task: Task) -> Iterator[Problem]:
    """Yield where columns or weights do not fit the kind of a task."""
    if task.kind == "multilabel":
        yield from _several(place, task)
    else:
        yield from _single(place, task)
    if task.sample_weight and task.sample_weight in task.columns:
        yield f"{place}.sample_weight", f"'{task.sample_weight}' is the target: name another column"
    if task.class_weight is not None:
        yield from _class_weight(f"{place}.class_weight", task)


def rows(place: str, study: Study) -> Iterator[Problem]:
    """Yield where `multitask.rows` does not fit the joint tasks, or holds none back."""
    names, given = study.multitask.tasks, study.multitask.rows
    by_task = {"": given} if isinstance(given, int) else given
    for name in by_task:
        if name and name not in names:
            hint = naming.suggestion(name, names)
            yield f"{place}.{name}", f"it is not among multitask.tasks{hint}"
    missing = [name for name in names if name not in by_task and "" not in by_task]
    if missing:
        yield place, f"expected rows for each of multitask.tasks, received none for '{missing[0]}'"
    share = study.training.validation_share
    for name, count in by_task.items():
        if names and count * share < 1:
            yield (
                f"{place}.{name}".rstrip("."),
                "expected rows of which training.validation_share holds one back at least, "
                f"received {count} x {share:g} = {count * share:g}",
            )


def class_names(task: Task) -> list[str]:
    """Return the names by which `class_weight` names classes, or the labels of a multilabel task.

    Example:
        >>> class_names(Task(kind="binary", target="sick", positive=(1,)))
        ['no', 'yes']
    """
    named = {
        "binary": ["no", "yes"],
        "multiclass": [str(label) for label in task.classes],
        "multilabel": list(task.targets),
    }
    return named.get(task.kind, [])


def _several(place: str, task: Task) -> Iterator[Problem]:
    if task.target:
        yield f"{place}.target", "a multilabel task has 'targets', a column for each label"
    if len(task.targets) < 2:
        yield (
            f"{place}.targets",
            f"a multilabel task needs two columns or more, received {len(task.targets)}",
        )
    repeated = [column for i, column in enumerate(task.targets) if column in task.targets[:i]]
    if repeated:
        yield f"{place}.targets", f"expected each entry once, received {repeated[0]!r} twice"


def _single(place: str, task: Task) -> Iterator[Problem]:
    if not task.target:
        yield f"{place}.target", f"missing: a {task.kind} task needs the column of its labels"
    if task.targets:
        yield f"{place}.targets", f"a {task.kind} task has one 'target': remove it"


def _class_weight(place: str, task: Task) -> Iterator[Problem]:
    if task.kind == "regression":
        yield place, "a regression has no classes to weigh: remove it, or use sample_weight"
    elif isinstance(task.class_weight, dict):
        known = class_names(task)
        for name in task.class_weight:
            if name not in known:
                hint = naming.suggestion(name, known)
                yield f"{place}.{name}", f"the task has no class of this name{hint}"
