"""TransRate: how many bits of the features are about the class."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trunkline.metrics import checks

DISTORTION = 1e-4  # the publication's, and that of its code


def score(features: ArrayLike, y: ArrayLike, *, distortion: float = DISTORTION) -> float:
    """Return the coding rate of all rows less that of the rows of each class, in nats; >= 0.

    `R(Z) - sum_c n_c/n R(Z_c)` with `R(Z) = 1/2 log |I + Z'Z / (n eps)|`, where Z are the features
    less their mean over all rows. It estimates the mutual information of features and classes
    up to the distortion eps. As log |.| is concave, it is never below 0. Rotating or shifting the
    features changes nothing; scaling them does, so compare features of one trunk's kind.

    We differ from the published code, which gives each class the weight 1/c: with classes of
    unequal size that is no mutual information, and may be negative.

    Args:
        features: of a trunk, `[n, d]`.
        y: class indices, `[n]`.
        distortion: eps.

    Raises:
        ValueError: if lengths differ, a number is not finite, all rows are of one class, or
            `distortion` is not above 0.

    References:
        Huang, Huang, Rong, Yang and Wei, "Frustratingly Easy Transferability Estimation",
        ICML 2022, section 3.
    """
    if not distortion > 0:
        raise ValueError(f"distortion must be above 0, e.g. {DISTORTION:g}, got {distortion}.")
    rows, classes = checks.labelled("features", features, y)
    centred = rows - rows.mean(axis=0)  # [n, d]
    parts = [centred[classes == k] for k in range(classes.max() + 1)]
    within = [len(part) / len(rows) * _rate(part, distortion) for part in parts]
    return max(0.0, _rate(centred, distortion) - float(np.sum(within)))  # below 0 is rounding


def _rate(rows: NDArray[np.float64], distortion: float) -> float:
    """Return 1/2 log |I + Z'Z / (n eps)| from the singular values of Z."""
    singular = np.linalg.svd(rows, compute_uv=False)
    return float(np.log1p(singular**2 / (len(rows) * distortion)).sum()) / 2
