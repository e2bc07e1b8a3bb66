"""What the models of a study of recommenders ask of its tables, and its search of them."""

from collections.abc import Iterator

from trunkline.settings import agreement_tuning, naming
from trunkline.settings.recommending import models
from trunkline.settings.recommending.study import Recommender
from trunkline.settings.tuning import numeric

Problem = tuple[str, str]  # the place, what is wrong there
# What a model cannot do without.
NEEDS = {
    "dot_mlp": "users",
    "sasrec": "time",
    "bias": "rating",
    "biased_mf": "rating",
}
LACKING = {
    "users": "it reads facts about users: name columns in 'users', or leave it out",
    "time": "it learns the order of a history: name a column in interactions.time, or leave it out",
    "rating": "it learns ratings: name their column in interactions.rating, or leave it out",
}


def check(place: str, study: Recommender) -> Iterator[Problem]:
    """Yield models that lack what they learn from, and what a search of them cannot do.

    Args:
        place: of the study.
        study: the study.
    """
    given = _given(study)
    named = study.models.named()
    for name in named:
        if name in NEEDS and NEEDS[name] not in given:
            yield f"{place}.models.{name}", LACKING[NEEDS[name]]
    if study.interactions.at_least is not None:
        yield from _cut(place, study)
    if not set(named) - {"most_popular", "random"}:
        yield f"{place}.models", "compares nothing: name a model beside most_popular and random"
    repeated = [k for number, k in enumerate(study.ks) if k in study.ks[:number]]
    if repeated:
        yield f"{place}.ks", f"expected each entry once, received {repeated[0]} twice"
    yield from _tune(f"{place}.tune", study)
    yield from _tasks(f"{place}.tasks", study)


def _cut(place: str, study: Recommender) -> Iterator[Problem]:
    """Yield what would learn ratings, and be tested on them, without the lower ones."""
    asked = {f"models.{name}": name in study.models.named() for name in models.RATING}
    asked["tasks"] = study.tasks is not None
    for name in (name for name, there in asked.items() if there):
        yield (
            f"{place}.{name}",
            f"it learns ratings, of which `at_least: {study.interactions.at_least:g}` leaves only "
            "those that are no lower: ask for it in a study of its own, without `at_least`",
        )


def _given(study: Recommender) -> set[str]:
    """Return what there is to learn from."""
    read = {name for name, side in study.sides.items() if side.columns}
    told = {name for name in ("rating", "time") if getattr(study.interactions, name) is not None}
    return read | told


def _tune(place: str, study: Recommender) -> Iterator[Problem]:
    """Yield ranges of no model, of no option, or beyond what an option may be."""
    if study.tune is None:
        return
    named = study.models.named()
    for model, ranges in study.tune.ranges.items():
        if model not in named:
            hint = naming.suggestion(model, list(named))
            yield f"{place}.ranges.{model}", f"'{model}' is no model of this study{hint}"
            continue
        options = numeric(named[model])
        for name, found in ranges.items():
            where = f"{place}.ranges.{model}.{name}"
            if name not in options:
                hint = naming.suggestion(name, list(options)) or "; it has none that is a number"
                yield where, f"'{model}' has no such option to search{hint}"
            else:
                yield from agreement_tuning.within(where, found, *options[name])


def _tasks(place: str, study: Recommender) -> Iterator[Problem]:
    """Yield where clicks and ratings cannot be learned by one model."""
    asked = study.tasks
    if asked is None:
        return
    yield from tower(f"{place}.model", asked.model, study)
    if study.interactions.rating is None:
        yield f"{place}.rating", "name the column of ratings in interactions.rating"
    if not (asked.click and asked.rating):
        yield (
            place,
            "expected weights above 0, or there is one task only, received "
            f"{asked.click:g} and {asked.rating:g}",
        )
    static = asked.balancers.static
    if static is not None and (len(static.weights) != 2 or not any(static.weights)):
        yield (
            f"{place}.balancers.static.weights",
            "expected one for clicks and one for ratings, not both 0, received "
            f"{list(static.weights)}",
        )


def tower(place: str, model: str, study: Recommender) -> Iterator[Problem]:
    """Yield where a model has no towers, or is not among those of a study.

    Args:
        place: where the model is named.
        model: its name.
        study: whose it should be.
    """
    if model not in models.TOWERS:
        hint = naming.nearest(model, models.TOWERS)
        expected = " or ".join(map(repr, models.TOWERS))
        yield place, f"expected {expected}, a model with towers, received '{model}'{hint}"
    elif model not in study.models.named():
        yield place, f"'{model}' is not among the models of this study: name it there"
