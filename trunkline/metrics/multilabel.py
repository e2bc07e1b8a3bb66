"""How good predictions of several labels are: one number per set of test rows.

`n` rows, `l` labels: truths 0 or 1 `[n, l]`, NaN where a label is missing, and logits `[n, l]`.
A missing label counts nowhere. Sums are taken in float64.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trunkline.metrics import checks


def macro_average_precision(y_true: ArrayLike, logits: ArrayLike) -> float:
    """Mean over the labels of average precision, so that a rare label counts as much.

    `AP = sum_k (R_k - R_(k-1)) P_k` over the distinct logits of a label from the highest down,
    `P_k` and `R_k` precision and recall of the rows at or above the k-th: the area under the
    precision-recall curve without interpolation. The mean over labels is the `mAP` of the field.

    Args:
        y_true: 0, 1 or NaN, `[n, l]`.
        logits: `[n, l]`; any increasing function of a label's logits gives the same value.

    Raises:
        ValueError: if a label has no positive row.

    References:
        Zhang and Zhou, "A Review on Multi-Label Learning Algorithms", IEEE TKDE 26 (2014),
        section 2.2; `sklearn.metrics.average_precision_score`.
    """
    truth, scores, known = _labelled(y_true, logits)
    return float(
        np.mean(
            [
                _average_precision(truth[known[:, k], k], scores[known[:, k], k], f"label {k}")
                for k in range(truth.shape[1])
            ]
        )
    )


def micro_average_precision(y_true: ArrayLike, logits: ArrayLike) -> float:
    """Average precision of all pairs of row and label as if they were rows of one label.

    Args:
        y_true: 0, 1 or NaN, `[n, l]`.
        logits: `[n, l]`, compared across labels.

    Raises:
        ValueError: if no label of any row is positive.
    """
    truth, scores, known = _labelled(y_true, logits)
    return _average_precision(truth[known], scores[known], "any label")


def macro_f1(y_true: ArrayLike, logits: ArrayLike) -> float:
    """Mean over the labels of F1; a label is predicted where its probability is above 1/2.

    `F1_k = 2 TP_k / (true_k + predicted_k)`. A label that neither occurs nor is predicted has no
    F1 and leaves the mean; one that is missed altogether counts 0.

    Args:
        y_true: 0, 1 or NaN, `[n, l]`.
        logits: `[n, l]`.

    Raises:
        ValueError: if no label occurs or is predicted.
    """
    truth, scores, known = _labelled(y_true, logits)
    positive, predicted = known & (truth == 1), known & (scores > 0)
    either = positive.sum(axis=0) + predicted.sum(axis=0)  # [l]
    seen = either > 0
    if not seen.any():
        raise ValueError("macro_f1 needs a label that occurs or is predicted, got none of them.")
    return float(np.mean(2 * (positive & predicted).sum(axis=0)[seen] / either[seen]))


def log_loss(y_true: ArrayLike, logits: ArrayLike) -> float:
    """Mean cross-entropy in nats over all labels that are known: what training minimises.

    `max(z, 0) - z y + log(1 + exp(-|z|))`, in which nothing overflows.

    Args:
        y_true: 0, 1 or NaN, `[n, l]`.
        logits: z, `[n, l]`.
    """
    truth, scores, known = _labelled(y_true, logits)
    y, z = truth[known], scores[known]
    return float(np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))))


def _labelled(
    y_true: ArrayLike, logits: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return truths, logits and which truths are known, all `[n, l]`.

    Raises:
        ValueError: if shapes differ, a truth is neither 0, 1 nor NaN, none is known, or a logit
            is not finite.
    """
    scores, truth = checks.finite("logits", logits, axes=(2,)), np.asarray(y_true, np.float64)
    if truth.shape != scores.shape:
        raise ValueError(
            f"y_true and logits must have the same rows and labels, got shapes {truth.shape} and "
            f"{scores.shape}."
        )
    known = ~np.isnan(truth)
    wrong = np.argwhere(known & (truth != 0) & (truth != 1))
    if wrong.size:
        first = tuple(wrong[0].tolist())
        raise ValueError(
            f"y_true must hold 0, 1 or NaN for a missing label, but y_true{list(first)} is "
            f"{truth[first]:g}."
        )
    if not known.any():
        raise ValueError("y_true must hold one label at least, but all of them are missing.")
    return truth, scores, known


def _average_precision(y: NDArray[np.float64], z: NDArray[np.float64], name: str) -> float:
    if not y.any():
        raise ValueError(
            f"average precision needs a positive row, got none of {len(y)} for {name}. Test on "
            "more rows, or drop the label."
        )
    order = np.argsort(-z, kind="stable")
    hits = np.cumsum(y[order])  # [n]
    ends = np.flatnonzero(np.append(np.diff(z[order]) != 0, True))  # the last of each equal run
    precision = hits[ends] / (ends + 1)
    gained = np.diff(hits[ends], prepend=0)
    return float(np.sum(gained * precision) / hits[-1])


METRICS = (  # name, function, whether higher is better, description; the main one first
    (
        "macro_average_precision",
        macro_average_precision,
        True,
        "area under the precision-recall curve, averaged over the labels",
    ),
    ("macro_f1", macro_f1, True, "F1, averaged over the labels"),
    (
        "micro_average_precision",
        micro_average_precision,
        True,
        "area under the precision-recall curve of all labels at once",
    ),
    ("log_loss", log_loss, False, "cross-entropy of the probabilities, in nats"),
)
