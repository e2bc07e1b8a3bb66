"""The lists of a study: by the model that was best on validation, then by what knows more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from trunkline.determinism import seeds
from trunkline.recommending import facts, lister, registry, trials
from trunkline.recommending.audience import Audience, everybody
from trunkline.recommending.factors import Factors
from trunkline.recommending.facts import Facts
from trunkline.recommending.fitting import Gathered, Learned
from trunkline.recommending.lists import approximate, making, scoring, sources
from trunkline.recommending.lists.exact import Exact
from trunkline.recommending.lists.filtering import Open
from trunkline.recommending.lists.making import Catalogue, Made
from trunkline.recommending.lists.sources import FEATURES, MODEL, POPULARITY, Popular, Source
from trunkline.recommending.model import UNKNOWN, Arrays, Asked
from trunkline.recommending.searching import Rows
from trunkline.settings.recommending.lists import Lists
from trunkline.settings.recommending.models import RATING
from trunkline.settings.recommending.study import Recommender

SOURCES = {"most_popular": POPULARITY}  # of models that do not look at a history


@dataclass(frozen=True, eq=False)
class Listing:
    """The lists of a study, and what is to be told of them.

    Attributes:
        made: the lists.
        users: ids, in the order of the lists.
        catalogue: of the items.
        options: what lists are like.
        told: the best model on validation, the one that made the lists, how many users there are,
            what approximate search finds, and notes.
    """

    made: Made
    users: np.ndarray
    catalogue: Catalogue
    options: Lists
    told: Mapping[str, Any]


def of_best(
    done: Learned, gathered: Gathered, study: Recommender, *, name: str, seed: int
) -> Listing:
    """Return the lists of all users, by the model that was best on validation.

    Args:
        done: what was fitted.
        gathered: what was learned from.
        study: what lists are like.
        name: of the study, for seeds.
        seed: the root seed.

    Raises:
        ValueError: as `listed`.
    """
    rows, found = gathered.known.final, gathered.found
    first = {model: fits[0] for model, fits in done.arrays().items()}
    return listed(
        trials.ranked(done.trials, leave_out=RATING), first, rows=rows, found=found, study=study,
        audience=everybody(rows, found, study), seed=seeds.derive(seed, name),
    )  # fmt: skip


def listed(  # by name: what was fitted, on what, for whom, and how
    names: Sequence[str],
    arrays: Mapping[str, Arrays],
    *,
    rows: Rows,
    audience: Audience,
    found: Mapping[str, Facts],
    study: Recommender,
    seed: int,
) -> Listing:
    """Return the lists of all users.

    Args:
        names: models, the best first.
        arrays: of a fit of each.
        rows: what was learned from.
        audience: the users.
        found: tables of facts.
        study: what lists are like.
        seed: of the study, for approximate search.

    Raises:
        ValueError: nobody gets a list, or what is asked for is not known of the items.
    """
    options = titled(study)
    name, why = lister.lister(names, options)
    history = audience.asked.history
    catalogue = catalogued(rows, found, study, _factors(name, arrays[name], audience.asked))
    may = making.opened(catalogue, history, options)
    model, recall = _search(name, arrays[name], audience.asked, may, options, seed)
    others = _others(names, arrays, rows, audience.asked, may)
    made = making.made(
        sources.falling(model, others, options.fallback), history, catalogue, options
    )
    told = {
        "best": names[0], "model": name, "users": len(audience.users),
        "known": len(rows.pairs.users), "recall": recall,
        "notes": [*why, *making.notes(made, audience.users, may)],
    }  # fmt: skip
    return Listing(made, audience.users, catalogue, options, told)


def titled(study: Recommender) -> Lists:
    """Return what lists are like; reasons name items by their titles where items have some."""
    reasons, items = study.lists.reasons, study.items
    if reasons is None or items is None or reasons.title is not None:
        return study.lists
    return replace(study.lists, reasons=replace(reasons, title=items.title))


def catalogued(
    rows: Rows, found: Mapping[str, Facts], study: Recommender, factors: Factors | None = None
) -> Catalogue:
    """Return what is known of the items of training."""
    table = None
    if study.items is not None and "items" in found:
        table = facts.rows(found["items"], study.items, rows.pairs.items)
    vectors = None if factors is None else factors.items
    return Catalogue(rows.pairs.items, rows.pairs.matrix, table, vectors, rows.sides.items)


def fallen(name: str, arrays: Arrays, rows: Rows, asked: Asked, k: int) -> np.ndarray:
    """Return lists of users by a model, then by features if it reads them, then by popularity.

    Args:
        name: of the model.
        arrays: of its fit.
        rows: what was learned from.
        asked: the users, n of them.
        k: length of a list.

    Returns:
        Places of items, int32 [n, k]; UNKNOWN after the last.
    """
    plain = Lists(length=k, reasons=None)
    catalogue = Catalogue(rows.pairs.items, rows.pairs.matrix)
    may = making.opened(catalogue, asked.history, plain)
    others = _others([name], {name: arrays}, rows, asked, may)
    every = sources.falling(_scored(MODEL, name, arrays, asked, may), others, plain.fallback)
    return making.made(every, asked.history, catalogue, plain).items


def _search(
    name: str, arrays: Arrays, asked: Asked, may: Open, options: Lists, seed: int
) -> tuple[Source, float]:
    """Return the search with a model, and the share of the true lists that it finds."""
    factors = _factors(name, arrays, asked)
    if factors is None:
        return _scored(SOURCES.get(name, MODEL), name, arrays, asked, may), 1.0
    able = factors.able & _took(asked)
    exact = Exact(MODEL, factors.users, factors.items, may, factors.bias, able)
    return approximate.chosen(exact, options.approximate, seed=seed, count=options.length)


def _others(
    names: Sequence[str], arrays: Mapping[str, Arrays], rows: Rows, asked: Asked, may: Open
) -> dict[str, Source]:
    """Return what goes on where the model has no more: a model of features, and popularity."""
    counts = np.bincount(rows.pairs.item, minlength=len(rows.pairs.items))
    found: dict[str, Source] = {POPULARITY: Popular(counts, len(asked.user), may)}
    able = [name for name in names if name in registry.FEATURED]
    if able and asked.features is not None:
        scored = _scored(FEATURES, able[0], arrays[able[0]], asked, may)
        found[FEATURES] = replace(scored, able=~_took(asked))
    return found


def _scored(source: str, name: str, arrays: Arrays, asked: Asked, may: Open) -> scoring.Scored:
    module = registry.MODELS[name]
    return scoring.Scored(source, module.scores, arrays, asked, may, _took(asked))


def _factors(name: str, arrays: Arrays, asked: Asked) -> Factors | None:
    if name not in registry.FACTORS:
        return None
    return registry.MODELS[name].factors(arrays, asked)


def _took(asked: Asked) -> np.ndarray:
    """Return which users are known by what they took, bool [n]."""
    took: np.ndarray = (asked.user != UNKNOWN) | (np.diff(asked.history.indptr) > 0)
    return took
