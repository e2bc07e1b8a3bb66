"""What the measures told is set beside what was gained, pair by pair."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trunkline.metrics import foretelling, rankings
from trunkline.settings.judging import Evaluate
from trunkline.settings.study import Inputs, Question, Task

QUESTION = Question(
    inputs=Inputs(columns=("x",)),
    tasks={"a": Task(kind="binary", target="a", positive=(1,))},
    evaluate=Evaluate(resamples=199),
)
BUDGETS = (1, 2, 5)
PAIRS = [(task, budget) for task in ("a", "b") for budget in BUDGETS]
GAINS = [0.3, 0.1, 0.2, -0.1, 0.0, 0.05]


def compared(arm: str, gains: list[float]) -> list[dict[str, Any]]:
    """Return entries of comparisons.json for each pair, and one of another part."""
    rows = [
        {"part": "transfer", "task": task, "budget": budget, "arm": arm, "difference": gain}
        for (task, budget), gain in zip(PAIRS, gains, strict=True)
    ]
    other = {"part": "multitask", "task": "a", "budget": 9, "arm": "joint", "difference": 1.0}
    return [*rows, other]


def measured(**values: list[float]) -> pd.DataFrame:
    """Return two repeats of each measure whose means are `values`, the second one first."""
    rows = [
        (task, budget, repeat, measure, mean + (0.5 - repeat))
        for measure, means in values.items()
        for (task, budget), mean in zip(PAIRS, means, strict=True)
        for repeat in (1, 0)
    ]
    return pd.DataFrame(rows, columns=["task", "budget", "repeat", "measure", "value"])


def rank(table: pd.DataFrame, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the ranking with one seed."""
    return foretelling.rank(table, rows, QUESTION, name="s", seed=7)


def test_each_measure_and_arm_is_a_row() -> None:
    """Correlations are those of the means over repeats with the differences."""
    promises = [0.5, 0.4, 0.1, 0.0, 0.2, 0.3]
    rows = compared("probe", GAINS) + compared("tune", [-gain for gain in GAINS])
    found = rank(measured(logme=promises, nce=GAINS), rows)
    assert [(row["arm"], row["measure"]) for row in found] == [
        ("probe", "logme"), ("probe", "nce"), ("tune", "logme"), ("tune", "nce"),
    ]  # fmt: skip
    counts = {(row["pairs"], row["tasks"], row["least"]) for row in found}
    assert counts == {(6, 2, rankings.LEAST)}
    assert found[0]["tau"]["value"] == pytest.approx(stats.weightedtau(promises, GAINS).statistic)
    assert found[0]["spearman"]["value"] == pytest.approx(stats.spearmanr(promises, GAINS)[0])
    assert found[1]["tau"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 6}
    assert found[3]["spearman"]["value"] == -1.0


def test_too_few_pairs_give_no_number() -> None:
    """Only pairs that have both numbers count."""
    table = measured(logme=GAINS)
    (row,) = rank(table[table["budget"] != 5], compared("probe", GAINS))
    assert row == {
        "arm": "probe", "measure": "logme", "pairs": 4, "tasks": 2, "least": 6,
        "tau": None, "spearman": None,
    }  # fmt: skip


def test_a_measure_that_never_differs_gives_no_number() -> None:
    """There is no order to agree with, though there are pairs enough."""
    (row,) = rank(measured(h_score=[1.0] * 6), compared("probe", GAINS))
    assert (row["pairs"], row["tau"]) == (6, None)


def test_nothing_measured_gives_nothing() -> None:
    """A study without transfer has neither measures nor gains."""
    assert rank(measured(), compared("probe", GAINS)) == []
    assert rank(measured(logme=GAINS), []) == []


def test_an_interval_depends_on_its_own_name_alone() -> None:
    """Other measures and arms do not change it."""
    alone = rank(measured(nce=GAINS[::-1]), compared("probe", GAINS))
    beside = rank(measured(logme=GAINS, nce=GAINS[::-1]), compared("probe", GAINS))
    assert alone[0] == beside[1]
    assert np.isfinite(alone[0]["tau"]["low"])
