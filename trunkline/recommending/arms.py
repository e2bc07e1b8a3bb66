"""What is fitted beside the models of a study: from another market, and two tasks at once.

A fit's name says what it is: `transfer.<model>.<arm>`, `tasks.<task>.<balancer>`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from trunkline.data.encoders import Encoder
from trunkline.metrics.ranking import judging, rated
from trunkline.metrics.ranking.listed import Terms
from trunkline.recommending import (
    borrowing,
    borrowing_facts,
    borrowing_verdicts,
    evaluation,
    facts,
    joint,
    joint_ratings,
    joint_verdicts,
)
from trunkline.recommending.evaluation import Fits
from trunkline.recommending.facts import Facts
from trunkline.recommending.fitting import Gathered
from trunkline.recommending.joint_verdicts import ALONE, CLICK, RATING
from trunkline.recommending.model import Arrays, Sides
from trunkline.recommending.searching import Rows
from trunkline.recommending.source import Source
from trunkline.recommending.tested import Tested
from trunkline.settings.recommending.study import Recommender

TRANSFER, TASKS = "transfer", "tasks"


class Arms(NamedTuple):
    """What a study asks for beside its models.

    Attributes:
        fits: by name, a fit for each repeat.
        encoders: of the facts that towers of another market read, by `users` and `items`.
        runs: by part, a row for each fit.
    """

    fits: Mapping[str, Sequence[Arrays]]
    encoders: Mapping[str, Encoder]
    runs: Mapping[str, pd.DataFrame]


def learn(
    gathered: Gathered, study: Recommender, source: Source | None, *, name: str, seed: int
) -> Arms:
    """Fit what the study asks for: nothing, if it asks for neither.

    Args:
        gathered: what may be learned from, and tables of facts.
        study: the question.
        source: the other market; none: the study names none.
        name: of the study, for seeds.
        seed: the root seed.

    Raises:
        ValueError: as `borrowing.learn`, `borrowing_facts.told` and `joint.learn`.
    """
    known, found = gathered
    fits: dict[str, list[Arrays]] = {}
    runs, encoders = {}, dict[str, Encoder]()
    if source is not None:
        told = borrowing_facts.told(known, found, study, source)
        borrowed = borrowing.learn(told.known, source, study, name=name, seed=seed)
        fits |= _named(TRANSFER, borrowed.fitted)
        runs[TRANSFER], encoders = borrowed.runs, dict(told.encoders)
    if study.tasks is not None:
        both = joint.learn(known, study, name=name, seed=seed)
        fits |= _named(TASKS, both.fitted)
        runs[TASKS] = both.runs
    return Arms(fits, encoders, runs)


def transferred(
    arms: Arms, of: Tested, found: Mapping[str, Facts], study: Recommender, told: Terms
) -> list[dict[str, Any]]:
    """Return whether towers of another market are better than those from scratch; [] without any.

    Args:
        arms: fits by name, and encoders of the facts that they read.
        of: the test.
        found: tables of facts.
        study: which columns are read.
        told: main metric, level and resamples.
    """
    if study.transfer is None:
        return []
    sides = {
        side: facts.encoded(found[side], study.sides[side], one, getattr(of.rows.pairs, side))
        for side, one in arms.encoders.items()
    }
    rows = of.rows._replace(sides=Sides(**sides))
    judged = {
        (model, arm): [_judged(model, arrays, rows, of, told) for arrays in repeats]
        for (model, arm), repeats in _parted(TRANSFER, arms.fits).items()
    }
    return borrowing_verdicts.compare(judged, study.transfer.study, told)


def tasks(fits: Fits, of: Tested, study: Recommender, told: Terms) -> list[dict[str, Any]]:
    """Return whether learning clicks and ratings together is better than each alone; [] without.

    Args:
        fits: by name.
        of: the test.
        study: which model learns both.
        told: main metric, level and resamples.
    """
    if study.tasks is None:
        return []
    parted, pairs = _parted(TASKS, fits), of.held.pairs
    judged = {
        balancer: [_judged(study.tasks.model, arrays, of.rows, of, told) for arrays in repeats]
        for (task, balancer), repeats in parted.items()
        if task != RATING
    }
    errors = {
        balancer: [
            rated.errors(
                pairs.user, pairs.rating, joint_ratings.ratings(arrays, pairs.user, pairs.item)
            )
            for arrays in repeats
        ]
        for (task, balancer), repeats in parted.items()
        if task != CLICK
    }
    alone_first = [ALONE, *(name for name in judged if name != ALONE)]
    return joint_verdicts.compare(
        {name: judged[name] for name in alone_first},
        {name: errors[name] for name in alone_first},
        study.tasks.model,
        told,
    )


def _judged(model: str, arrays: Arrays, rows: Rows, of: Tested, told: Terms) -> judging.Judged:
    """Return the lists of a fit against the test."""
    users = judging.with_test(of.warm)
    lists = evaluation.best(model, arrays, rows, users, max(told.cutoffs))
    return judging.judge(lists, users, of.warm)


def _named(part: str, fitted: Mapping[tuple[str, str], Sequence[Any]]) -> dict[str, list[Arrays]]:
    return {
        ".".join((part, *key)): [one.arrays for one in repeats] for key, repeats in fitted.items()
    }


def _parted(part: str, fits: Fits) -> dict[tuple[str, str], Sequence[Arrays]]:
    """Return the fits of a part, by the two other places of their names."""
    found = {}
    for name, repeats in fits.items():
        of, first, second = name.split(".")
        if of == part:
            found[first, second] = repeats
    return found
