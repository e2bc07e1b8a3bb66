"""What trunks, and the augmentation of pictures, ask of the other entries of a study."""

from collections.abc import Iterator

from trunkline.settings.study import Inputs, Study

Problem = tuple[str, str]  # the place, what is wrong there
PICTURE = 3  # [height, width, channels]


def check(place: str, study: Study) -> Iterator[Problem]:
    """Yield where the inputs, or a strategy, do not suit the trunk or the augmentation.

    Args:
        place: of the study.
        study: the study.
    """
    read = {f"{place}.inputs": study.inputs}
    if study.pretrain.inputs is not None:
        read[f"{place}.pretrain.inputs"] = study.pretrain.inputs
    for where, inputs in read.items():
        yield from _shape(f"{where}.shape", inputs, study)
    windows = study.network.windows
    if len(set(windows)) < len(windows):
        yield f"{place}.network.windows", f"expected each entry once, received {list(windows)}"
    mapped = study.finetune.strategies.feature_map is not None
    strategy = f"{place}.finetune.strategies.feature_map"
    if mapped and study.network.trunk == "text":
        yield (
            strategy,
            "a map makes numbers, and a text trunk reads the numbers of words: leave it out, or "
            "choose another network.trunk",
        )
    if mapped and study.training.augment.changes:
        yield (
            strategy,
            "what a map makes of the source is no picture that could be turned: leave it out, or "
            "remove training.augment",
        )


def _shape(place: str, inputs: Inputs, study: Study) -> Iterator[Problem]:
    shape = list(inputs.shape)
    if study.network.trunk == "text" and shape:
        yield place, f"a text trunk reads the words of a row in order, received {shape}: remove it"
    if study.training.augment.changes and len(shape) != PICTURE:
        yield (
            place,
            f"training.augment changes pictures, [height, width, channels], received {shape}: set "
            "it, or remove training.augment",
        )
