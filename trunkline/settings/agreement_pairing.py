"""What strategies over two tables ask of a study."""

from collections.abc import Iterator

from trunkline.settings import naming
from trunkline.settings.study import Study, Task

Problem = tuple[str, str]  # the place, what is wrong there
OWN = ("scratch", "feature_map")  # strategies that begin without the source's trunk


def check(place: str, study: Study) -> Iterator[Problem]:
    """Yield where a source's own inputs, or the strategies beside them, contradict the study."""
    yield from _source_inputs(f"{place}.pretrain.inputs", study)
    named = [name for name, options in vars(study.finetune.strategies).items() if options]
    strategies = f"{place}.finetune.strategies"
    if study.pretrain.inputs is not None:
        for name in named:
            if name not in OWN:
                yield (
                    f"{strategies}.{name}",
                    "it begins with the source's trunk, which reads pretrain.inputs and not the "
                    "study's inputs: leave it out, or remove pretrain.inputs",
                )
    mapped, own = study.finetune.strategies.feature_map, study.pretrain.inputs
    if mapped is None:
        return
    if own in (None, study.inputs) and not mapped.same_inputs:
        yield (
            f"{strategies}.feature_map",
            "there is nothing to map: source and target read the same inputs; name the source's "
            "in pretrain.inputs, or set same_inputs: true",
        )
    if mapped.near == "identity" and mapped.map != "linear":
        yield (
            f"{strategies}.feature_map.near",
            "'identity' is for a linear map, received 'dense': use 'zero'",
        )


def _source_inputs(place: str, study: Study) -> Iterator[Problem]:
    inputs = study.pretrain.inputs
    if inputs is None:
        return
    if study.pretrain.task is None:
        yield place, "there is no source to read them: name pretrain.task, or remove them"
    if study.network.trunk == "conv" and len(inputs.shape) != 3:
        yield (
            f"{place}.shape",
            f"a conv trunk needs [height, width, channels], received {list(inputs.shape)}",
        )
    for target in (column for task in study.tasks.values() for column in task.columns):
        if any(naming.fits(target, pattern) for pattern in inputs.columns):
            yield f"{place}.columns", f"'{target}' is a target: it would leak"


def adapt(place: str, study: Study) -> Iterator[Problem]:
    """Yield where a source and a target of which no label is used do not fit each other."""
    asked = study.finetune.adapt
    named = [name for name, options in vars(asked.methods).items() if options is not None]
    if not asked.tasks:
        if named != ["source_only"]:
            yield (
                f"{place}.methods",
                f"'{named[-1]}' has nothing to adapt to: name tasks in finetune.adapt.tasks",
            )
        return
    for number, name in enumerate(asked.tasks):
        if name in asked.tasks[:number]:
            yield f"{place}.tasks", f"expected each entry once, received {name!r} twice"
    if study.training.batch_size < 2:
        yield f"{place}.tasks", "it compares batches: expected training.batch_size of 2 or more"
    yield from _one_label_set(place, study, named)


def _one_label_set(place: str, study: Study, named: list[str]) -> Iterator[Problem]:
    """Yield where the target could not be answered by what the source teaches."""
    if study.pretrain.task is None:
        yield f"{place}.tasks", "they need a source task: name it in pretrain.task"
    if study.pretrain.inputs is not None:
        yield f"{place}.tasks", "they read what the source reads: remove pretrain.inputs"
    source = study.tasks.get(str(study.pretrain.task))
    if source is None:
        return
    targets = {
        name: study.tasks[name] for name in study.finetune.adapt.tasks if name in study.tasks
    }
    for name, target in targets.items():
        if _asked(source) != _asked(target):
            yield (
                f"{place}.tasks",
                f"'{name}' is {_labels(target)}, the source '{study.pretrain.task}' is "
                f"{_labels(source)}: without labels of the target both need the same",
            )
    wrong = {"regression": "classes", "multilabel": "classes that exclude each other"}
    for name in ("cdan", "mcc"):
        if name in named and source.kind in wrong:
            yield (
                f"{place}.methods.{name}",
                f"it needs {wrong[source.kind]}, and the source is {_labels(source)}",
            )


def _asked(task: Task) -> tuple[object, ...]:
    return task.kind, task.classes, len(task.targets)


def _labels(task: Task) -> str:
    names = task.classes or task.targets
    return f"{task.kind} of {list(names)}" if names else task.kind
