"""What the columns of a study, and the ways to encode them, ask of other entries."""

from collections.abc import Iterator, Sequence

from trunkline.settings import naming
from trunkline.settings.encoding import (
    Embedding,
    Encoding,
    OneHot,
    Ordinal,
    Picture,
    Time,
    Tokens,
    Value,
    Words,
)
from trunkline.settings.inputs import Inputs
from trunkline.settings.study import Study

Problem = tuple[str, str]  # the place, what is wrong there


def check(place: str, study: Study) -> Iterator[Problem]:
    """Yield where the inputs contradict themselves, the trunk or the targets.

    Args:
        place: of the study.
        study: the study.
    """
    shape = list(study.inputs.shape)
    if study.network.trunk == "conv" and len(shape) != 3:
        yield (
            f"{place}.inputs.shape",
            f"a conv trunk needs [height, width, channels], received {shape}",
        )
    for target in (column for task in study.tasks.values() for column in task.columns):
        if any(naming.fits(target, pattern) for pattern in study.inputs.columns):
            yield f"{place}.inputs.columns", f"'{target}' is a target: it would leak"
    yield from read(f"{place}.inputs", study.inputs)
    if study.pretrain.inputs is not None:
        yield from read(f"{place}.pretrain.inputs", study.pretrain.inputs)


def read(place: str, inputs: Inputs) -> Iterator[Problem]:
    """Yield where columns that are read, and how, contradict each other.

    Args:
        place: of the inputs.
        inputs: the columns.
    """
    yield from _once(f"{place}.columns", inputs.columns)
    for name, chosen in inputs.encode.items():
        yield from _fitting(f"{place}.encode.{name}", name, inputs.columns)
        yield from _entry(f"{place}.encode.{name}", chosen)
        if inputs.shape and isinstance(chosen, Embedding | Tokens):
            yield (
                f"{place}.shape",
                f"the indices of '{name}' ({chosen.kind}) are no pixels, received "
                f"{list(inputs.shape)}: remove the shape, or encode the column otherwise",
            )
        if inputs.shape and isinstance(chosen, Picture) and inputs.shape != chosen.encoded:
            yield (
                f"{place}.shape",
                f"the picture '{name}' becomes {list(chosen.encoded)}, received "
                f"{list(inputs.shape)}: make them agree",
            )


def _fitting(place: str, entry: str, columns: Sequence[str]) -> Iterator[Problem]:
    """Yield an entry that is for no column, where that is certain without the table."""
    for column in columns:
        both = "*" in column and "*" in entry
        if both or naming.fits(column, entry) or naming.fits(entry, column):
            return
    hint = naming.nearest(entry, list(columns)) or ": name the column there, or remove the entry"
    yield place, f"'{entry}' fits none of inputs.columns{hint}"


def _entry(place: str, chosen: Encoding) -> Iterator[Problem]:
    match chosen:
        case OneHot() | Ordinal() | Embedding():
            yield from _once(f"{place}.values", chosen.values)
        case Words():
            yield from _words(place, chosen)
        case Picture():
            yield from _picture(place, chosen)
        case Time():
            yield from _once(f"{place}.cycles", chosen.cycles)
            if not chosen.cycles and not chosen.elapsed:
                yield place, "nothing is left of the date: name cycles, or set elapsed: true"


def _once(place: str, values: Sequence[Value]) -> Iterator[Problem]:
    # To Python true and 1 are equal, to a column they are not.
    told = [(type(value), value) for value in values]
    repeated = [value for n, value in enumerate(values) if told[n] in told[:n]]
    if repeated:
        yield place, f"expected each entry once, received {repeated[0]!r} twice"


def _words(place: str, chosen: Words) -> Iterator[Problem]:
    for name, runs in (("words", chosen.words), ("characters", chosen.characters)):
        if runs and (len(runs) != 2 or runs[0] > runs[1]):
            yield (
                f"{place}.{name}",
                f"expected [shortest, longest], or [] for none, received {list(runs)}",
            )
    if not chosen.words and not chosen.characters:
        yield place, "nothing is counted: give words or characters, [shortest, longest]"


def _picture(place: str, chosen: Picture) -> Iterator[Problem]:
    shape = list(chosen.shape)
    if len(shape) != 3 or shape[2] not in (1, 3):
        yield (
            f"{place}.shape",
            f"expected [height, width, channels] with 1 or 3 channels, received {shape}",
        )
    if chosen.size and len(chosen.size) != 2:
        yield f"{place}.size", f"expected [height, width], received {list(chosen.size)}"
