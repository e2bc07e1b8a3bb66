"""Both tasks against each alone: paired over users, one family."""

import numpy as np
import pytest

from trunkline.metrics import comparisons
from trunkline.metrics.ranking import listed, rated
from trunkline.metrics.ranking.judging import Judged
from trunkline.recommending import joint_verdicts
from trunkline.settings.judging import Evaluate

RULE = Evaluate(resamples=999)
TERMS = listed.Terms(cutoffs=(5, 10), main="ndcg", baseline="most_popular", rule=RULE, seed=1)
USERS = 60


def judged(hits: float, seed: int) -> Judged:
    """Return lists of five items, of which a share hits."""
    found = np.random.default_rng(seed).random((USERS, 10)) < hits
    lists = np.tile(np.arange(10, dtype=np.int32), (USERS, 1))
    return Judged(np.arange(USERS), lists, found, np.full(USERS, 10), 0)


def errors(size: float, seed: int) -> rated.Errors:
    """Return errors of two ratings of each user."""
    rng = np.random.default_rng(seed)
    truth = np.zeros(2 * USERS)
    return rated.errors(
        np.repeat(np.arange(USERS), 2), truth, size * rng.standard_normal(2 * USERS)
    )


JUDGED = {name: [judged(hits, seed) for seed in (1, 2)]
          for name, hits in (("alone", 0.3), ("equal", 0.3), ("famo", 0.8))}  # fmt: skip
ERRORS = {name: [errors(size, seed) for seed in (3, 4)]
          for name, size in (("alone", 1.0), ("equal", 0.3), ("famo", 2.0))}  # fmt: skip


def test_rows_say_which_task_is_better_under_which_balancer():
    """More hits help, and so do smaller errors; larger ones hurt."""
    rows = joint_verdicts.compare(JUDGED, ERRORS, "two_tower", TERMS)
    keys = ("model", "task", "balancer", "metric", "baseline", "verdict", "family", "n")
    assert [tuple(row[key] for key in keys) for row in rows] == [
        ("two_tower", "click", "equal", "ndcg@5", "alone", "equivalent", 4, USERS),
        ("two_tower", "click", "famo", "ndcg@5", "alone", "helps", 4, USERS),
        ("two_tower", "rating", "equal", "rmse", "alone", "helps", 4, USERS),
        ("two_tower", "rating", "famo", "rmse", "alone", "hurts", 4, USERS),
    ]
    assert rows[2]["value"] < rows[2]["baseline_value"]
    assert rows[2]["difference"] > 0


def test_the_correction_runs_over_both_tasks():
    """Each row's p is that of its own comparison; Holm's are those of all four."""
    rows = joint_verdicts.compare(JUDGED, ERRORS, "two_tower", TERMS)
    np.testing.assert_allclose(
        [row["p_holm"] for row in rows], comparisons.holm([row["p"] for row in rows])
    )
    assert all(row["p_holm"] >= row["p"] for row in rows)


@pytest.mark.parametrize(
    ("lists", "rates", "task"), [({}, ERRORS, "click"), (JUDGED, {}, "rating")]
)
def test_a_task_alone_that_is_lacking_is_refused(lists, rates, task):
    """There is nothing to compare with."""
    with pytest.raises(ValueError, match=f"expected '{task}' alone among no arms"):
        joint_verdicts.compare(lists, rates, "two_tower", TERMS)
