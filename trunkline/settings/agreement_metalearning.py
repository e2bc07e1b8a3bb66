"""What a study of meta-learners asks of its dataset, its network and itself."""

from collections.abc import Iterator
from dataclasses import fields

from trunkline.settings import (
    agreement_datasets,
    agreement_episodes,
    agreement_inputs,
    expansion,
    naming,
)
from trunkline.settings.inputs import Inputs
from trunkline.settings.metalearning.methods import CLASSES_ONLY
from trunkline.settings.metalearning.study import Metalearner
from trunkline.settings.parameters import Parameters

Problem = tuple[str, str]  # the place, what is wrong there
TRUNKS = ("dense", "conv")  # whose forward pass is written as a function of its weights
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
        if study.dataset in parameters.datasets:
            yield from agreement_episodes.drawn(place, study, parameters.datasets[study.dataset])
        yield from agreement_datasets.known(f"{place}.dataset", study.dataset, parameters.datasets)
        yield from _inputs(place, study)
        yield from agreement_episodes.check(place, study)
        yield from _network(place, study)
        yield from _methods(f"{place}.methods", study)
        yield from _arms(f"{place}.arms", study)
        yield from _training(place, study)
        yield from _evaluate(f"{place}.evaluate", study)


def _inputs(place: str, study: Metalearner) -> Iterator[Problem]:
    for option, column in study.episodes.columns.items():
        if any(naming.fits(column, p) for p in study.inputs.columns):
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


def _evaluate(place: str, study: Metalearner) -> Iterator[Problem]:
    margin = study.evaluate.margin
    if study.episodes.kind == "classes" and margin >= 1:
        yield (
            f"{place}.margin",
            "accuracy is a share, of which no difference is above 1: expected a margin below 1, "
            f"such as 0.01, received {margin:g}",
        )
