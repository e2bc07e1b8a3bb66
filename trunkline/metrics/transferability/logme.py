"""LogME: how probable the labels are, given the features and the best of all linear models."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trunkline.metrics import checks
from trunkline.settings import study

_STEPS = 500  # at most; most evidences are found within 20
_SETTLED = 1e-10  # the ratio moves by less, as a share of it
_RANGE = 1e9  # how far the ratio may be from the largest eigenvalue


def score(features: ArrayLike, y: ArrayLike, kind: study.Kind) -> float:
    """Return the logarithm of the maximum evidence, divided by the number of rows.

    A label is `y = f w + e`, with weights `w ~ N(0, 1/a)` and noise `e ~ N(0, 1/b)`. The weights
    are integrated out, and a and b are those under which the labels are most probable:

    `L(a, b) = n/2 log b + d/2 log a - n/2 log 2 pi - b/2 |y - F m|^2 - a/2 |m|^2 - 1/2 log |A|`,
    `A = a I + b F'F`, `m = b A^-1 F'y`.

    With the eigenvalues s of F'F, the fixed point repeats `g = sum_i b s_i / (a + b s_i)`,
    `a = g / |m|^2`, `b = (n - g) / |y - F m|^2` until a / b stays. A class is one target of 0 and
    1, each against the rest, and the score their mean. Rotating or scaling the features changes
    nothing.

    We differ from the published code: it stops after 11 steps or where a / b moves by less than
    1 %, and mixes a new a and b with the old m, so that what it returns is no evidence of any
    model. We go on until a / b is settled, and start from the mean of s, not from 1, so that the
    scale of the features is no matter. Where there are more features than rows, a / b may fall
    towards 0 for ever: it stays within 1e9 of the largest s.

    Args:
        features: of a trunk, `[n, d]`.
        y: class indices or, for a regression, values, `[n]`. Of a regression the score depends on
            the unit of the values: standardise them first.
        kind: of the target task.

    Raises:
        ValueError: if lengths differ, a number is not finite, or there is nothing to tell apart.

    References:
        You, Liu, Wang and Long, "LogME: Practical Assessment of Pre-trained Models for Transfer
        Learning", ICML 2021, section 4 and algorithm 1.
    """
    rows, targets = _targets(features, y, kind)  # [n, d], [n, k]
    left, singular, _ = np.linalg.svd(rows, full_matrices=False)  # [n, r], [r]
    projected = left.T @ targets  # [r, k]
    spectrum = singular**2
    energy = (targets**2).sum(axis=0)  # [k]
    evidences = [
        _evidence(spectrum, projected[:, place], float(energy[place]), len(rows))
        for place in range(targets.shape[1])
    ]
    return float(np.mean(evidences)) / len(rows)


def _targets(
    features: ArrayLike, y: ArrayLike, kind: study.Kind
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return features `[n, d]` and what is to be told from them, a column each."""
    if kind != "regression":
        rows, classes = checks.labelled("features", features, y)
        return rows, np.eye(classes.max() + 1)[classes]
    rows, values = checks.finite("features", features, axes=(2,)), checks.finite("y", y)
    checks.same_length(features=rows, y=values)
    if np.ptp(values) == 0:
        raise ValueError(
            f"y is {values[0]:g} in all {len(values)} rows: there is nothing to tell apart. Draw "
            "more rows, or drop the task."
        )
    return rows, values[:, np.newaxis]


def _evidence(
    spectrum: NDArray[np.float64], projected: NDArray[np.float64], energy: float, n: int
) -> float:
    """Return the maximum of L for one target.

    At a given ratio a / b the best b is known: b = n / sum over all directions of what the
    features leave unexplained. So L needs the ratio alone.

    Args:
        spectrum: eigenvalues of F'F that may differ from 0, `[r]`.
        projected: the target in their directions, `[r]`.
        energy: squared length of the target.
        n: rows.
    """
    outside = max(0.0, energy - float((projected**2).sum()))  # what no feature reaches
    least = float(spectrum[0]) / _RANGE
    if least == 0:  # features that are 0 explain nothing
        return -n / 2 * (math.log(2 * math.pi * energy / n) + 1)
    ratio = float(spectrum.mean())
    for _ in range(_STEPS):
        share = spectrum / (spectrum + ratio)  # [r], of each direction, that the weights explain
        length = float((projected**2 * share / (spectrum + ratio)).sum())  # |m|^2
        error = float(((projected * (1 - share)) ** 2).sum()) + outside  # |y - F m|^2
        freedom = n - float(share.sum())
        old, most = ratio, float(spectrum[0]) * _RANGE
        explained = length * freedom
        ratio = float(share.sum()) * error / explained if explained > 0 else most
        ratio = min(max(ratio, least), most)
        if abs(ratio - old) <= _SETTLED * old:
            break
    left = float((projected**2 * (ratio / (spectrum + ratio))).sum()) + outside
    volume = float(np.log1p(spectrum / ratio).sum())
    return -n / 2 * (math.log(2 * math.pi * left / n) + 1) - volume / 2
