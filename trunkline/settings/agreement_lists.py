"""What lists of recommended items ask of the table of items."""

from collections.abc import Iterator, Mapping

from trunkline.settings import columns
from trunkline.settings.dataset import Dataset
from trunkline.settings.recommending import models
from trunkline.settings.recommending.study import Recommender

Problem = tuple[str, str]  # the place, what is wrong there


def check(place: str, study: Recommender, datasets: Mapping[str, Dataset]) -> Iterator[Problem]:
    """Yield where lists look at columns, or at facts, that no table of items has.

    Args:
        place: of the study.
        study: the study.
        datasets: all of params.yaml.
    """
    lists, items = study.lists, study.items
    named = {
        "unavailable.column": None if lists.unavailable is None else lists.unavailable.column,
        "cap.column": None if lists.cap is None else lists.cap.column,
        "reasons.title": None if lists.reasons is None else lists.reasons.title,
    }
    for name, column in named.items():
        if column is None:
            continue
        if items is None:
            yield f"{place}.lists.{name}", f"'{column}' of which table? Name it in 'items'"
        elif items.dataset in datasets:
            why = columns.lacks(datasets[items.dataset], column)
            if why is not None:
                yield f"{place}.lists.{name}", why
    alike = None if lists.diversity is None else lists.diversity.similarity
    if alike == "features" and (items is None or not items.columns):
        yield (
            f"{place}.lists.diversity.similarity",
            "items are alike in which facts? Name columns in 'items', or compare by factors",
        )
    yield from _factors(place, study)


def _factors(place: str, study: Recommender) -> Iterator[Problem]:
    """Yield what looks at factors of items where no model of the study has any."""
    if set(study.models.named()) & set(models.FACTORS):
        return
    for name in study.lists.by_factors:
        yield (
            f"{place}.lists.{name}",
            "no model of this study has factors of items: name one of "
            f"{', '.join(models.FACTORS)}, or leave it out",
        )
