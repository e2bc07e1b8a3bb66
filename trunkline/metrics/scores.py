"""How good predictions are: one number per set of test rows.

`n` rows, `c` classes. A multiclass task has class indices `[n]` and logits `[n, c]`, a binary one
0 or 1 `[n]` and logits `[n]`, a regression targets `[n]` and predictions `[n]`. Sums are taken in
float64.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trunkline.metrics import checks, multilabel
from trunkline.settings import study


@dataclass(frozen=True)
class Metric:
    """A score and how to read it.

    Attributes:
        name: its name in tables and parameters.
        function: `(y_true, y_score) -> float`.
        higher_is_better: whether a larger value is the better one.
        description: one line for a reader of the report.
    """

    name: str
    function: Callable[[ArrayLike, ArrayLike], float]
    higher_is_better: bool
    description: str


def accuracy(y_true: ArrayLike, logits: ArrayLike) -> float:
    """Share of rows whose predicted class is the true one.

    `1/n sum_i [argmax_k logits_ik = y_i]`; of equal logits the first class wins, so a binary
    logit predicts class 1 when it is above 0.

    Args:
        y_true: class indices `[n]`.
        logits: `[n, c]`, or `[n]` for a binary task.
    """
    truth, scores = checks.classified(y_true, logits)
    return float(np.mean(scores.argmax(axis=1) == truth))


def macro_f1(y_true: ArrayLike, logits: ArrayLike) -> float:
    """Mean over the classes of F1, so that a rare class counts as much as a frequent one.

    `F1_k = 2 TP_k / (true_k + predicted_k)`. A class that neither occurs nor is predicted has no
    F1 and leaves the mean (as in scikit-learn); one that is missed altogether counts 0.

    Args:
        y_true: class indices `[n]`.
        logits: `[n, c]`, or `[n]` for a binary task.
    """
    truth, scores = checks.classified(y_true, logits)
    counts = _counts(truth, scores)  # [c, c]
    either = counts.sum(axis=0) + counts.sum(axis=1)  # [c]
    seen = either > 0
    return float(np.mean(2 * np.diag(counts)[seen] / either[seen]))


def log_loss(y_true: ArrayLike, logits: ArrayLike) -> float:
    """Mean cross-entropy in nats of the softmax of the logits (binary: of their sigmoid).

    `1/n sum_i (log sum_k exp(logits_ik) - logits_i,y_i)`, with the largest logit of a row taken
    off first, so that nothing overflows.

    Args:
        y_true: class indices `[n]`.
        logits: `[n, c]`, or `[n]` for a binary task.
    """
    truth, scores = checks.classified(y_true, logits)
    shifted = scores - scores.max(axis=1, keepdims=True)  # [n, c]
    true = np.take_along_axis(shifted, truth[:, np.newaxis], axis=1)[:, 0]  # [n]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - true))


def roc_auc(y_true: ArrayLike, logits: ArrayLike) -> float:
    """Probability that a positive row scores above a negative one; ties count half.

    `(sum of the ranks of the positives - p (p + 1) / 2) / (p q)` with p positives, q negatives
    and the mean rank among equals: the Mann-Whitney U, scaled to [0, 1].

    Args:
        y_true: 0 or 1, `[n]`.
        logits: `[n]`; any increasing function of them gives the same value.

    Raises:
        ValueError: if the rows are all of one class.

    References:
        Hanley & McNeil 1982, The meaning and use of the area under a ROC curve.
    """
    scores = checks.finite("logits", logits)
    truth, _ = checks.classified(y_true, scores)
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        raise ValueError(
            f"roc_auc needs rows of both classes, got {positives} positive and {negatives} "
            "negative. Stratify the split by the target, or test on more rows."
        )
    _, place, ties = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[place]  # [n], halves are exact
    u = ranks[truth == 1].sum() - positives * (positives + 1) / 2
    return float(u / (positives * negatives))


def rmse(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Root mean squared error, in the unit of the target: `sqrt(1/n sum_i (y_i - f_i)^2)`."""
    truth, predicted = checks.measured(y_true, y_pred)
    return float(np.sqrt(np.mean((truth - predicted) ** 2)))


def mae(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Mean absolute error, in the unit of the target: `1/n sum_i |y_i - f_i|`."""
    truth, predicted = checks.measured(y_true, y_pred)
    return float(np.mean(np.abs(truth - predicted)))


def r2(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Share of the variance that is explained; 0 for the mean of `y_true`, below 0 if worse.

    `1 - sum_i (y_i - f_i)^2 / sum_i (y_i - mean(y))^2`.

    Raises:
        ValueError: if `y_true` is constant: there is no variance to explain.
    """
    truth, predicted = checks.measured(y_true, y_pred)
    centred = truth - truth[0]  # exactly 0 if constant, which `truth - mean` need not be
    total = np.sum((centred - centred.mean()) ** 2)
    if total == 0:
        raise ValueError(
            f"r2 needs a target that varies, but y_true is {truth[0]:g} in all {len(truth)} rows. "
            "Test on more rows, or drop the task."
        )
    return float(1 - np.sum((truth - predicted) ** 2) / total)


def confusion(
    y_true: ArrayLike, y_score: ArrayLike, kind: study.Kind, classes: int
) -> NDArray[np.int64]:
    """Count rows by true class (row) and predicted class (column), `[classes, classes]`.

    Args:
        y_true: class indices `[n]`.
        y_score: logits `[n, classes]`, or `[n]` for a binary task.
        kind: the kind of the task.
        classes: how many classes the task has; 2 for a binary one.

    Raises:
        ValueError: for a kind without classes, or if the logits are of another number of classes.
    """
    if kind not in ("binary", "multiclass"):
        raise ValueError(f"confusion counts classes, but the task is a {kind}.")
    truth, scores = checks.classified(y_true, y_score)
    if scores.shape[1] != classes:
        raise ValueError(f"The task has {classes} classes, but its logits {scores.shape[1]}.")
    return _counts(truth, scores)


def for_kind(kind: study.Kind) -> dict[str, Metric]:
    """Return the metrics of a kind of task by name, the main one first.

    Raises:
        ValueError: if there is no such kind.
    """
    if kind not in _METRICS:
        raise ValueError(f"kind must be one of {', '.join(get_args(study.Kind))}, got {kind!r}.")
    return {metric.name: metric for metric in _METRICS[kind]}


def _counts(truth: NDArray[np.int64], scores: NDArray[np.float64]) -> NDArray[np.int64]:
    classes = scores.shape[1]
    pairs = truth * classes + scores.argmax(axis=1)
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


_ACCURACY = Metric("accuracy", accuracy, True, "share of rows whose class is predicted")
_MACRO_F1 = Metric("macro_f1", macro_f1, True, "F1, averaged over the classes")
_LOG_LOSS = Metric("log_loss", log_loss, False, "cross-entropy of the probabilities, in nats")
_ROC_AUC = Metric("roc_auc", roc_auc, True, "chance that a positive row ranks above a negative")
_R2 = Metric("r2", r2, True, "share of the variance that is explained")
_RMSE = Metric("rmse", rmse, False, "root mean squared error, in the target's unit")
_MAE = Metric("mae", mae, False, "mean absolute error, in the target's unit")

_METRICS: dict[study.Kind, tuple[Metric, ...]] = {
    "multiclass": (_ACCURACY, _MACRO_F1, _LOG_LOSS),
    "binary": (_ACCURACY, _MACRO_F1, _LOG_LOSS, _ROC_AUC),
    "multilabel": tuple(Metric(*entry) for entry in multilabel.METRICS),
    "regression": (_R2, _RMSE, _MAE),
}
