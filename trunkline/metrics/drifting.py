"""Are two samples of one distribution? From counts alone, so that neither sample need be kept.

How far apart: the population stability index over bins. Whether that can be chance:
Kolmogorov-Smirnov for numbers, chi-squared for categories.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from trunkline.metrics import checks

SMOOTHING = 0.5  # added to each bin of both samples (Jeffreys), so that none is empty
LEAST = 5.0  # expected count up to which cells are put together (Cochran, 1954)


class Test(NamedTuple):
    """A statistic and the probability of one as large where nothing has changed."""

    statistic: float
    p: float


def stability(before: ArrayLike, now: ArrayLike) -> float:
    """Return the population stability index of two histograms over the same bins.

    `PSI = sum_i (q_i - p_i) ln(q_i / p_i)` with `p_i = (n_i + 1/2) / (n + B/2)`, of the B bins
    that are not empty in both. It is symmetric, and exactly 0 for equal counts. By convention 0.1
    is a shift worth a look and 0.25 a large one.

    Args:
        before: rows in each bin, `[bins]`.
        now: likewise of the other sample.

    Raises:
        ValueError: lengths differ, or a count is negative or not finite.

    References:
        Siddiqi, N. Credit Risk Scorecards. Wiley, 2006.
    """
    old, new = _counts(before, now)
    kept = old + new > 0
    p, q = (_shares(counts[kept]) for counts in (old, new))
    return float(np.sum((q - p) * np.log(q / p)))


def kolmogorov_smirnov(below: ArrayLike, at_most: ArrayLike, sizes: tuple[int, int]) -> Test:
    """Return the largest distance between two distribution functions, over a few edges.

    `D = max_j max(|F(e_j) - G(e_j)|, |F(e_j-) - G(e_j-)|)`, where `e-` is the limit from below.
    It is the two-sample statistic itself where every value of one sample is an edge; else it is
    no larger, and less by the share of rows between two edges at the most. The asymptotic
    probability (scipy's `kstwo`) is therefore never too small: false alarms stay within the level.

    Args:
        below: rows whose value is smaller than each edge, `[2, edges]`: one row a sample.
        at_most: rows whose value is at most the edge, likewise.
        sizes: rows of the two samples.

    Raises:
        ValueError: there is no edge, or the two shapes differ.

    References:
        Hodges, J. L. The significance probability of the Smirnov two-sample test. Arkiv for
        Matematik 3, 1958. Noether, G. E. Note on the Kolmogorov statistic in the discrete case.
        Metrika 7, 1963.
    """
    counts = (
        checks.finite("below", below, axes=(1, 2)),
        checks.finite("at_most", at_most, axes=(1, 2)),
    )
    if counts[0].shape != counts[1].shape or counts[0].shape[0] != 2 or not counts[0].size:
        raise ValueError(
            f"expected two samples over the same edges, [2, edges], received shapes "
            f"{counts[0].shape} and {counts[1].shape}"
        )
    n, m = sizes
    if not n or not m:
        return Test(0.0, 1.0)
    apart = max(float(np.max(np.abs(c[0] / n - c[1] / m))) for c in counts)
    return Test(apart, float(np.clip(stats.kstwo.sf(apart, np.round(n * m / (n + m))), 0.0, 1.0)))


def chi_squared(before: ArrayLike, now: ArrayLike) -> Test:
    """Return Pearson's test of homogeneity of two histograms over the same cells.

    `X2 = sum (observed - expected)^2 / expected` over both samples, with one degree of freedom
    less than there are cells. Cells of which less than 5 rows are expected in one of the samples
    are put together first.

    Args:
        before: rows in each cell, `[cells]`.
        now: likewise of the other sample.

    Raises:
        ValueError: lengths differ, or a count is negative or not finite.
    """
    table = pooled(before, now)
    if table.shape[1] < 2 or not table.sum(axis=1).all():
        return Test(0.0, 1.0)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    statistic = float(np.sum((table - expected) ** 2 / expected))
    return Test(statistic, float(special.chdtrc(table.shape[1] - 1, statistic)))


def pooled(before: ArrayLike, now: ArrayLike) -> NDArray[np.float64]:
    """Return the table of a test, `[2, cells]`: cells of small expectation put together."""
    table = np.stack(_counts(before, now))
    rare = table.sum(axis=0) * table.sum(axis=1).min() < LEAST * table.sum()
    together = table[:, rare].sum(axis=1, keepdims=True)  # [2, 1]
    return np.hstack([table[:, ~rare], together[:, together.sum(axis=0) > 0]])


def _counts(before: ArrayLike, now: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    old, new = checks.finite("before", before), checks.finite("now", now)
    checks.same_length(before=old, now=new)
    for name, counts in (("before", old), ("now", new)):
        if (counts < 0).any():
            raise ValueError(f"{name}: expected counts of 0 or more, received {counts.min():g}")
    return old, new


def _shares(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    smoothed = counts + SMOOTHING
    shares: NDArray[np.float64] = smoothed / smoothed.sum()
    return shares
