"""Scores become estimates, paired comparisons and verdicts, or an error when they do not pair."""

import numpy as np
import pandas as pd
import pytest

from trunkline.metrics import comparisons, estimates, summaries
from trunkline.settings.judging import Evaluate
from trunkline.settings.study import Inputs, Question, Task

QUESTION = Question(
    inputs=Inputs(columns=("x",)),
    tasks={
        "one": Task(kind="multiclass", target="a", classes=(0, 1, 2)),
        "two": Task(kind="regression", target="b"),
    },
    evaluate=Evaluate(resamples=199),
)
COLUMNS = [*summaries.Cell._fields[:4], "repeat", "metric", "value"]


def table(repeats: int = 10, **changed: object) -> pd.DataFrame:
    """Return scores in which fine-tuning beats scratch and joint training changes nothing."""
    rng = np.random.Generator(np.random.PCG64(4))
    rows: list[tuple[object, ...]] = []
    for repeat in range(repeats):
        luck = float(rng.normal(0, 0.02))
        for budget in (1, 5):
            for arm, gain in (("scratch", 0.0), ("fine_tune", 0.2)):
                score = 0.5 + luck + gain + float(rng.normal(0, 0.01))
                rows.append(("transfer", "one", arm, budget, repeat, "accuracy", score))
                rows.append(("transfer", "one", arm, budget, repeat, "log_loss", 1 - score))
        rows += [
            ("multitask", "two", arm, 9, repeat, "r2", 0.5 + luck) for arm in ("alone", "joint")
        ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    for column, value in changed.items():
        frame[column] = value
    return frame


def without(frame: pd.DataFrame, arm: str, *repeats: int) -> pd.DataFrame:
    """Return the scores without some repeats of an arm."""
    return frame[~((frame["arm"] == arm) & frame["repeat"].isin(repeats))]


def test_estimates_of_every_arm_and_metric() -> None:
    """Each cell's estimate is that of its values, with all that names it."""
    found = summaries.estimate(table(), QUESTION, seed=1)
    assert len(found) == 2 * 2 * 2 + 2
    one = next(
        r for r in found if (r["arm"], r["budget"], r["metric"]) == ("scratch", 5, "accuracy")
    )
    frame = table()
    picked = frame[(frame.arm == "scratch") & (frame.budget == 5) & (frame.metric == "accuracy")]
    assert one["value"] == pytest.approx(picked["value"].mean())
    assert one["low"] < one["value"] < one["high"]
    assert (one["part"], one["task"], one["n"], type(one["budget"])) == ("transfer", "one", 10, int)


def test_comparisons_are_paired_and_judged() -> None:
    """Each arm is compared with its baseline on the main metric, as `comparisons` would."""
    found = {(r["arm"], r["budget"]): r for r in summaries.compare(table(), QUESTION, seed=1)}
    assert found.keys() == {("fine_tune", 1), ("fine_tune", 5), ("joint", 9)}
    row, frame = found["fine_tune", 1], table()
    wide = frame[(frame.budget == 1) & (frame.metric == "accuracy")].pivot(
        index="repeat", columns="arm", values="value"
    )
    gains = wide["fine_tune"] - wide["scratch"]
    assert row["difference"] == pytest.approx(gains.mean())
    assert (row["baseline"], row["metric"], row["n"]) == ("scratch", "accuracy", 10)
    assert row["p"] == comparisons.smallest_p(10)
    assert row["p_holm"] == pytest.approx(3 * comparisons.smallest_p(10))
    assert row["better"]["value"] == 1
    assert (row["verdict"], found["joint", 9]["verdict"]) == ("helps", "equivalent")
    assert {r["family"] for r in found.values()} == {3}


def test_order_of_rows_does_not_matter() -> None:
    """Scores are paired by repeat, not by where they stand in the table."""
    frame = table()
    shuffled = frame.sample(frac=1, random_state=3)
    expected = {(r["arm"], r["budget"]): r for r in summaries.compare(frame, QUESTION, seed=1)}
    for row in summaries.compare(shuffled, QUESTION, seed=1):
        first = expected[row["arm"], row["budget"]]
        assert (row["difference"], row["low"], row["p"]) == (
            first["difference"], first["low"], first["p"],
        )  # fmt: skip


def test_an_arm_that_lacks_repeats() -> None:
    """An arm with fewer repeats than its baseline is refused: task, budget, arms, repeats."""
    with pytest.raises(
        ValueError,
        match=r"task 'one', budget 1: 'fine_tune' is compared with 'scratch' repeat by repeat, "
        r"but of the repeats 'fine_tune' lacks \[3, 7\]: run",
    ):
        summaries.compare(without(table(), "fine_tune", 3, 7), QUESTION, seed=1)


def test_other_repeats_of_the_same_number() -> None:
    """As many, but other, repeats are no pairs: each side's missing ones are named."""
    frame = without(without(table(), "fine_tune", 3), "scratch", 0)
    with pytest.raises(ValueError, match=r"'scratch' lacks \[0\], 'fine_tune' lacks \[3\]"):
        summaries.compare(frame, QUESTION, seed=1)


def test_an_arm_without_its_baseline() -> None:
    """Without any score of the baseline, all its repeats are named as missing."""
    frame = without(table(repeats=3), "alone", 0, 1, 2)
    with pytest.raises(ValueError, match=r"task 'two', budget 9.*'alone' lacks \[0, 1, 2\]"):
        summaries.compare(frame, QUESTION, seed=1)


def test_summary_is_reproducible_and_named() -> None:
    """The same name and seed give the same numbers, another name other resamples."""
    first, again, other = (
        summaries.summarise(table(), QUESTION, name=name, seed=1) for name in ("s", "s", "t")
    )
    assert first == again
    assert first.estimates[0]["value"] == other.estimates[0]["value"]
    assert first.estimates[0]["low"] != other.estimates[0]["low"]


def test_no_scores() -> None:
    """A study that trained nothing has no estimates, comparisons or curves."""
    empty = summaries.summarise(table()[:0], QUESTION, name="s", seed=1)
    assert empty == ([], [], [])
    assert summaries.headlines([]) == {}
    assert list(summaries.learning_curves([], {})) == [
        "task", "arm", "budget", "metric", "value", "low", "high",
    ]  # fmt: skip


def test_headlines_are_nested() -> None:
    """The numbers of a comparison stand under task, arm and budget."""
    compared = summaries.compare(table(), QUESTION, seed=1)
    tree = summaries.headlines(compared)
    assert tree.keys() == {"one", "two"}
    assert tree["one"]["fine_tune"].keys() == {"1", "5"}
    assert tree["one"]["fine_tune"]["1"].keys() == {"difference", "low", "high"}


def test_learning_curves_hold_the_main_metric_of_transfer() -> None:
    """Curves over the budget have the main metric only, and no joint arm."""
    found = summaries.estimate(table(), QUESTION, seed=1)
    tasks = {"one": {"metric": "accuracy"}, "two": {"metric": "r2"}}
    curves = summaries.learning_curves(found, tasks)
    assert curves[["task", "arm", "budget", "metric"]].to_numpy().tolist() == [
        ["one", arm, budget, "accuracy"] for budget in (1, 5) for arm in ("scratch", "fine_tune")
    ]


def test_an_estimate_has_all_its_fields() -> None:
    """What is written of an estimate is what an `Estimate` holds."""
    found = summaries.estimate(table(), QUESTION, seed=1)
    assert set(found[0]) == {*summaries.Cell._fields, *estimates.Estimate.__dataclass_fields__}
