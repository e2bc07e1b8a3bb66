"""Is one arm better than another? Paired repeats, an exact test, and a correction for many."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trunkline.metrics import checks, estimates

_EXACT = 20  # up to here all 2^n sign patterns are listed: milliseconds and 4 MB
_ROUNDING = 1e-12  # sums of n scores that differ by less, as a share of n scores, are equal


@dataclass(frozen=True)
class Comparison:
    """An arm against its baseline, over paired repeats.

    Attributes:
        n: pairs.
        value: mean score of the arm.
        baseline_value: mean score of the baseline.
        difference: mean of the paired differences; positive: the arm is better, whichever way
            the metric points.
        p: two-sided sign-flip p of that mean, not yet corrected for other comparisons.
        better: share of pairs in which the arm is better, ties half: P(better).
    """

    n: int
    value: float
    baseline_value: float
    difference: estimates.Estimate
    p: float
    better: estimates.Estimate


def paired(
    arm: ArrayLike,
    baseline: ArrayLike,
    *,
    higher_is_better: bool,
    alpha: float,
    resamples: int,
    rng: np.random.Generator,
) -> Comparison:
    """Compare two arms that ran on the same repeats.

    Args:
        arm: one score per repeat, `[n]`.
        baseline: the scores of the same repeats, `[n]`.
        higher_is_better: which way the metric points.
        alpha: intervals cover `1 - alpha`.
        resamples: bootstrap resamples (and sign patterns, where there are too many to list).
        rng: where they are drawn from.

    Raises:
        ValueError: if lengths differ, there are fewer than 2 pairs, or a score is not finite.
    """
    ours, theirs = checks.finite("arm", arm), checks.finite("baseline", baseline)
    checks.same_length(arm=ours, baseline=theirs)
    gains = ours - theirs if higher_is_better else theirs - ours  # [n]
    largest = max(np.abs(ours).max(), np.abs(theirs).max())
    wins = float(np.sum(gains > 0) + np.sum(gains == 0) / 2)
    return Comparison(
        n=len(gains),
        value=float(ours.mean()),
        baseline_value=float(theirs.mean()),
        difference=estimates.mean(gains, alpha=alpha, resamples=resamples, rng=rng),
        p=sign_flip(gains, scale=float(largest), resamples=resamples, rng=rng),
        better=estimates.share(wins, len(gains), alpha=alpha),
    )


def listed(n: int) -> bool:
    """Return whether every pattern of n signs is listed, or only some are drawn."""
    return n <= _EXACT


def least(n: int, resamples: int) -> float:
    """Return the smallest p that `sign_flip` can find.

    Example:
        >>> least(6, 1999), least(600, 1999)
        (0.03125, 0.0005)
    """
    return 2.0 ** (1 - n) if listed(n) else 1 / (resamples + 1)


def needed(family: int, alpha: float) -> tuple[int, int]:
    """Return how many pairs, and how many resamples where there are too many pairs to list.

    Fewer cannot show any difference of a family, however large: Holm multiplies the smallest p by
    the size of the family.

    Args:
        family: how many comparisons there are, at least 1.
        alpha: what the corrected p must reach.

    Example:
        >>> needed(9, 0.05)
        (9, 179)
    """
    pairs = next(n for n in itertools.count(1) if smallest_p(n) * family <= alpha)
    first = max(int(family / alpha) - 2, 0)
    drawn = next(n for n in itertools.count(first) if 1 / (n + 1) * family <= alpha)
    return pairs, drawn


def sign_flip(gains: ArrayLike, *, scale: float, resamples: int, rng: np.random.Generator) -> float:
    """Return the two-sided p of the mean of paired differences, from flipping their signs.

    If neither arm is better, each difference is as likely to have the other sign: p is the share
    of all 2^n sign patterns whose sum is at least as far from 0 as the one observed. It assumes
    no distribution. Up to 20 pairs every pattern is listed; beyond, `resamples` random ones and
    the observed one are counted, `(count + 1) / (resamples + 1)`, which never understates p.

    Args:
        gains: differences `[n]`.
        scale: size of the scores they are differences of, which sets how much of a sum is
            rounding: 0.92 - 0.91 and 0.12 - 0.11 are the same gain, but not the same float.
        resamples: random patterns beyond 20 pairs.
        rng: where they are drawn from.

    Raises:
        ValueError: if there are no differences, or one is not finite.

    References:
        Fisher 1935, The Design of Experiments, section 21. Phipson & Smyth 2010, Permutation
        p-values should never be zero.
    """
    array = checks.finite("gains", gains)
    observed = abs(array.sum()) - _ROUNDING * len(array) * scale
    if not listed(len(array)):
        signs = rng.choice([-1.0, 1.0], size=(resamples, len(array)))
        extreme = np.sum(np.abs((signs * array).sum(axis=1)) >= observed)
        return float((extreme + 1) / (resamples + 1))
    sums = array[:1]  # the mirrored patterns, first sign flipped, are equally far from 0
    for gain in array[1:]:
        sums = np.concatenate([sums + gain, sums - gain])  # [2, 4, ... 2^(n - 1)]
    return float(np.mean(np.abs(sums) >= observed))


def smallest_p(n: int) -> float:
    """Return the least p that `n` pairs can give, `2 / 2^n`: all differences of one sign.

    With m comparisons Holm's first step asks for `p <= alpha / m`, so a family of more than
    `alpha / smallest_p(n)` can never show anything: 5 pairs cannot at 0.05, 10 pairs can for 25.

    Raises:
        ValueError: if `n` is below 1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}.")
    return float(2.0 ** (1 - n))


def holm(p: ArrayLike) -> NDArray[np.float64]:
    """Return p-values corrected for being `m` at once, in the same order.

    Step-down: the smallest is multiplied by m, the next by m - 1, and so on; none may be below
    the one before it, nor above 1. The chance of any false claim in the family stays <= alpha,
    whatever the dependence between its tests.

    Args:
        p: uncorrected p-values `[m]`; m may be 0.

    Returns:
        Corrected p-values `[m]`.

    Raises:
        ValueError: if one is not in [0, 1].

    References:
        Holm 1979, A simple sequentially rejective multiple test procedure.
    """
    if np.size(p) == 0:
        return np.empty(0)
    array = checks.finite("p", p)
    if array.min() < 0 or array.max() > 1:
        raise ValueError(f"p must be from 0 to 1, got {array.min():g} to {array.max():g}.")
    order = np.argsort(array, kind="stable")
    steps = np.arange(len(array), 0, -1) * array[order]  # [m], smallest p first
    adjusted = np.empty_like(array)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted
