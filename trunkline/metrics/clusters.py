"""Numbers of values that belong together: whole clusters are drawn anew, and flipped.

Two episodes of one alphabet, or of one school, are more alike than two of different ones. Taken for
independent they would give intervals that are too narrow and a p that is too small.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from trunkline.metrics import checks, comparisons, estimates
from trunkline.metrics.comparisons import Comparison
from trunkline.metrics.estimates import DECIMALS, EQUAL, Estimate


def count(clusters: ArrayLike) -> int:
    """Return how many clusters there are.

    Example:
        >>> count([3, 3, 8])
        2
    """
    return int(np.unique(np.asarray(clusters)).size)


def mean(
    values: ArrayLike,
    clusters: ArrayLike,
    *,
    alpha: float,
    resamples: int,
    rng: np.random.Generator,
) -> Estimate:
    """Return the mean of all values and its BCa interval, from a bootstrap of whole clusters.

    A resample draws G of the G clusters with replacement; its mean is sum_g S_g / sum_g n_g, of the
    sums S and sizes n of those drawn. The acceleration comes from leaving out a cluster at a time.
    Where each value is its own cluster this is `estimates.mean`, to the bit. From few clusters it
    is too narrow, as that one is from few repeats.

    Args:
        values: `[n]`.
        clusters: which cluster each is of, `[n]`, of at least 2.
        alpha: the interval covers `1 - alpha`.
        resamples: bootstrap resamples, at least 100.
        rng: where they are drawn from.

    Raises:
        ValueError: there are fewer than 2 clusters, lengths differ, a value is not finite, or
            `alpha` or `resamples` is out of range.

    References:
        Davison & Hinkley 1997, Bootstrap Methods and their Application, section 3.8 (the clusters
        alone are resampled). Efron & Tibshirani 1993, section 14.3.
    """
    array = checks.finite("values", values)
    sums, sizes = _sums(array, clusters)
    if len(sums) == len(array):
        return estimates.mean(array, alpha=alpha, resamples=resamples, rng=rng)
    checks.level(alpha)
    checks.resamples(resamples)
    value, scale = float(array.mean()), float(np.abs(array).max())
    if np.ptp(sums / sizes) <= EQUAL * scale:
        return Estimate(value, value, value, len(array))
    low, high = scale * _bca(sums / scale, sizes, alpha, resamples, rng)
    return Estimate(value, float(low), float(high), len(array))


def paired(
    arm: ArrayLike,
    baseline: ArrayLike,
    clusters: ArrayLike,
    *,
    higher_is_better: bool,
    alpha: float,
    resamples: int,
    rng: np.random.Generator,
) -> Comparison:
    """Compare two arms on the same values, of which those of a cluster are flipped together.

    p is that of `comparisons.sign_flip` of the clusters' sums: up to 20 clusters every pattern is
    listed. Where each value is its own cluster this is `comparisons.paired`.

    Args:
        arm: one score for each value, `[n]`.
        baseline: the scores of the same, `[n]`.
        clusters: which cluster each is of, `[n]`.
        higher_is_better: which way the metric points.
        alpha: intervals cover `1 - alpha`.
        resamples: bootstrap resamples (and sign patterns, where there are too many to list).
        rng: where they are drawn from.

    Raises:
        ValueError: as `mean`, or lengths differ.

    References:
        Cameron, Gelbach & Miller 2008, Bootstrap-Based Improvements for Inference with Clustered
        Errors (one sign for each cluster). Winkler et al. 2015, Multi-level block permutation.
    """
    ours, theirs = checks.finite("arm", arm), checks.finite("baseline", baseline)
    checks.same_length(arm=ours, baseline=theirs)
    gains = ours - theirs if higher_is_better else theirs - ours  # [n]
    sums, sizes = _sums(gains, clusters)
    if len(sums) == len(gains):
        return comparisons.paired(
            ours, theirs, higher_is_better=higher_is_better, alpha=alpha, resamples=resamples,
            rng=rng,
        )  # fmt: skip
    largest = float(max(np.abs(ours).max(), np.abs(theirs).max())) * float(sizes.max())
    wins = (gains > 0) + (gains == 0) / 2
    return Comparison(
        n=len(gains),
        value=float(ours.mean()),
        baseline_value=float(theirs.mean()),
        difference=mean(gains, clusters, alpha=alpha, resamples=resamples, rng=rng),
        p=comparisons.sign_flip(sums, scale=largest, resamples=resamples, rng=rng),
        better=mean(wins, clusters, alpha=alpha, resamples=resamples, rng=rng),
    )


def _sums(
    values: NDArray[np.float64], clusters: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sum of each cluster [G] and how many values it has [G].

    Raises:
        ValueError: lengths differ, or there is but one cluster.
    """
    names, index = np.unique(np.asarray(clusters), return_inverse=True)
    checks.same_length(values=values, clusters=index.astype(np.int64))
    if len(names) < 2:
        raise ValueError(
            f"An interval over clusters needs at least 2 of them, but all {len(values)} values are "
            "of one. Let the test hold more parents or groups."
        )
    sizes = np.bincount(index).astype(np.float64)
    return np.bincount(index, weights=values).astype(np.float64), sizes


def _bca(
    sums: NDArray[np.float64],
    sizes: NDArray[np.float64],
    alpha: float,
    resamples: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return both ends of the BCa interval of a ratio of sums, of values in [-1, 1]."""
    result = stats.bootstrap(
        (sums, sizes),
        lambda s, n, axis: np.round(np.sum(s, axis=axis) / np.sum(n, axis=axis), DECIMALS),
        n_resamples=resamples,
        confidence_level=1 - alpha,
        method="BCa",
        paired=True,
        vectorized=True,
        rng=rng,
    )
    return np.array(result.confidence_interval)
