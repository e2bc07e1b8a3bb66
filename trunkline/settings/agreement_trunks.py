"""What trunks, and the augmentation of pictures, ask of the other entries of a study."""

from collections.abc import Iterator

from trunkline.settings.encoding import Embedding, Tokens
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
        yield from _words(f"{where}.encode", inputs, study)
    windows = study.network.windows
    if len(set(windows)) < len(windows):
        yield f"{place}.network.windows", f"expected each entry once, received {list(windows)}"
    if study.finetune.strategies.feature_map is not None:
        yield from _mapped(f"{place}.finetune.strategies.feature_map", study)


def _mapped(place: str, study: Study) -> Iterator[Problem]:
    """Yield where a learned map would read or make something else than numbers."""
    if study.network.trunk == "text":
        yield (
            place,
            "a map makes numbers, and a text trunk reads the numbers of words: leave it out, or "
            "choose another network.trunk",
        )
        return
    if study.training.augment.changes:
        yield (
            place,
            "what a map makes of the source is no picture that could be turned: leave it out, or "
            "remove training.augment",
        )
    for where, inputs in (("inputs", study.inputs), ("pretrain.inputs", study.pretrain.inputs)):
        for name, chosen in inputs.encode.items() if inputs is not None else ():
            if isinstance(chosen, Embedding | Tokens):
                yield (
                    place,
                    f"a map reads and makes numbers, and {where}.encode makes '{name}' an index "
                    f"({chosen.kind}): encode it as one_hot or words, or leave the strategy out",
                )


def _words(place: str, inputs: Inputs, study: Study) -> Iterator[Problem]:
    """Yield where a trunk that reads words is given none: no column becomes tokens by itself."""
    tokens = any(isinstance(chosen, Tokens) for chosen in inputs.encode.values())
    if study.network.trunk == "text" and not tokens:
        yield (
            place,
            "a text trunk reads the words of a text in order, and no column is encoded as tokens: "
            "add one, as in {note: {kind: tokens}}, or choose another network.trunk",
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
