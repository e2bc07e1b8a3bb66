"""A number with its interval: no result is reported without one."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from trunkline.metrics import checks

EQUAL = 1e-9  # values this close, as a share of the largest, are the same value
DECIMALS = 12  # of resampled means: those that differ only by the order of a sum are ties


@dataclass(frozen=True)
class Estimate:
    """A value, the interval around it, and what it was estimated from.

    Attributes:
        value: the estimate.
        low: lower end of the interval.
        high: upper end.
        n: repeats behind it.
    """

    value: float
    low: float
    high: float
    n: int


def mean(values: ArrayLike, *, alpha: float, resamples: int, rng: np.random.Generator) -> Estimate:
    """Return the mean and its bias-corrected, accelerated (BCa) bootstrap interval.

    Unlike `mean +- 1.96 standard errors` it follows skew, and it never leaves the range of the
    values. From few repeats it is too narrow: of 10 normal values, 95 % intervals hold the truth
    in about 90 % of all cases, of 20 in 93 %. That is why a verdict asks for a p as well.
    Values that are all equal, to nine digits, give an interval without width.

    Args:
        values: one per repeat, `[n]`, at least 2.
        alpha: the interval covers `1 - alpha`.
        resamples: bootstrap resamples, at least 100.
        rng: where they are drawn from.

    Raises:
        ValueError: if there are fewer than 2 values, or one is not finite, or `alpha` or
            `resamples` is out of range.

    References:
        Efron & Tibshirani 1993, An Introduction to the Bootstrap, section 14.3.
    """
    array = checks.finite("values", values)
    if len(array) < 2:
        raise ValueError("An interval needs at least 2 values, got 1. Run more repeats.")
    checks.level(alpha)
    checks.resamples(resamples)
    value, scale = float(array.mean()), float(np.abs(array).max())
    if np.ptp(array) <= EQUAL * scale:
        return Estimate(value, value, value, len(array))
    low, high = scale * _bca(array / scale, alpha, resamples, rng)
    return Estimate(value, float(low), float(high), len(array))


def share(successes: float, n: int, *, alpha: float) -> Estimate:
    """Return `successes / n` and its Wilson score interval.

    `(p + z^2/2n +- z sqrt(p (1 - p) / n + z^2/4n^2)) / (1 + z^2/n)`; unlike the textbook interval
    it has width at 0 and 1 as well.

    Args:
        successes: from 0 to `n`; halves are allowed, for ties.
        n: trials.
        alpha: the interval covers `1 - alpha`.

    Raises:
        ValueError: if `successes` is not in [0, n], `n` below 1 or `alpha` not in (0, 1).

    References:
        Wilson 1927, Probable inference, the law of succession, and statistical inference.
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"successes must be from 0 to n, and n at least 1: {successes} of {n}.")
    checks.level(alpha)
    p, z = successes / n, float(special.ndtri(1 - alpha / 2))  # P(|Z| <= z) = 1 - alpha
    centre = p + z**2 / (2 * n)
    reach = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = (centre - reach) / (1 + z**2 / n), (centre + reach) / (1 + z**2 / n)
    # At 0 and n an end is p itself, but for rounding.
    return Estimate(p, 0.0 if successes == 0 else low, 1.0 if successes == n else high, n)


def _bca(
    unit: NDArray[np.float64], alpha: float, resamples: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return both ends of the BCa interval of the mean of values in [-1, 1].

    BCa counts the resampled means below the mean, and ties half. Scores are often few distinct
    fractions, so ties are common, and rounding keeps them ties.
    """
    result = stats.bootstrap(
        (unit,),
        lambda sample, axis: np.round(np.mean(sample, axis=axis), DECIMALS),
        n_resamples=resamples,
        confidence_level=1 - alpha,
        method="BCa",
        vectorized=True,
        rng=rng,
    )
    return np.array(result.confidence_interval)
