"""What a study of recommenders asks of its datasets: that they are there, and fit together."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from trunkline.settings import (
    agreement_datasets,
    agreement_inputs,
    agreement_lists,
    agreement_recommending_models,
    agreement_transferring,
    columns,
    naming,
)
from trunkline.settings.dataset import Dataset
from trunkline.settings.encoding import Embedding, Tokens
from trunkline.settings.market import Market
from trunkline.settings.parameters import Parameters
from trunkline.settings.recommending import agreement_interactions, models
from trunkline.settings.recommending.study import Recommender, Side

Problem = tuple[str, str]  # the place, what is wrong there
Datasets = Mapping[str, Dataset]


def check(parameters: Parameters) -> Iterator[Problem]:
    """Yield each contradiction in `recommenders`.

    Args:
        parameters: all of params.yaml.
    """
    for name, study in parameters.recommenders.items():
        place = f"recommenders.{name}"
        if name in parameters.studies:
            yield place, "there is an entry of this name in 'studies': call one something else"
        yield from _interactions(place, study, parameters.datasets)
        for side in study.sides:
            yield from _side(place, side, study, parameters.datasets)
        yield from _split(place, study, parameters.datasets)
        yield from agreement_recommending_models.check(place, study)
        yield from agreement_lists.check(place, study, parameters.datasets)
        yield from agreement_transferring.check(place, name, parameters)


def _interactions(place: str, study: Recommender, datasets: Datasets) -> Iterator[Problem]:
    yield from agreement_interactions.check(f"{place}.interactions", study.interactions)
    yield from agreement_datasets.known(f"{place}.dataset", study.dataset, datasets)
    if study.dataset not in datasets:
        return
    named = {name: getattr(study.interactions, name) for name in ("user", "item", "rating", "time")}
    for name, column in named.items():
        why = None if column is None else columns.lacks(datasets[study.dataset], column)
        if why is not None:
            yield f"{place}.interactions.{name}", why
    yield from _generated(f"{place}.dataset", "interactions", datasets[study.dataset], None)


def _side(place: str, name: str, study: Recommender, datasets: Datasets) -> Iterator[Problem]:
    """Yield what is wrong with the table of users or items."""
    side, place, found = study.sides[name], f"{place}.{name}", study.sides[name].dataset
    yield from agreement_datasets.known(f"{place}.dataset", found, datasets)
    if found in datasets and found == study.dataset:  # facts stand beside each interaction
        yield from _facts(place, side, study.key(name), datasets[found])
    elif found in datasets:
        if not datasets[found].split.whole:
            yield (
                f"{place}.dataset",
                f"'{found}' is split, so that facts about some {name} would be missing: state "
                "`split: {whole: true}` there",
            )
        yield from _facts(place, side, study.key(name), datasets[found])
        of_study = datasets.get(study.dataset)
        yield from _generated(f"{place}.dataset", name, datasets[found], of_study)
    yield from _inputs(place, side, study.key(name))


def _facts(place: str, side: Side, key: str, dataset: Dataset) -> Iterator[Problem]:
    named = [("key", key), *(("columns", name) for name in side.columns)]
    if side.title is not None:
        named.append(("title", side.title))
    for name, column in named:
        why = columns.lacks(dataset, column)
        if why is not None:
            yield f"{place}.{name}", why


def _inputs(place: str, side: Side, key: str) -> Iterator[Problem]:
    if any(naming.fits(key, pattern) for pattern in side.columns):
        yield (
            f"{place}.columns",
            f"'{key}' names the rows and says nothing of those to come: leave it out",
        )
    if side.encode and not side.columns:
        yield f"{place}.encode", "nothing is read: name columns, or remove it"
    if side.inputs is not None:
        yield from agreement_inputs.read(place, side.inputs)
    for name, chosen in side.encode.items():
        if isinstance(chosen, Embedding | Tokens):
            yield (
                f"{place}.encode.{name}",
                f"facts are read as numbers, '{chosen.kind}' gives indices: expected one of "
                "numeric, one_hot, ordinal, boolean, time, words",
            )


def _generated(
    place: str, table: str, dataset: Dataset, other: Dataset | None
) -> Iterator[Problem]:
    """Yield where a generated market's table is another one, or of another market."""
    if not isinstance(dataset.source, Market):
        return
    if dataset.source.table != table:
        yield (
            place,
            f"expected the generated table of {table}, received that of {dataset.source.table}",
        )
    source = None if other is None else other.source
    if isinstance(source, Market) and replace(source, table=dataset.source.table) != dataset.source:
        yield (
            place,
            "it is generated with other options than the interactions, whose users and items are "
            "others: make them the same but for 'table'",
        )


def _split(place: str, study: Recommender, datasets: Datasets) -> Iterator[Problem]:
    """Yield where there is no test, training knows none of it, or what is older is said twice."""
    if study.dataset not in datasets:
        return
    split, asked = datasets[study.dataset].split, study.interactions
    if split.whole:
        yield (
            f"{place}.dataset",
            f"'{study.dataset}' stays whole, so that no row is left to score: give it a split",
        )
    for side, column in (("users", asked.user), ("items", asked.item)):
        if split.group == column:
            yield from _news(place, side, column, study)
    if None not in (split.time, asked.time) and split.time != asked.time:
        yield (
            f"{place}.interactions.time",
            f"'{study.dataset}' is split by '{split.time}', received '{asked.time}': what is older "
            "must be the same to both",
        )


def _news(place: str, side: str, column: str, study: Recommender) -> Iterator[Problem]:
    """Yield what cannot be asked of a test that is of new users, or of new items, alone."""
    why = f"'{study.dataset}' is split by group of '{column}', so that training knows none of the "
    if side not in study.interactions.cold:
        yield (
            f"{place}.interactions.cold",
            f"{why}{side} of the test: declare `cold: [{side}]`, or split otherwise",
        )
    named = study.models.named()
    asked = {f"models.{name}": name in named for name in models.RATING}
    asked |= {name: getattr(study, name) is not None for name in ("transfer", "tasks")}
    for name in (name for name, there in asked.items() if there):
        yield f"{place}.{name}", f"{why}{side} it would be tested on: remove it, or split otherwise"
    reads = study.items is not None and bool(study.items.columns)
    if side == "items" and not (reads and set(named) & set(models.TOWERS)):
        yield (
            f"{place}.models",
            f"{why}items of the test, and no model ranks them: name two_tower, and columns in "
            "'items', or split otherwise",
        )
