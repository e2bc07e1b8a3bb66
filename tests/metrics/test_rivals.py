"""Who came first is told after the test, and corrected for every pair that might have."""

import numpy as np
import pandas as pd
import pytest

from trunkline.metrics import rivals, summaries
from trunkline.settings.judging import Evaluate
from trunkline.settings.study import Inputs, Question, Task

QUESTION = Question(
    inputs=Inputs(columns=("x",)),
    tasks={"one": Task(kind="multiclass", target="a", classes=(0, 1, 2))},
    evaluate=Evaluate(resamples=199),
)


def table(repeats: int = 10, seed: int = 4, **gains: float) -> pd.DataFrame:
    """Return paired scores of arms that gain so much over scratch."""
    rng = np.random.Generator(np.random.PCG64(seed))
    rows = []
    for repeat in range(repeats):
        luck = float(rng.normal(0, 0.02))
        for arm, gain in {"scratch": 0.0, **gains}.items():
            score = 0.5 + luck + gain + float(rng.normal(0, 0.01))
            rows.append(("transfer", "one", arm, 5, repeat, "accuracy", score))
            rows.append(("transfer", "one", arm, 5, repeat, "log_loss", 1 - score))
    columns = ["part", "task", "arm", "budget", "repeat", "metric", "value"]
    return pd.DataFrame(rows, columns=columns)


def test_the_first_is_ahead_of_those_it_beats_and_of_no_other() -> None:
    """A tie stays a tie: two arms of one gain are not told apart, a third is."""
    found = rivals.among(
        table(a=0.2, b=0.2, c=0.0), QUESTION, baselines=summaries.BASELINES, seed=1
    )
    ahead = {row["other"]: row["verdict"] for row in found}
    assert {row["first"] for row in found} <= {"a", "b"}
    assert ahead.pop("c") == "helps"
    assert set(ahead.values()) <= {"no evidence", "equivalent"}
    assert {(r["part"], r["task"], r["budget"], r["metric"]) for r in found} == {
        ("transfer", "one", 5, "accuracy")
    }


def test_p_is_corrected_for_all_pairs() -> None:
    """Three arms are three pairs: the smallest p of ten repeats, 2 / 2^10, is tripled."""
    found = rivals.among(table(a=0.4, b=0.2, c=0.0), QUESTION, baselines=summaries.BASELINES,
                         seed=1)  # fmt: skip
    assert {row["family"] for row in found} == {3}
    assert [row["p"] for row in found] == [2 / 1024, 2 / 1024]
    assert found[0]["p_holm"] == pytest.approx(3 * 2 / 1024)
    assert found[0]["difference"] == pytest.approx(0.2, abs=0.02)


def test_equal_arms_are_seldom_told_apart() -> None:
    """Although the first is chosen on the test, 5 equal arms give a false lead in few studies."""
    arms = dict.fromkeys("abcde", 0.0)
    question = Question(
        inputs=QUESTION.inputs, tasks=QUESTION.tasks, evaluate=Evaluate(resamples=199, margin=0.0)
    )
    false = 0
    for seed in range(60):
        found = rivals.among(
            table(seed=seed, **arms), question, baselines=summaries.BASELINES, seed=1
        )
        false += any(row["verdict"] == "helps" for row in found)
    assert false <= 7  # 3 are expected at most; 8 and more have a chance of 1 in 60


@pytest.mark.parametrize("gains", [{}, {"a": 0.1}])
def test_fewer_than_two_compete_in_nothing(gains: dict[str, float]) -> None:
    """One arm beside its baseline is compared with it elsewhere."""
    assert rivals.among(table(**gains), QUESTION, baselines=summaries.BASELINES, seed=1) == []


def test_the_order_of_rows_changes_nothing() -> None:
    """Scores are paired by their repeat; the order of arms is that of the table."""
    frame = table(a=0.4, b=0.2, c=0.1)
    shuffled = frame.sort_values("repeat", ascending=False, kind="stable")
    both = [
        rivals.among(one, QUESTION, baselines=summaries.BASELINES, seed=1)
        for one in (frame, shuffled)
    ]
    assert both[0] == both[1]
