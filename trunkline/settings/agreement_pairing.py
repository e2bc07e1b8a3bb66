"""What strategies over two tables ask of a study."""

from collections.abc import Iterator

from trunkline.settings import naming
from trunkline.settings.study import Study

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
    for task in study.tasks.values():
        if any(naming.fits(task.target, pattern) for pattern in inputs.columns):
            yield f"{place}.columns", f"'{task.target}' is a target: it would leak"
