"""What a row or a class counts in a loss; never in a score."""

import numpy as np
import pandas as pd

from trunkline.data import tables


def sample(frame: pd.DataFrame, name: str, column: str, known: np.ndarray) -> np.ndarray:
    """Return the weight of each row, float32 [rows]; 0 where the task has no label.

    Args:
        frame: the table.
        name: the task's name, for messages.
        column: that holds the weights.
        known: rows that have a label, bool [rows].

    Raises:
        ValueError: there is no such column, or it holds no numbers; the weight of a row with a
            label is missing, negative or infinite.
    """
    if column not in frame:
        raise ValueError(
            f"task '{name}' expects a column '{column}', the table has "
            f"{', '.join(map(str, frame.columns[:8]))}, ...: correct `sample_weight`"
        )
    kind = frame[column].dtype
    if not pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind):
        raise ValueError(
            f"task '{name}': expected numbers in its sample_weight '{column}', received {kind}"
        )
    values = frame[column].to_numpy(np.float64, na_value=np.nan)
    with np.errstate(over="ignore"):  # what is too large for float32 becomes infinite
        given = values.astype(np.float32)
    wrong = known & ~(np.isfinite(given) & (given >= 0))
    if wrong.any():
        raise ValueError(
            f"task '{name}': sample_weight '{column}' of {wrong.sum()} rows with a label is "
            f"negative, missing or infinite (such as {values[wrong][0]:g}){_rows(frame, wrong)}: "
            "expected 0 or more; 0 leaves a row out"
        )
    return np.where(known, given, np.float32(0))


def balanced(y: np.ndarray, classes: int) -> np.ndarray:
    """Return the weight of each class by which all classes count the same, float64 [classes].

    n / (classes * n_c), n labels of which n_c are of class c: a class counts as much as if its
    rows were repeated until all classes are equally frequent. One without a row counts as if it
    had one.

    Args:
        y: index of the class of each training row, [n].
        classes: how many there are.

    Example:
        >>> balanced(np.array([0, 0, 0, 1]), 2).tolist()
        [0.6666666666666666, 2.0]

    References:
        King and Zeng, "Logistic Regression in Rare Events Data", Political Analysis 9 (2001),
        on weighting, with equal shares; `sklearn.utils.class_weight.compute_class_weight`.
    """
    counts = np.bincount(y.astype(np.int64), minlength=classes)
    weights: np.ndarray = y.size / (classes * np.maximum(counts, 1))
    return weights


def _rows(frame: pd.DataFrame, wrong: np.ndarray) -> str:
    if "row_id" not in frame:
        return ""
    return f" in rows {tables.examples(frame['row_id'][wrong].astype('str').tolist())}"
