"""Bootstrap over users: every model sees the same resamples, so that differences are paired.

Shapes: n users, M models, R resamples, b resamples of a block.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import special

from trunkline.determinism import seeds
from trunkline.metrics import checks

Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]
_EQUAL = 1e-9  # values this close, as a share of the largest, are the same value
_DECIMALS = 12  # of resampled values: those that differ only by the order of a sum are ties
_AT_ONCE = 2**22  # entries of a block of draws: 32 MB


def means(
    totals: NDArray[np.float64], counts: NDArray[np.float64], *, resamples: int, seed: int
) -> NDArray[np.float64]:
    """Return the mean of each model in each resample of users: [R, M].

    A resample draws n users with replacement and counts how often each came, so that its means are
    one product with the totals of all models. The draws depend on the seed and n alone: whatever
    models and metrics are asked for, the same users come.

    Args:
        totals: of each user and model, `[n, M]`.
        counts: what the totals are sums of, above 0, `[n]`; ones for a mean over users.
        resamples: how many.
        seed: of the draws.
    """
    columns = np.concatenate([totals, counts[:, np.newaxis]], axis=1)  # [n, M + 1]
    drawn = [times @ columns for times in draws(len(totals), resamples=resamples, seed=seed)]
    sums = np.concatenate(drawn)  # [R, M + 1]
    return sums[:, :-1] / sums[:, -1:]


def draws(n: int, *, resamples: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """Yield how often each user comes in each resample, block by block: [b, n]."""
    rng = seeds.generator(seed, "users", n)
    rows = max(1, _AT_ONCE // n)
    for start in range(0, resamples, rows):
        size = min(rows, resamples - start)
        times = np.empty((size, n))
        for row in times:  # one at a time, so that what is counted stays in the cache
            row[:] = np.bincount(rng.integers(0, n, n), minlength=n)
        yield times


def interval(
    value: float, resampled: NDArray[np.float64], without: NDArray[np.float64], alpha: float
) -> tuple[float, float]:
    """Return the bias-corrected, accelerated (BCa) interval of a statistic.

    The ends are the resampled values at the shares `Phi(z0 + (z0 + z)/(1 - a (z0 + z)))` for
    `z = Phi^-1(alpha / 2)` and its mirror image. `z0 = Phi^-1(share of resampled values below the
    value)`, ties half; `a = sum d^3 / (6 (sum d^2)^1.5)` with `d` the mean of the jackknife values
    less each of them.

    Why not percentiles: metrics of single users are skewed (most have no hit, some have many), and
    BCa follows the skew where percentiles do not; it costs nothing more here, because the jackknife
    of a ratio of sums is a subtraction. With many users the two agree.

    Args:
        value: of all users.
        resampled: of each resample, `[R]`.
        without: of all users but one, `[n]`.
        alpha: the interval covers `1 - alpha`.

    References:
        Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, section 14.3.
    """
    checks.level(alpha)
    scale = max(abs(value), float(np.abs(resampled).max()))
    if np.ptp(resampled) <= _EQUAL * scale:
        return value, value
    unit, centre = np.round(resampled / scale, _DECIMALS), round(value / scale, _DECIMALS)
    below = (np.mean(unit < centre) + np.mean(unit <= centre)) / 2
    edge = 0.5 / len(unit)  # a value beyond all resampled ones has no share
    bias = special.ndtri(np.clip(below, edge, 1 - edge))
    d = without.mean() - without
    squares = np.sum(d * d)
    lift = np.sum(d * d * d) / (6 * squares * np.sqrt(squares))  # no powers: they differ by library
    z = bias + special.ndtri([alpha / 2, 1 - alpha / 2])
    shares = special.ndtr(bias + z / (1 - lift * z))
    low, high = scale * np.quantile(unit, shares)
    return float(low), float(high)
