"""What every metric and statistic asks of its inputs before it computes anything."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def finite(name: str, values: ArrayLike, *, axes: tuple[int, ...] = (1,)) -> NDArray[np.float64]:
    """Return `values` in float64, or say which of them is not a finite number.

    Args:
        name: what the values are called in the error.
        values: numbers, with as many axes as one of `axes`.
        axes: the numbers of axes that are accepted.

    Raises:
        ValueError: if the shape is another one, or empty, or a value is NaN or infinite.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim not in axes or array.size == 0:
        expected = " or ".join(map(str, axes)) + (" axis" if axes == (1,) else " axes")
        raise ValueError(
            f"{name} must be a non-empty array with {expected}, got shape {array.shape}."
        )
    wrong = np.argwhere(~np.isfinite(array))
    if wrong.size:
        first = tuple(wrong[0].tolist())
        raise ValueError(
            f"{name} must be finite, but {name}{list(first)} is {array[first]} "
            f"({len(wrong)} of {array.size} values are not finite). Did the training diverge?"
        )
    return array


def same_length(**arrays: NDArray[np.float64] | NDArray[np.int64]) -> None:
    """Check that the arrays, given by name, have one entry for each of the same rows.

    Raises:
        ValueError: if their lengths differ.
    """
    lengths = [len(array) for array in arrays.values()]
    if len(set(lengths)) > 1:
        raise ValueError(
            f"{' and '.join(arrays)} must have one entry for each of the same rows, "
            f"got {' and '.join(map(str, lengths))}."
        )


def resamples(count: int) -> None:
    """Check that so many bootstrap resamples can tell an interval.

    Raises:
        ValueError: if there are fewer than 100.
    """
    if count < 100:
        raise ValueError(f"resamples must be at least 100, got {count}.")


def level(alpha: float) -> None:
    """Check that `alpha` can be the level of an interval or a test.

    Raises:
        ValueError: if it is not in (0, 1).
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must be between 0 and 1, e.g. 0.05, got {alpha}.")


def classified(
    y_true: ArrayLike, logits: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return class indices `[n]` and logits `[n, c]`; a binary logit z is the two logits 0 and z.

    Args:
        y_true: class indices of any number type, `[n]`.
        logits: `[n, c]`, or `[n]` for a binary task.

    Raises:
        ValueError: if lengths differ, or a label is missing, not whole or not below c.
    """
    scores = finite("logits", logits, axes=(1, 2))
    if scores.ndim == 1:
        scores = np.stack([np.zeros_like(scores), scores], axis=1)
    labels, classes = finite("y_true", y_true), scores.shape[1]
    same_length(y_true=labels, logits=scores)
    wrong = np.flatnonzero((labels != np.floor(labels)) | (labels < 0) | (labels >= classes))
    if wrong.size:
        raise ValueError(
            f"y_true must hold class indices 0 to {classes - 1}, but y_true[{wrong[0]}] is "
            f"{labels[wrong[0]]:g}. Encode the labels with the classes of the task."
        )
    return labels.astype(np.int64), scores


def measured(
    y_true: ArrayLike, y_pred: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the true and the predicted numbers of a regression, both `[n]`.

    Raises:
        ValueError: if lengths differ, or a number is missing or infinite.
    """
    truth, predicted = finite("y_true", y_true), finite("y_pred", y_pred)
    same_length(y_true=truth, y_pred=predicted)
    return truth, predicted


def labelled(
    name: str, rows: ArrayLike, y: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return rows `[n, d]` and their classes as 0, 1, ... `[n]`, numbered as those that occur.

    Args:
        name: what the rows are called in the error.
        rows: numbers, `[n, d]`.
        y: class indices of any number type, `[n]`.

    Raises:
        ValueError: if lengths differ, a label is missing or not whole, or all are of one class.
    """
    values, labels = finite(name, rows, axes=(2,)), finite("y", y)
    same_length(**{name: values, "y": labels})
    wrong = np.flatnonzero(labels != np.floor(labels))
    if wrong.size:
        raise ValueError(
            f"y must hold class indices, but y[{wrong[0]}] is {labels[wrong[0]]:g}. Encode the "
            "labels with the classes of the task."
        )
    classes, index = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"y must hold two classes or more, but all {len(labels)} rows are of class "
            f"{classes[0]:g}. Draw rows of each class."
        )
    return values, index.astype(np.int64)


def distributions(name: str, values: NDArray[np.float64]) -> None:
    """Check that each row of `values` `[n, z]` holds probabilities that add up to 1.

    Raises:
        ValueError: if one does not.
    """
    off = np.abs(values.sum(axis=1) - 1) > 1e-6
    wrong = np.flatnonzero(off | (values < 0).any(axis=1))
    if wrong.size:
        raise ValueError(
            f"each row of {name} must hold probabilities that add up to 1, but row {wrong[0]} "
            f"adds up to {values[wrong[0]].sum():g} (smallest {values[wrong[0]].min():g}). Take "
            "the softmax of the logits."
        )
