"""Do two lists of numbers rank the same things alike? Rank correlations with intervals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trunkline.metrics import checks
from trunkline.metrics.estimates import Estimate

LEAST = 6  # with 5 pairs a rank correlation counts at the 5 % level only if it is 1 or -1
_DECIMALS = 12  # of correlations: what differs only by the order of a sum is the same
_AT_ONCE = 4_000_000  # entries of the largest array: some 30 MB


@dataclass(frozen=True)
class Agreement:
    """How far two rankings of the same things agree: 1 wholly, 0 not at all, -1 reversed.

    Attributes:
        tau: Kendall's weighted tau, in which the top counts most.
        spearman: Spearman's rho, in which every rank counts the same.
    """

    tau: Estimate
    spearman: Estimate


def agreement(
    x: ArrayLike, y: ArrayLike, *, alpha: float, resamples: int, rng: np.random.Generator
) -> Agreement | None:
    """Return both correlations with percentile bootstrap intervals; None if x or y is constant.

    Pairs are drawn with replacement. A draw without any order, such as the same pair over and
    over, says nothing and is left out. From few pairs the intervals are wide, and still too
    narrow.

    Args:
        x: a number for each thing, `[n]`.
        y: another one, `[n]`.
        alpha: intervals cover `1 - alpha`.
        resamples: bootstrap resamples.
        rng: where they are drawn from.

    Raises:
        ValueError: if lengths differ, a number is not finite, or `alpha` is out of range.

    References:
        Efron & Tibshirani 1993, An Introduction to the Bootstrap, section 13.3.
    """
    ours, theirs = checks.finite("x", x), checks.finite("y", y)
    checks.same_length(x=ours, y=theirs)
    checks.level(alpha)
    if np.ptp(ours) == 0 or np.ptp(theirs) == 0:
        return None
    drawn = rng.integers(0, len(ours), (resamples, len(ours)))  # [R, n]
    block = max(1, _AT_ONCE // len(ours) ** 2)
    found = []
    for function in (weighted_tau, spearman):
        value = float(function(ours, theirs))
        parts = [drawn[first : first + block] for first in range(0, resamples, block)]
        values = np.concatenate([function(ours[part], theirs[part]) for part in parts])
        values = np.round(values[np.isfinite(values)], _DECIMALS)
        ends = np.quantile(values, [alpha / 2, 1 - alpha / 2]) if values.size else [value, value]
        found.append(Estimate(round(value, _DECIMALS), float(ends[0]), float(ends[1]), len(ours)))
    return Agreement(*found)


def weighted_tau(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Kendall's weighted tau over the last axis, `[..., n]` -> `[...]`; NaN if constant.

    `<x, y> / sqrt(<x, x> <y, y>)` with `<x, y> = sum_{i<j} sgn(x_i - x_j) sgn(y_i - y_j) w_ij` and
    `w_ij = 1 / (r_i + 1) + 1 / (r_j + 1)`, where r counts from 0 at the largest. It is the mean
    of two such values: r by x, and among equals by y; and the other way round.

    References:
        Vigna, "A Weighted Correlation Index for Rankings with Ties", WWW 2015, sections 3 and 4.
        It is what You et al. (LogME) and later publications report.
    """
    first = np.sign(x[..., :, np.newaxis] - x[..., np.newaxis, :])  # [..., n, n]
    second = np.sign(y[..., :, np.newaxis] - y[..., np.newaxis, :])
    return (_weighted(first, second) + _weighted(second, first)) / 2


def spearman(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Spearman's rho over the last axis, `[..., n]` -> `[...]`; NaN if constant.

    The correlation of the ranks, with the mean rank among equals.
    """
    first, second = _centred_ranks(x), _centred_ranks(y)
    return _over((first * second).sum(axis=-1), (first**2).sum(axis=-1) * (second**2).sum(axis=-1))


def _weighted(leading: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the tau whose ranks come from `leading`, and among equals from `other`."""
    n = leading.shape[-1]
    earlier = np.tri(n, k=-1, dtype=bool)  # things that are the same keep their order
    second = (other < 0) | ((other == 0) & earlier)
    above = (leading < 0) | ((leading == 0) & second)  # [..., n, n], j is above i
    share = 1 / (above.sum(axis=-1) + 1)  # [..., n]
    weights = share[..., :, np.newaxis] + share[..., np.newaxis, :]
    both, ours, theirs = (
        (product * weights).sum(axis=(-2, -1))
        for product in (leading * other, leading**2, other**2)
    )
    return _over(both, ours * theirs)


def _centred_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rank of each value less the mean rank: half of those below less those above."""
    signs = np.sign(values[..., :, np.newaxis] - values[..., np.newaxis, :])
    return signs.sum(axis=-1) / 2


def _over(product: NDArray[np.float64], squares: NDArray[np.float64]) -> NDArray[np.float64]:
    root = np.sqrt(squares)
    return np.divide(product, root, out=np.full_like(root, np.nan), where=root > 0)
