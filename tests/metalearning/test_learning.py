"""What a study learns: each method and arm in each repeat, chosen by validation, repeatable."""

import dataclasses

import numpy as np
import pytest

from tests.metalearning import small_studies as small
from trunkline.metalearning import choosing, gathered, learning, stepping
from trunkline.settings.metalearning.arms import Arms


def test_each_method_is_learned_in_each_repeat(lines, blobs):
    """Arrays by method and repeat, one row of runs for each, and its curve."""
    assert {name: len(each) for name, each in lines.learned.arrays.items()} == {
        "maml": 2, "pretrained": 2,
    }  # fmt: skip
    runs = lines.learned.runs
    assert [(run["method"], run["repeat"]) for run in runs] == [("maml", 0), ("maml", 1)]
    curves = lines.learned.curves
    assert curves.columns.tolist() == learning.CURVE_COLUMNS
    assert len(curves) == sum(run["epochs"] for run in runs)
    for run in runs:
        own = curves[curves["repeat"] == run["repeat"]].set_index("epoch")
        assert own["validation"].idxmin() == run["best_epoch"]
        assert own.loc[run["best_epoch"], "validation"] == run["validation"]
    assert {run["method"] for run in blobs.learned.runs} == {"prototypes"}


def test_repeats_differ_and_a_repetition_does_not(blobs):
    """The same bits when it is learned again, whatever else is learned; nothing is pretrained."""
    first, second = blobs.learned.arrays["prototypes"]
    name = "trunk/dense_0/kernel"
    assert not np.array_equal(first[name], second[name])
    alone = Arms(scratch=small.STEPS, fine_tune=None, linear_probe=None)
    study = dataclasses.replace(blobs.study, repeats=1, arms=alone)
    parts = blobs.parts["training"], blobs.parts["validation"]
    again = learning.learn(*parts, study, name="small", seed=7)
    assert list(again.arrays) == ["prototypes"]
    assert list(again.chosen) == ["scratch"]
    np.testing.assert_array_equal(again.arrays["prototypes"][0][name], first[name])
    assert again.runs == blobs.learned.runs[:1]


def test_validation_chooses_rate_and_steps(lines, blobs):
    """Every pair was tried; the best accuracy, or the least error, is taken."""
    for done, best in ((lines, min), (blobs, max)):
        assert list(done.learned.chosen) == ["scratch", "fine_tune"]
        for chosen in done.learned.chosen.values():
            tried = {(one["rate"], one["steps"]): one["value"] for one in chosen["tried"]}
            assert tried.keys() == {(r, s) for r in (0.01, 0.05) for s in (2, 12)}
            assert tried[chosen["rate"], chosen["steps"]] == best(tried.values())


def test_the_scale_of_a_regression_is_that_of_training_rows(lines):
    """Mean and deviation of the target; nothing of validation or test."""
    y = lines.parts["training"]["y"].to_numpy().astype(np.float32).astype(np.float64)
    known = lines.learned.known
    assert (known.mean, known.deviation) == pytest.approx((y.mean(), y.std()))


def test_overlapping_classes_stop_a_study(blobs):
    """What is chosen by must be other classes than what is learned."""
    train, validation = blobs.parts["training"], blobs.parts["validation"].copy()
    validation.loc[:5, "kind"] = "class 00"
    with pytest.raises(ValueError, match=r"training and validation rows share 'class 00'"):
        learning.learn(train, validation, blobs.study, name="small", seed=7)


def test_arms_that_only_diverge_are_refused(blobs):
    """Where no rate leads to a number the arm says so."""
    given = learning._gather(
        blobs.parts["training"], blobs.parts["validation"], blobs.study, "small", 7
    )
    table = gathered.table(given.validation.x, given.held)
    told = choosing.Chosen(given.form, table, given.held.query_y, 1.0)
    made = stepping.build(given.form, "scratch")
    begun = choosing.begun(made, "scratch", 1, [], 7)
    broken = [{name: array * np.float32(np.nan) for name, array in begun[0].items()}]
    with pytest.raises(ValueError, match=r"arms\.scratch: expected a rate .*: lower arms\.scratch"):
        choosing.choose(told, made, "scratch", small.STEPS, broken)
