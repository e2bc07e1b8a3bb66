"""The test of a study of recommenders: what each model lists and rates, held against the truth."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from trunkline.determinism import seeds
from trunkline.interactions.pairs import Pairs
from trunkline.metrics.ranking import (
    breakdowns,
    judging,
    rated,
    summaries,
    topmost,
)
from trunkline.metrics.ranking.listed import Listed, Terms
from trunkline.recommending import audience, listing, registry, widening
from trunkline.recommending.facts import Facts
from trunkline.recommending.model import Arrays
from trunkline.recommending.searching import Rows
from trunkline.recommending.tested import Tested
from trunkline.settings.recommending.models import RATING
from trunkline.settings.recommending.study import Recommender, TuneModels

Fits = Mapping[str, Sequence[Arrays]]  # of each model, one a repeat
BASELINE = "most_popular"
RATING_BASELINE = "bias"
NOTHING: Mapping[str, list[Any]] = {"estimates": [], "comparisons": [], "rivals": []}


def terms(study: Recommender, *, name: str, seed: int) -> Terms:
    """Return what is measured, and when a difference counts."""
    return Terms(
        cutoffs=study.ks, main=(study.tune or TuneModels()).metric, baseline=BASELINE,
        rule=study.evaluate, seed=seeds.derive(seed, name, "evaluate"),
    )  # fmt: skip


def lists(fits: Fits, of: Tested, study: Recommender, found: Mapping[str, Facts]) -> Listed:
    """Return the lists of all models that list items, for users of training with a test pair.

    Where the test is of new users or new items alone, they are those of newcomers, or of all items
    and the new ones.

    Args:
        fits: of each model.
        of: the test.
        study: how long lists are.
        found: tables of facts.

    Raises:
        ValueError: the test is of new items alone, and no model reads facts about them.
    """
    listing_ones = {name: repeats for name, repeats in fits.items() if name not in RATING}
    if of.strange and len(of.held.new_users.users) > 1:
        return newcomers(listing_ones, of, study, found)
    if of.strange:
        wide = widening.lists(listing_ones, of, study, found)
        if wide is None:
            raise ValueError(
                "test: all of it is of items that training does not know, and no facts about them "
                "are read: name columns in `items`, or split otherwise"
            )
        return wide
    users, k = judging.with_test(of.warm), max(study.ks)
    made = {
        model: [best(model, arrays, of.rows, users, k) for arrays in repeats]
        for model, repeats in listing_ones.items()
    }
    return Listed(made, users, of.rows.pairs.matrix, of.warm)


def newcomers(fits: Fits, of: Tested, study: Recommender, found: Mapping[str, Facts]) -> Listed:
    """Return lists of users that training has not seen, who stand below its own.

    Such a list comes from features where the model reads them, else from popularity.

    Args:
        fits: of each model that lists items.
        of: the test.
        study: how long lists are.
        found: tables of facts.
    """
    known, new = of.rows.pairs.matrix, of.held.new_users
    asked = audience.strangers(of.rows, new.users, found, study)
    made = {
        model: [listing.fallen(model, one, of.rows, asked, max(study.ks)) for one in repeats]
        for model, repeats in fits.items()
    }
    no_test, nothing = (
        sparse.csr_array(one.shape, dtype=np.float32) for one in (known, new.matrix)
    )
    users = known.shape[0] + np.arange(len(new.users))
    return Listed(made, users, under(known, nothing), under(no_test, new.matrix))


def best(model: str, arrays: Arrays, rows: Rows, users: np.ndarray, k: int) -> np.ndarray:
    """Return the best unseen items of some users of training, of all items: int32 [n, k]."""
    module = registry.MODELS[model]

    def score(block: np.ndarray) -> np.ndarray:
        found: np.ndarray = module.scores(arrays, audience.known(rows, block))
        return found

    return topmost.lists(score, users, rows.pairs.matrix, k)


def judged(lists: Listed, told: Terms) -> dict[str, Any]:
    """Return estimates and comparisons, and what stands beside accuracy, as rows by name."""
    return {
        **summaries.summarise(lists, told)._asdict(),
        "shown": breakdowns.shown(lists, told),
        "activity": breakdowns.by_activity(lists, told),
        "popularity": breakdowns.by_popularity(lists, told),
        "expected": breakdowns.expected(lists, told),
    }


def ratings(fits: Fits, of: Tested, told: Terms) -> Mapping[str, list[Any]]:
    """Return RMSE and MAE of the models that say ratings, and comparisons; nothing without any.

    Nothing either where training knows nobody who is tested.
    """
    if of.strange:
        return NOTHING
    pairs = of.held.pairs
    errors = {
        model: [_errors(model, arrays, pairs) for arrays in repeats]
        for model, repeats in fits.items()
        if model in RATING
    }
    if not errors:
        return NOTHING
    baseline = RATING_BASELINE if RATING_BASELINE in errors else next(iter(errors))
    ruled = Terms(
        cutoffs=told.cutoffs, main=told.main, baseline=baseline, rule=told.rule, seed=told.seed
    )
    return summaries.of_ratings(errors, ruled)._asdict()


def _errors(model: str, arrays: Arrays, pairs: Pairs) -> rated.Errors:
    said = registry.MODELS[model].ratings(arrays, pairs.user, pairs.item)
    return rated.errors(pairs.user, pairs.rating, said)


def under(one: sparse.csr_array, other: sparse.csr_array) -> sparse.csr_array:
    """Return the rows of both, one below the other."""
    return sparse.csr_array(sparse.vstack([one, other], format="csr"))
