"""All that a study of recommenders says of the test, ready to be written."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from trunkline.recommending import (
    arms,
    cold,
    evaluation,
    example,
    facts,
    headlines,
    listing,
    tested,
)
from trunkline.recommending.arms import Arms
from trunkline.recommending.evaluation import Fits
from trunkline.recommending.fitting import Gathered
from trunkline.settings.recommending.study import Recommender


class Judgement(NamedTuple):
    """What was found.

    Attributes:
        records: rows of tables, and other values, by name.
        metrics: each model's main metric, with its interval.
        trade_off: accuracy and coverage of each model.
    """

    records: Mapping[str, object]
    metrics: Mapping[str, Any]
    trade_off: pd.DataFrame


def judge(  # noqa: PLR0913  # what was fitted, what is tested, and what is asked
    fits: Fits,
    beside: Arms,
    lists: pd.DataFrame,
    test: pd.DataFrame,
    gathered: Gathered,
    study: Recommender,
    *,
    name: str,
    seed: int,
) -> Judgement:
    """Hold every model and arm against the test.

    Args:
        fits: of each model of the study.
        beside: fits from another market, and of two tasks.
        lists: of all users, by the model that was best on validation.
        test: validated test rows.
        gathered: what was learned from.
        study: the question.
        name: of the study, for seeds.
        seed: the root seed.

    Raises:
        ValueError: as `tested.tested` and `facts.with_newcomers`.
    """
    known, learned = gathered
    of, terms = tested.tested(test, known, study), evaluation.terms(study, name=name, seed=seed)
    found = facts.with_newcomers(learned, test, study)
    ordered = {model: fits[model] for model in study.models.named()}
    made = evaluation.lists(ordered, of, study, found)
    scored, rated = evaluation.judged(made, terms), evaluation.ratings(ordered, of, terms)
    records = {
        **scored, "ratings": rated, "facts": tested.counts(known, of),
        "starts": cold.starts(made, ordered, of, terms, found, study),
        "borrowed": arms.transferred(beside, of, found, study, terms),
        "tasks": arms.tasks(beside.fits, of, study, terms),
        "example": example.of(lists, of, listing.catalogued(known.final, found, study), study),
    }  # fmt: skip
    told = headlines.headlines(scored, rated)
    return Judgement(records, told, headlines.trade_off(scored, terms))
