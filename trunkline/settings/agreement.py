"""What entries of params.yaml ask of each other."""

import re
from collections.abc import Iterator, Sequence

from trunkline.settings import (
    agreement_balancers,
    agreement_datasets,
    agreement_files,
    agreement_inputs,
    agreement_metalearning,
    agreement_pairing,
    agreement_recommending,
    agreement_sharing,
    agreement_splitting,
    agreement_strategies,
    agreement_tasks,
    agreement_trunks,
    agreement_tuning,
    naming,
)
from trunkline.settings.dataset import Dataset
from trunkline.settings.parameters import Parameters
from trunkline.settings.study import Label, Study, Task

Problem = tuple[str, str]  # the place, what is wrong there
NAME = re.compile(r"[a-z][a-z0-9_]*")


def check(parameters: Parameters) -> Iterator[Problem]:
    """Yield each contradiction between entries that are valid by themselves."""
    if not (parameters.studies or parameters.recommenders or parameters.metalearners):
        yield (
            "studies",
            "expected a study here, in 'recommenders' or in 'metalearners', received none: ask "
            "something",
        )
    for name, dataset in parameters.datasets.items():
        yield from _dataset(f"datasets.{name}", name, dataset)
    for name, study in parameters.studies.items():
        place = f"studies.{name}"
        yield from _name(place, name)
        yield from agreement_datasets.known(f"{place}.dataset", study.dataset, parameters.datasets)
        found = parameters.datasets.get(study.dataset)
        if found is not None and found.split.whole:
            yield (
                f"{place}.dataset",
                f"'{study.dataset}' stays whole, so that no row is left to score: give it a split",
            )
        yield from _study(place, study)
    for name in parameters.recommenders:
        yield from _name(f"recommenders.{name}", name)
    yield from agreement_recommending.check(parameters)
    for name in parameters.metalearners:
        yield from _name(f"metalearners.{name}", name)
    yield from agreement_metalearning.check(parameters)


def _dataset(place: str, name: str, dataset: Dataset) -> Iterator[Problem]:
    yield from _name(place, name)
    yield from agreement_files.check(place, dataset)
    yield from _distinct(f"{place}.split.stratify", dataset.split.stratify)
    yield from agreement_splitting.check(f"{place}.split", dataset.split)


def _study(place: str, study: Study) -> Iterator[Problem]:
    for name, task in study.tasks.items():
        yield from _name(f"{place}.tasks.{name}", name)
        yield from _task(f"{place}.tasks.{name}", task)
        yield from agreement_tasks.check(f"{place}.tasks.{name}", task)
    yield from _known(place, study)
    yield from agreement_inputs.check(place, study)
    yield from agreement_trunks.check(place, study)
    yield from _transfer(f"{place}", study)
    yield from agreement_pairing.check(place, study)
    yield from agreement_pairing.adapt(f"{place}.finetune.adapt", study)
    yield from _budgets(f"{place}.finetune.budgets", study)
    yield from agreement_strategies.check(f"{place}.finetune.strategies", study)
    yield from _multitask(f"{place}.multitask", study)
    yield from agreement_tuning.check(f"{place}.tune", study)
    if not (study.finetune.tasks or study.finetune.adapt.tasks or study.multitask.tasks):
        yield place, "compares nothing: name tasks in finetune.tasks or in multitask.tasks"


def _multitask(place: str, study: Study) -> Iterator[Problem]:
    names = study.multitask.tasks
    yield from _distinct(f"{place}.tasks", names)
    if len(names) == 1:
        yield f"{place}.tasks", "expected two tasks or more, or none, received one"
    if names and not any(study.tasks[name].weight for name in names if name in study.tasks):
        yield f"{place}.tasks", "expected a weight above 0 for one task at least, received none"
    yield from agreement_tasks.rows(f"{place}.rows", study)
    if study.multitask.affinity and not names:
        yield f"{place}.affinity", "there is nothing to measure: name tasks in multitask.tasks"
    yield from agreement_balancers.check(f"{place}.balancers", study)
    yield from agreement_sharing.check(f"{place}.sharing", study)


def _name(place: str, name: str) -> Iterator[Problem]:
    if not NAME.fullmatch(name):
        yield (
            place,
            "expected small letters, digits and '_' after a first letter, as it becomes the name "
            f"of a folder, received {name!r}",
        )


def _distinct(place: str, values: Sequence[Label]) -> Iterator[Problem]:
    repeated = [value for i, value in enumerate(values) if value in values[:i]]
    if repeated:
        yield place, f"expected each entry once, received {repeated[0]!r} twice"


def _task(place: str, task: Task) -> Iterator[Problem]:
    """Yield where the labels do not fit the kind."""
    needed = {"binary": "positive", "multiclass": "classes"}.get(task.kind)
    labels = {"classes": task.classes, "positive": task.positive}
    for name, values in labels.items():
        yield from _distinct(f"{place}.{name}", values)
        if values and name != needed:
            yield f"{place}.{name}", f"a {task.kind} task has no '{name}': remove it"
    if task.kind == "multiclass" and len(task.classes) < 2:
        yield (
            f"{place}.classes",
            f"a multiclass task needs two classes or more, received {len(task.classes)}",
        )
    if task.kind == "binary" and not task.positive:
        yield f"{place}.positive", "a binary task needs the labels that count as 1, received none"
    for column, values in task.where.items():
        if not values:
            yield f"{place}.where.{column}", "expected values to select rows by, received none"


def _known(place: str, study: Study) -> Iterator[Problem]:
    """Yield each task that is named but not described."""
    named = [(f"{place}.finetune.tasks", name) for name in study.finetune.tasks]
    named += [(f"{place}.finetune.adapt.tasks", name) for name in study.finetune.adapt.tasks]
    named += [(f"{place}.multitask.tasks", name) for name in study.multitask.tasks]
    if study.pretrain.task is not None:
        named.append((f"{place}.pretrain.task", study.pretrain.task))
    for where, name in named:
        if name not in study.tasks:
            hint = naming.suggestion(name, list(study.tasks))
            yield where, f"unknown task '{name}'{hint}"


def _transfer(place: str, study: Study) -> Iterator[Problem]:
    yield from _distinct(f"{place}.finetune.tasks", study.finetune.tasks)
    source = study.pretrain.task
    if study.finetune.tasks and source is None:
        yield f"{place}.pretrain.task", "missing: finetune.tasks need a source task"
    if source is not None and not (study.finetune.tasks or study.finetune.adapt.tasks):
        yield f"{place}.finetune.tasks", f"missing: nothing is transferred from '{source}'"
    for target in (*study.finetune.tasks, *study.finetune.adapt.tasks):
        if (
            source in study.tasks
            and target in study.tasks
            and _overlap(study.tasks[source], study.tasks[target])
        ):
            yield (
                f"{place}.finetune.tasks",
                f"'{target}' names rows that the source '{source}' has learned: give both a "
                "'where' on the same column with different values, or learn them jointly, as "
                "multitask.tasks",
            )


def _overlap(source: Task, target: Task) -> bool:
    """Return whether a row may belong to both tasks."""
    shared = source.where.keys() & target.where.keys()
    return all(set(source.where[column]) & set(target.where[column]) for column in shared)


def _budgets(place: str, study: Study) -> Iterator[Problem]:
    budgets = list(study.finetune.budgets)
    if study.finetune.tasks and not budgets:
        yield place, "missing: finetune.tasks need at least one label budget"
    if budgets != sorted(set(budgets)):
        yield place, f"expected ascending budgets, each once, received {budgets}"
