"""What a study of recommenders asks of the market that its models begin with."""

from collections.abc import Iterator

from trunkline.settings import agreement_recommending_models, naming
from trunkline.settings.parameters import Parameters
from trunkline.settings.recommending.study import FromMarket, Recommender

Problem = tuple[str, str]  # the place, what is wrong there
SIDES = {"both": ("users", "items"), "users": ("users",), "items": ("items",)}


def check(place: str, name: str, parameters: Parameters) -> Iterator[Problem]:
    """Yield where nothing can be taken over from another study, or it would mean something else.

    Args:
        place: of the study.
        name: of the study.
        parameters: all of params.yaml.
    """
    study = parameters.recommenders[name]
    asked = study.transfer
    if asked is None:
        return
    place = f"{place}.transfer"
    others = [other for other in parameters.recommenders if other != name]
    if asked.study not in others:
        hint = naming.suggestion(asked.study, others) or "; there is no other one"
        yield (
            f"{place}.study",
            f"expected another study of recommenders, '{asked.study}' is none{hint}",
        )
        return
    source = parameters.recommenders[asked.study]
    if source.dataset == study.dataset:
        yield f"{place}.study", f"'{asked.study}' is of the same dataset: nothing is transferred"
    if source.transfer is not None:
        yield f"{place}.study", f"'{asked.study}' begins with another study itself: name that one"
    yield from _models(place, asked, study, source)
    yield from _meaning(place, asked, study, source)


def _models(
    place: str, asked: FromMarket, study: Recommender, source: Recommender
) -> Iterator[Problem]:
    for number, model in enumerate(asked.models):
        where = f"{place}.models[{number}]"
        wrong = list(agreement_recommending_models.tower(where, model, study))
        yield from wrong
        if not wrong and model not in source.models.named():
            yield where, f"'{asked.study}' has no '{model}': name it among its models"
        if model in asked.models[:number]:
            yield where, f"expected each entry once, received '{model}' twice"


def _meaning(
    place: str, asked: FromMarket, study: Recommender, source: Recommender
) -> Iterator[Problem]:
    """Yield where a tower would read other facts than it was trained on."""
    for name in SIDES[asked.parts]:
        own, other = study.sides.get(name), source.sides.get(name)
        read = None if own is None else own.inputs
        learned = None if other is None else other.inputs
        if read is None and learned is None and asked.parts == name:
            yield f"{place}.parts", f"the tower of {name} reads no facts: name columns in '{name}'"
        elif read != learned:
            yield (
                f"{place}.parts",
                f"the tower of {name} was trained on other facts in '{asked.study}': make "
                f"columns, scale and encode of '{name}' the same in both",
            )
