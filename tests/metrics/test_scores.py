"""Scores against hand-computed numbers, scikit-learn and what must not change them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from trunkline.metrics import scores

relaxed = settings(deadline=None, max_examples=60)
seeds = st.integers(0, 2**32 - 1)

THREE = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 0.0, 0.5], [0.0, 0.0, 4.0]])


def draw_classes(seed, classes):
    """Return labels, and logits on a coarse grid so that some are equal, of 2 to 60 rows."""
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(2, 60))
    return rng.integers(0, classes, rows), rng.integers(-6, 7, (rows, classes)) / 2.0


def draw_binary(seed):
    """Return 0/1 labels with both present, and logits of which some are equal."""
    truth, logits = draw_classes(seed, 2)
    truth[:2] = [0, 1]
    return truth, logits[:, 0]


# By hand


def test_accuracy_by_hand():
    """Three of four rows have their largest logit at the true class."""
    assert scores.accuracy([0, 1, 2, 2], THREE) == 0.75
    assert scores.accuracy([0, 1, 1, 0], [-1.0, 2.0, -3.0, -0.5]) == 0.75


def test_equal_logits_choose_the_first_class():
    """A tie goes to the first class, and a binary logit of 0 to class 0, in the same way."""
    assert scores.accuracy([0], [[1.0, 1.0]]) == 1.0
    assert scores.accuracy([0], [0.0]) == 1.0


def test_macro_f1_by_hand():
    """F1 of predicted 0, 1, 0, 2 for true 0, 1, 2, 2 is 2/3, 1 and 2/3."""
    assert scores.macro_f1([0, 1, 2, 2], THREE) == pytest.approx(7 / 9, abs=1e-15)
    # binary, predicted 0 1 0 0 for 0 1 1 0: F1 of class 0 is 4/5, of class 1 is 2/3
    assert scores.macro_f1([0, 1, 1, 0], [-1.0, 2.0, -3.0, -0.5]) == pytest.approx(11 / 15)


def test_a_missed_class_counts_zero_and_an_absent_one_nothing():
    """Class 1 occurs and is never predicted: 0. Class 2 does neither: it leaves the mean."""
    logits = [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    assert scores.macro_f1([0, 1], logits) == pytest.approx((2 / 3 + 0) / 2)


def test_log_loss_by_hand():
    """The loss of true probabilities 1/2 and 3/4 is (ln 2 + ln 4/3) / 2, in either form."""
    expected = (math.log(2) + math.log(4 / 3)) / 2
    assert scores.log_loss([0, 1], [[0.0, 0.0], [0.0, math.log(3)]]) == pytest.approx(expected)
    assert scores.log_loss([0, 1], [0.0, math.log(3)]) == pytest.approx(expected)


def test_log_loss_of_extreme_logits_is_their_distance():
    """Nothing overflows: a row that is wrong by 2,000 nats costs 2,000 nats."""
    assert scores.log_loss([1, 0], [[1000.0, -1000.0], [1000.0, -1000.0]]) == 1000.0
    assert scores.log_loss([0], np.array([1000.0], np.float32)) == 1000.0


def test_roc_auc_by_hand():
    """Of the four pairs of a positive and a negative, three are in order and one is tied."""
    assert scores.roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.4, 0.8]) == 3.5 / 4


def test_regression_by_hand():
    """Errors 1, -1, 2, 0 on targets 1, 2, 3, 6: squares 6, absolute 4, variance 14."""
    truth, predicted = [1.0, 2.0, 3.0, 6.0], [0.0, 3.0, 1.0, 6.0]
    assert scores.rmse(truth, predicted) == math.sqrt(6 / 4)
    assert scores.mae(truth, predicted) == 1.0
    assert scores.r2(truth, predicted) == pytest.approx(1 - 6 / 14, abs=1e-15)


def test_r2_of_the_mean_is_zero():
    """Predicting the mean of the test rows explains nothing."""
    assert scores.r2([1.0, 2.0, 6.0], [3.0, 3.0, 3.0]) == 0.0


def test_confusion_by_hand():
    """Rows are the truth, columns the prediction; a class that is never seen keeps its place."""
    expected = [[1, 0, 0], [0, 1, 0], [1, 0, 1]]
    counts = scores.confusion([0, 1, 2, 2], THREE, "multiclass", 3)
    assert counts.tolist() == expected
    assert np.issubdtype(counts.dtype, np.integer)
    binary = scores.confusion([0, 1, 1], [-1.0, -1.0, 1.0], "binary", 2)
    assert binary.tolist() == [[1, 0], [1, 1]]


# Against scikit-learn


@relaxed
@given(seeds, st.integers(2, 5))
def test_multiclass_scores_agree_with_scikit_learn(seed, classes):
    """Accuracy, macro F1, log loss and confusion equal scikit-learn's, ties included."""
    truth, logits = draw_classes(seed, classes)
    predicted = logits.argmax(axis=1)
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances = weights / weights.sum(axis=1, keepdims=True)
    labels = range(classes)
    assert scores.accuracy(truth, logits) == pytest.approx(
        sklearn_metrics.accuracy_score(truth, predicted)
    )
    assert scores.macro_f1(truth, logits) == pytest.approx(
        sklearn_metrics.f1_score(truth, predicted, average="macro")
    )
    assert scores.log_loss(truth, logits) == pytest.approx(
        sklearn_metrics.log_loss(truth, chances, labels=labels), rel=1e-9
    )
    np.testing.assert_array_equal(
        scores.confusion(truth, logits, "multiclass", classes),
        sklearn_metrics.confusion_matrix(truth, predicted, labels=labels),
    )


@relaxed
@given(seeds)
def test_roc_auc_agrees_with_scikit_learn(seed):
    """The area equals scikit-learn's, with many equal logits."""
    truth, logits = draw_binary(seed)
    assert scores.roc_auc(truth, logits) == pytest.approx(
        sklearn_metrics.roc_auc_score(truth, logits), abs=1e-12
    )


@relaxed
@given(seeds)
def test_regression_scores_agree_with_scikit_learn(seed):
    """Both errors and r2 equal scikit-learn's."""
    rng = np.random.default_rng(seed)
    truth, predicted = rng.normal(3, 10, (2, int(rng.integers(2, 60))))
    squared = sklearn_metrics.mean_squared_error(truth, predicted)
    assert scores.rmse(truth, predicted) == pytest.approx(math.sqrt(squared))
    assert scores.mae(truth, predicted) == pytest.approx(
        sklearn_metrics.mean_absolute_error(truth, predicted)
    )
    assert scores.r2(truth, predicted) == pytest.approx(sklearn_metrics.r2_score(truth, predicted))


# What must not change a score


@relaxed
@given(seeds)
def test_a_binary_task_is_a_multiclass_task_with_two_classes(seed):
    """A logit z scores exactly as the two logits 0 and z."""
    truth, logits = draw_binary(seed)
    both = np.stack([np.zeros_like(logits), logits], axis=1)
    for name in ["accuracy", "macro_f1", "log_loss"]:
        function = scores.for_kind("binary")[name].function
        assert function(truth, logits) == function(truth, both)


@relaxed
@given(seeds)
def test_roc_auc_is_unchanged_by_increasing_maps_and_reversed_by_decreasing_ones(seed):
    """Only the order of the logits counts."""
    truth, logits = draw_binary(seed)
    area = scores.roc_auc(truth, logits)
    assert scores.roc_auc(truth, np.exp(3 * logits) - 7) == area
    assert scores.roc_auc(truth, -logits) == pytest.approx(1 - area, abs=1e-12)
    assert scores.roc_auc(1 - truth, logits) == pytest.approx(1 - area, abs=1e-12)


@relaxed
@given(seeds, st.permutations(range(4)))
def test_scores_do_not_depend_on_the_names_of_the_classes(seed, order):
    """Relabelling classes and logit columns alike changes no score (where no logits tie)."""
    rng = np.random.default_rng(seed)
    truth, logits = rng.integers(0, 4, 30), rng.normal(size=(30, 4))
    renamed = np.argsort(order)[truth]
    for metric in scores.for_kind("multiclass").values():
        assert metric.function(renamed, logits[:, order]) == pytest.approx(
            metric.function(truth, logits), rel=1e-12
        )


@relaxed
@given(seeds, st.integers(-1000, 1000))
def test_log_loss_is_unchanged_by_a_shift_of_a_rows_logits(seed, shift):
    """The softmax sees differences only."""
    truth, logits = draw_classes(seed, 3)
    assert scores.log_loss(truth, logits + shift) == scores.log_loss(truth, logits)


@relaxed
@given(seeds, st.sampled_from(["multiclass", "binary", "regression"]))
def test_scores_do_not_depend_on_the_order_of_the_rows(seed, kind):
    """The test rows are a set."""
    rng = np.random.default_rng(seed)
    truth, score = draw_classes(seed, 3) if kind == "multiclass" else draw_binary(seed)
    order = rng.permutation(len(truth))
    for metric in scores.for_kind(kind).values():
        assert metric.function(truth[order], score[order]) == pytest.approx(
            metric.function(truth, score), rel=1e-12, abs=1e-12
        )


@pytest.mark.parametrize("kind", ["multiclass", "binary", "regression"])
def test_direction_is_that_of_perfect_predictions(kind):
    """Perfect predictions are better than poor ones in the direction each metric claims."""
    truth = np.array([0, 1, 1, 0, 1])
    good, poor = {
        "multiclass": (9 * np.eye(2)[truth], 9 * np.eye(2)[1 - truth]),
        "binary": (18.0 * truth - 9, 9 - 18.0 * truth),
        "regression": (truth.astype(float), 1.0 - truth),
    }[kind]
    for metric in scores.for_kind(kind).values():
        better = metric.function(truth, good) > metric.function(truth, poor)
        assert better == metric.higher_is_better, metric.name


def test_the_main_metric_comes_first():
    """Accuracy for classes, r2 for a regression; every metric is listed under its own name."""
    names = {kind: list(scores.for_kind(kind)) for kind in ["multiclass", "binary", "regression"]}
    assert names == {
        "multiclass": ["accuracy", "macro_f1", "log_loss"],
        "binary": ["accuracy", "macro_f1", "log_loss", "roc_auc"],
        "regression": ["r2", "rmse", "mae"],
    }
    for kind in names:
        for name, metric in scores.for_kind(kind).items():
            assert metric.function.__name__ == metric.name == name


# Errors


def test_labels_must_be_classes():
    """A label that is no class of the task is named with its place."""
    with pytest.raises(ValueError, match=r"class indices 0 to 2, but y_true\[1\] is 3"):
        scores.accuracy([0, 3, 1, 1], THREE)
    with pytest.raises(ValueError, match=r"class indices 0 to 1, but y_true\[0\] is -1"):
        scores.roc_auc([-1, 1], [0.0, 1.0])
    with pytest.raises(ValueError, match=r"y_true\[0\] is 0.5"):
        scores.log_loss([0.5, 1.0], [0.0, 1.0])


def test_numbers_must_be_finite():
    """A NaN or an infinity is named with its place, in logits, labels and predictions."""
    with pytest.raises(ValueError, match=r"logits must be finite, but logits\[1, 0\] is nan"):
        scores.accuracy([0, 1], [[0.0, 1.0], [np.nan, 0.0]])
    with pytest.raises(ValueError, match=r"y_pred\[1\] is inf \(1 of 2"):
        scores.rmse([0.0, 1.0], [0.0, np.inf])
    with pytest.raises(ValueError, match=r"y_true\[0\] is nan"):
        scores.accuracy([np.nan, 1.0], [0.0, 1.0])


def test_shapes_must_fit():
    """Empty input, too many axes and unequal lengths are refused with the shapes."""
    with pytest.raises(ValueError, match=r"y_true must be a non-empty array .* shape \(0,\)"):
        scores.mae([], [])
    with pytest.raises(ValueError, match=r"logits must .* 1 or 2 axes, got shape \(1, 1, 1\)"):
        scores.accuracy([0], [[[1.0]]])
    with pytest.raises(ValueError, match=r"logits must .* 1 axis, got shape \(2, 2\)"):
        scores.roc_auc([0, 1], [[0.0, 1.0], [0.0, 1.0]])
    with pytest.raises(ValueError, match=r"y_true and logits must .* got 3 and 4"):
        scores.accuracy([0, 1, 2], THREE)
    with pytest.raises(ValueError, match=r"y_true and y_pred must .* got 2 and 1"):
        scores.r2([0.0, 1.0], [0.0])


def test_roc_auc_needs_both_classes():
    """One class alone has no pairs to order."""
    with pytest.raises(ValueError, match="both classes, got 0 positive and 2 negative"):
        scores.roc_auc([0, 0], [0.0, 1.0])


@pytest.mark.parametrize("constant", [0.1, 1e9 / 3])
def test_r2_needs_a_target_that_varies(constant):
    """A constant target is refused, also where its mean differs from it by rounding."""
    with pytest.raises(ValueError, match=r"r2 needs a target that varies, but y_true is .* all 7"):
        scores.r2([constant] * 7, [0.0] * 7)


def test_confusion_needs_classes_that_fit():
    """A regression has no classes, and the logits must be of as many as the task."""
    with pytest.raises(ValueError, match="the task is a regression"):
        scores.confusion([0.0], [0.0], "regression", 2)
    with pytest.raises(ValueError, match="The task has 4 classes, but its logits 3"):
        scores.confusion([0, 1, 2, 2], THREE, "multiclass", 4)


def test_unknown_kind():
    """A kind that does not exist is answered with those that do."""
    with pytest.raises(ValueError, match=r"of binary, multiclass, multilabel, .*, got 'ranking'"):
        scores.for_kind("ranking")
