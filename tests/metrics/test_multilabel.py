"""Scores of several labels: hand numbers, scikit-learn, and labels that are missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import metrics

from trunkline.metrics import multilabel, scores

ROWS, LABELS = 40, 3
Y = np.array([[1, 0], [0, 1], [1, 1], [0, 0]])
Z = np.array([[3.0, 0.5], [1.0, 2.0], [-1.0, 1.0], [-2.0, 3.0]])


def drawn(seed: int, *, ties: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return truths with both values of each label, and logits."""
    rng = np.random.Generator(np.random.PCG64(seed))
    y = rng.integers(2, size=(ROWS, LABELS))
    y[0], y[1] = 1, 0
    z = rng.normal(size=(ROWS, LABELS))
    return y, np.round(z) if ties else z


def test_by_hand() -> None:
    """First label: positives at places 1 and 3; second: at 2 and 3 of four rows."""
    first, second = (1 + 2 / 3) / 2, (1 / 2 + 2 / 3) / 2
    assert multilabel.macro_average_precision(Y, Z) == pytest.approx((first + second) / 2)
    # Predicted: rows 0 and 1 of the first, all four of the second.
    assert multilabel.macro_f1(Y, Z) == pytest.approx((2 * 1 / 4 + 2 * 2 / 6) / 2)
    half = np.zeros((4, 2))
    assert multilabel.log_loss(Y, half) == pytest.approx(np.log(2))


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scikit_learn(seed: int, ties: bool) -> None:
    """Average precision, F1 and log loss are scikit-learn's, equal logits included."""
    y, z = drawn(seed, ties=ties)
    for average, ours in (
        ("macro", multilabel.macro_average_precision),
        ("micro", multilabel.micro_average_precision),
    ):
        assert ours(y, z) == pytest.approx(metrics.average_precision_score(y, z, average=average))
    assert multilabel.macro_f1(y, z) == pytest.approx(metrics.f1_score(y, z > 0, average="macro"))
    probability = 1 / (1 + np.exp(-z))
    expected = metrics.log_loss(y.ravel(), probability.ravel(), labels=[0, 1])
    assert multilabel.log_loss(y, z) == pytest.approx(expected)


@pytest.mark.parametrize("entry", multilabel.METRICS, ids=lambda entry: entry[0])
def test_a_missing_label_counts_nowhere(entry: tuple[str, object, bool, str]) -> None:
    """Whatever the logit of a missing label, and as if each label had its known rows alone."""
    y, z = drawn(7)
    truth = y.astype(float)
    truth[5:25, 1] = np.nan
    function = scores.for_kind("multilabel")[entry[0]].function
    other = z.copy()
    other[5:25, 1] = 9.0
    assert function(truth, z) == function(truth, other)
    known = ~np.isnan(truth)
    each = [
        metrics.average_precision_score(y[known[:, k], k], z[known[:, k], k]) for k in range(LABELS)
    ]
    assert multilabel.macro_average_precision(truth, z) == pytest.approx(np.mean(each))


@given(
    hnp.arrays(np.float64, (12, 2), elements=st.floats(-20, 20, width=16)),
    hnp.arrays(np.int64, (12, 2), elements=st.integers(0, 1)),
)
def test_bounds_and_order(z: np.ndarray, y: np.ndarray) -> None:
    """Precision and F1 lie in [0, 1]; growing maps of the logits change no average precision."""
    y[0] = 1
    for function in (multilabel.macro_average_precision, multilabel.micro_average_precision):
        value = function(y, z)
        assert 0 < value <= 1
        assert function(y, 2 * z + 1) == pytest.approx(value)
    assert 0 <= multilabel.macro_f1(y, z) <= 1


def test_one_label_is_a_binary_task() -> None:
    """The log loss of one label is that of the binary task."""
    y, z = drawn(3)
    found = multilabel.log_loss(y[:, :1], z[:, :1])
    assert found == pytest.approx(scores.for_kind("binary")["log_loss"].function(y[:, 0], z[:, 0]))


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (Y[:3], r"the same rows and labels, got shapes \(3, 2\) and \(4, 2\)"),
        (Y * 2, r"must hold 0, 1 or NaN for a missing label, but y_true\[0, 0\] is 2"),
        (Y * np.nan, "must hold one label at least, but all of them are missing"),
        (Y * [1, 0], "needs a positive row, got none of 4 for label 1. Test on more rows"),
    ],
)
def test_what_cannot_be_scored(y: np.ndarray, message: str) -> None:
    """Wrong truths are refused with the place."""
    with pytest.raises(ValueError, match=message):
        multilabel.macro_average_precision(y, Z)


def test_f1_of_nothing() -> None:
    """Without an occurrence and without a prediction there is no F1."""
    with pytest.raises(ValueError, match="needs a label that occurs or is predicted"):
        multilabel.macro_f1(Y * 0, -np.abs(Z) - 1)
