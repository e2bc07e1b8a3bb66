"""H-score: how far the classes lie apart in the features, measured by the features' own spread."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trunkline.metrics import checks

_CUT = 1e-10  # eigenvalues below this share of the largest are 0


def score(features: ArrayLike, y: ArrayLike) -> float:
    """Return the shrunk H-score, from 0 to the number of classes less 1.

    `tr(S_a^-1 (1 - a) S_y)`, where `S_y` is the covariance of the class means, each counted as
    often as its rows, and `S_a = (1 - a) S + a tr(S)/d I` the covariance of all rows, shrunk
    after Ledoit and Wolf (`shrinkage`). With a = 0 it is the H-score of Bao et al.: with fewer
    rows than features that one is the number of classes less 1 whatever the features are.
    Rotating, scaling or shifting the features changes nothing. Covariances are divided by n.

    A covariance without an inverse, which shrinking leaves only where a is 0, is inverted where
    it is not 0 (Moore and Penrose).

    Args:
        features: of a trunk, `[n, d]`.
        y: class indices, `[n]`.

    Raises:
        ValueError: if lengths differ, a number is not finite, or all rows are of one class.

    References:
        Bao, Li, Huang, Zhang, Zheng, Zamir and Guibas, "An Information-Theoretic Approach to
        Transferability in Task Transfer Learning", ICIP 2019. Ibrahim, Ponomareva and Mazumder,
        "Newer is not always better: Rethinking transferability metrics, their peculiarities,
        stability and performance", ECML PKDD 2022.
    """
    rows, classes = checks.labelled("features", features, y)
    centred = rows - rows.mean(axis=0)  # [n, d]
    amount = shrinkage(centred)
    covariance = centred.T @ centred / len(rows)  # [d, d]
    identity = np.eye(len(covariance))
    shrunk = (1 - amount) * covariance + amount * np.trace(covariance) / len(identity) * identity
    means = np.stack([centred[classes == k].mean(axis=0) for k in range(classes.max() + 1)])
    sizes = np.bincount(classes)[:, np.newaxis]  # [c, 1]
    between = means.T @ (sizes * means) / len(rows)  # [d, d]
    inverse = np.linalg.pinv(shrunk, rcond=_CUT, hermitian=True)
    return float((1 - amount) * np.sum(inverse * between))  # tr(AB), both symmetric


def shrinkage(centred: NDArray[np.float64]) -> float:
    """Return the share a by which Ledoit and Wolf shrink a covariance, from 0 to 1.

    `a = min(b^2, d^2) / d^2` with `d^2 = |S - m I|^2 / d`, `m = tr(S) / d` and
    `b^2 = 1/n^2 sum_i |x_i x_i' - S|^2 / d`: how uncertain S is, as a share of how far it is from
    round. A round covariance is left as it is.

    Args:
        centred: rows with mean 0, `[n, d]`.

    References:
        Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance
        matrices", Journal of Multivariate Analysis 2004, section 3.2.
    """
    n, d = centred.shape
    covariance = centred.T @ centred / n
    size = float((covariance**2).sum())
    round_size = float(np.trace(covariance)) ** 2 / d
    distance = size - round_size
    if distance <= _CUT * size:  # round, or 0
        return 0.0
    fourth = float(((centred**2).sum(axis=1) ** 2).sum())
    uncertain = max(0.0, fourth / n - size) / n
    return min(uncertain, distance) / distance
