"""What a study of meta-learners asks of its dataset, its network and itself."""

from collections.abc import Iterator, Mapping
from dataclasses import fields

from trunkline.settings import agreement_datasets, agreement_inputs, columns, expansion, naming
from trunkline.settings.dataset import Dataset
from trunkline.settings.inputs import Inputs
from trunkline.settings.metalearning.episodes import Episodes
from trunkline.settings.metalearning.methods import CLASSES_ONLY
from trunkline.settings.metalearning.study import Metalearner
from trunkline.settings.parameters import Parameters

Problem = tuple[str, str]  # the place, what is wrong there
TRUNKS = ("dense", "conv")  # whose forward pass is written as a function of its weights
WAYS = next(field.default for field in fields(Episodes) if field.name == "ways")
IN_MEMORY = next(field.default for field in fields(Inputs) if field.name == "in_memory")


def check(parameters: Parameters) -> Iterator[Problem]:
    """Yield each contradiction in `metalearners`.

    Args:
        parameters: all of params.yaml.
    """
    for name, study in parameters.metalearners.items():
        place = f"metalearners.{name}"
        for other in ("studies", "recommenders"):
            if name in getattr(parameters, other):
                yield place, f"there is an entry of this name in '{other}': call one something else"
        yield from _dataset(place, study, parameters.datasets)
        yield from _inputs(place, study)
        yield from _episodes(f"{place}.episodes", study)
        yield from _network(place, study)
        yield from _methods(f"{place}.methods", study)
        yield from _arms(f"{place}.arms", study)
        yield from _training(place, study)


def _dataset(place: str, study: Metalearner, datasets: Mapping[str, Dataset]) -> Iterator[Problem]:
    """Yield where columns are missing, or parts would share classes or groups."""
    place = f"{place}.dataset"
    if study.dataset not in datasets:
        yield from agreement_datasets.known(place, study.dataset, datasets)
        return
    dataset, asked = datasets[study.dataset], study.episodes
    for option in ("target", "group", "parent"):
        column = getattr(asked, option)
        why = None if column is None else columns.lacks(dataset, column)
        if why is not None:
            yield f"{place.removesuffix('.dataset')}.episodes.{option}", why
    keys = [key for key in (asked.target, asked.parent) if key is not None]
    keys = keys if asked.group is None else [asked.group]
    if dataset.split.whole:
        yield place, f"'{study.dataset}' stays whole, so that no row is left to score: split it"
    elif dataset.split.group not in keys and dataset.split.column is None:
        what = "groups" if asked.group is not None else "classes"
        yield (
            place,
            f"'{study.dataset}' is split in a way that puts the same {what} in training and in "
            f"test: split it by {' or '.join(f'`group: {key}`' for key in keys)}, or by `column:` "
            "and `values:`",
        )


def _inputs(place: str, study: Metalearner) -> Iterator[Problem]:
    told = {option: getattr(study.episodes, option) for option in ("target", "group", "parent")}
    for option, column in told.items():
        if column is not None and any(naming.fits(column, p) for p in study.inputs.columns):
            yield (
                f"{place}.inputs.columns",
                f"'{column}' is the {option} of the episodes, which would leak: leave it out",
            )
    if study.inputs.in_memory != IN_MEMORY:
        yield (
            f"{place}.inputs.in_memory",
            "episodes are drawn from all rows of a part, which are held in memory, received "
            f"{study.inputs.in_memory}: remove it",
        )
    yield from agreement_inputs.read(f"{place}.inputs", study.inputs)


def _episodes(place: str, study: Metalearner) -> Iterator[Problem]:
    asked = study.episodes
    if asked.kind == "regression" and asked.group is None:
        yield (
            f"{place}.group",
            "missing: a regression has a task for each value of a column, such as `group: task`",
        )
    if asked.ways != WAYS and (asked.group is not None or asked.kind == "regression"):
        why = "all classes of a group" if asked.kind == "classes" else "one number"
        yield f"{place}.ways", f"such an episode has {why}, received {asked.ways}: remove it"
    if asked.group is not None and asked.parent is not None:
        yield f"{place}.parent", "a group is a task by itself, and draws no classes: remove it"
    if asked.expand and (asked.group is not None or asked.kind == "regression"):
        yield (
            f"{place}.expand",
            "pictures that are turned are new classes, and all groups have the same: remove it",
        )
    elif asked.expand:
        yield from _expand(place, study)
    elif asked.expand_test:
        yield f"{place}.expand_test", "nothing is expanded: name it in 'expand', or remove it"


def _expand(place: str, study: Metalearner) -> Iterator[Problem]:
    expand = study.episodes.expand
    if len(set(expand)) < len(expand):
        yield f"{place}.expand", f"expected each entry once, received {list(expand)}"
    why = expansion.refused(study.inputs.shape, expand)
    if why is not None:
        yield f"{place}.expand", why


def _network(place: str, study: Metalearner) -> Iterator[Problem]:
    trunk, shape = study.network.trunk, list(study.inputs.shape)
    if trunk not in TRUNKS:
        yield (
            f"{place}.network.trunk",
            f"what adapts to an episode is a {' or '.join(TRUNKS)} network, received '{trunk}'",
        )
    if study.network.dropout:
        yield (
            f"{place}.network.dropout",
            "what takes steps on an episode, as `scratch` does, expects 0, received "
            f"{study.network.dropout:g}: remove it",
        )
    if trunk == "conv" and len(shape) != expansion.PICTURE:
        yield (
            f"{place}.inputs.shape",
            f"a conv trunk needs [height, width, channels], received {shape}",
        )


def _methods(place: str, study: Metalearner) -> Iterator[Problem]:
    named = study.methods.named()
    if not named:
        yield place, "no method is named: name one at least, such as `prototypes: {}`"
    if study.episodes.kind == "regression":
        for name in CLASSES_ONLY:
            if name in named:
                yield f"{place}.{name}", "it tells classes apart, and a regression has none"


def _arms(place: str, study: Metalearner) -> Iterator[Problem]:
    for arm, options in study.arms.named().items():
        steps = list(options.steps)
        if steps != sorted(set(steps)):
            yield (
                f"{place}.{arm}.steps",
                f"expected ascending numbers of steps, each once, received {steps}",
            )


def _training(place: str, study: Metalearner) -> Iterator[Problem]:
    size, train = study.training.batch_size, study.episodes.train
    if size > train:
        yield (
            f"{place}.training.batch_size",
            f"expected at most the {train} of episodes.train, received {size}",
        )
    if study.pretraining.augment.changes:
        yield (
            f"{place}.pretraining.augment",
            "pictures of episodes are not changed, and an arm that sees them changed would be "
            "another one: remove it",
        )
