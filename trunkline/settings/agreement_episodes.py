"""What episodes ask of the dataset they are drawn from, of its split, and of themselves."""

from collections.abc import Iterator
from dataclasses import fields

from trunkline.settings import columns, expansion, naming
from trunkline.settings.dataset import Dataset
from trunkline.settings.encoding import Numeric
from trunkline.settings.inputs import Inputs
from trunkline.settings.metalearning.episodes import Episodes
from trunkline.settings.metalearning.study import Metalearner

Problem = tuple[str, str]  # the place, what is wrong there
WAYS = next(field.default for field in fields(Episodes) if field.name == "ways")


def drawn(place: str, study: Metalearner, dataset: Dataset) -> Iterator[Problem]:
    """Yield columns that are missing, or two things at once; else what its split puts in two parts.

    Args:
        place: of the study.
        study: the study.
        dataset: that it names.
    """
    for pattern in study.inputs.columns:
        why = columns.lacks(dataset, pattern)
        if why is not None:
            yield f"{place}.inputs.columns", why
    missing = list(_columns(place, study.episodes, dataset))
    if missing:  # of columns that are not there a split says nothing
        yield from missing
        return
    split, asked = dataset.split, study.episodes
    keys = [key for key in (asked.target, asked.parent) if key is not None]
    keys = keys if asked.group is None else [asked.group]
    what = "classes" if asked.group is None else "groups"
    if split.whole:
        yield (
            f"{place}.dataset",
            f"'{study.dataset}' stays whole, so that no row is left to score: split it",
        )
    elif split.column is None and split.group not in keys:
        yield (
            f"{place}.dataset",
            f"'{study.dataset}' is split in a way that puts the same {what} in training and in "
            f"test: split it by {' or '.join(f'`group: {key}`' for key in keys)}, or by `column:` "
            "and `values:`",
        )
    elif split.values is not None and not split.values.validation:
        yield (
            f"{place}.dataset",
            f"'{study.dataset}' holds a share of the training rows for validation, which puts the "
            f"same {what} in both: name values of '{split.column}' in its split.values.validation",
        )


def _columns(place: str, asked: Episodes, dataset: Dataset) -> Iterator[Problem]:
    told: dict[str, str] = {}
    for option, column in asked.columns.items():
        why = columns.lacks(dataset, column)
        if why is None and column in told:
            why = f"'{column}' is the {told[column]} already: name another column, or remove it"
        if why is not None:
            yield f"{place}.episodes.{option}", why
        told.setdefault(column, option)
    if asked.kind == "regression" and asked.group is None:
        yield (
            f"{place}.episodes.group",
            "missing: a regression has a task for each value of a column, such as `group: task`",
        )


def check(place: str, study: Metalearner) -> Iterator[Problem]:
    """Yield where episodes contradict themselves, or the inputs.

    Args:
        place: of the study.
        study: the study.
    """
    asked, episodes = study.episodes, f"{place}.episodes"
    whole = asked.group is not None or asked.kind == "regression"
    if asked.ways != WAYS and whole:
        why = "all classes of a group" if asked.kind == "classes" else "one number"
        yield f"{episodes}.ways", f"such an episode has {why}, received {asked.ways}: remove it"
    if asked.group is not None and asked.parent is not None:
        yield f"{episodes}.parent", "a group is a task by itself, and draws no classes: remove it"
    if asked.expand and whole:
        yield (
            f"{episodes}.expand",
            "pictures that are turned are new classes, and all groups have the same: remove it",
        )
    elif asked.expand:
        yield from _expand(place, study)
    elif asked.expand_test:
        yield f"{episodes}.expand_test", "nothing is expanded: name it in 'expand', or remove it"


def _expand(place: str, study: Metalearner) -> Iterator[Problem]:
    expand = study.episodes.expand
    if len(set(expand)) < len(expand):
        yield f"{place}.episodes.expand", f"expected each entry once, received {list(expand)}"
    why = expansion.refused(study.inputs.shape, expand)
    if why is not None:
        yield f"{place}.episodes.expand", why
    for pattern in study.inputs.columns:
        if _scaled(study.inputs, pattern):
            yield (
                f"{place}.inputs.scale",
                f"each column of '{pattern}' is scaled by its own mean and deviation, which are "
                "those of pictures that are not turned: set `scale: none`, or of pixels from 0 to "
                f"255 `encode: {{'{pattern}': {{kind: picture, shape: [...]}}}}`",
            )


def _scaled(inputs: Inputs, pattern: str) -> bool:
    """Return whether columns are scaled one by one, each by what its own training rows have."""
    for entry, chosen in inputs.encode.items():
        if naming.fits(pattern, entry):
            return isinstance(chosen, Numeric) and chosen.scale != "none"
    return inputs.scale != "none"
