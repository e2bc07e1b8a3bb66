"""The cold start: users and items that training has not seen, judged apart from all others."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from trunkline.metrics.ranking import breakdowns
from trunkline.metrics.ranking.listed import Listed, Terms
from trunkline.recommending import evaluation, widening
from trunkline.recommending.evaluation import Fits
from trunkline.recommending.facts import Facts
from trunkline.recommending.tested import Tested
from trunkline.settings.recommending.study import Recommender

Row = dict[str, Any]


def starts(
    lists: Listed,
    fits: Fits,
    of: Tested,
    told: Terms,
    found: Mapping[str, Facts],
    study: Recommender,
) -> list[Row]:
    """Return the main metric of warm pairs, of new users, and of new items, as rows.

    New users get lists from features where the model reads them, else from popularity. New items
    are ranked among all others by models that read facts about items (`registry.WIDENED`); a list
    of another model has none of them, and scores 0.

    Args:
        lists: of users of training.
        fits: of each model.
        of: the test.
        told: main metric, level and resamples.
        found: tables of facts.
        study: which columns are read.
    """
    rows = _users(lists, fits, of, told, found, study)
    if any(row["start"] == "cold_items" for row in rows):
        return rows  # items that a row of training names, of which no interaction was made
    wide = widening.lists(fits, of, study, found)
    return rows if wide is None else rows + breakdowns.by_start(wide, told)


def _users(
    lists: Listed,
    fits: Fits,
    of: Tested,
    told: Terms,
    found: Mapping[str, Facts],
    study: Recommender,
) -> list[Row]:
    """Return the main metric of warm pairs, and of users that training has not seen.

    Args:
        lists: of users of training, or of what is new where all of the test is.
        fits: of each model.
        of: the test.
        told: main metric, level and resamples.
        found: tables of facts.
        study: which columns are read.
    """
    if of.strange or not len(of.held.new_users.users):
        return breakdowns.by_start(lists, told)
    new = evaluation.newcomers({model: fits[model] for model in lists.models}, of, study, found)
    made = {
        model: [np.concatenate(both) for both in zip(repeats, new.models[model], strict=True)]
        for model, repeats in lists.models.items()
    }
    users = np.concatenate([lists.users, new.users])
    test = evaluation.under(lists.test, of.held.new_users.matrix)
    return breakdowns.by_start(Listed(made, users, new.seen, test), told)
