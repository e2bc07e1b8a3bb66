"""Is one model better than another over users? Signs of paired differences, flipped at random.

Shapes: n users, P pairs of models, R sign patterns, b patterns of a block.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from trunkline.determinism import seeds
from trunkline.metrics import comparisons
from trunkline.settings.judging import Evaluate

EXACT = 20  # up to here `comparisons.sign_flip` lists all patterns
_ROUNDING = 1e-12  # sums that differ by less, as a share of n scores, are equal
_AT_ONCE = 2**22  # entries of a block of signs: 32 MB


def p_values(
    gains: NDArray[np.float64], scales: NDArray[np.float64], *, patterns: int, seed: int
) -> NDArray[np.float64]:
    """Return the two-sided p of the mean of each column of paired differences: [P].

    If neither model is better, a user's difference is as likely to have the other sign. p is the
    share of sign patterns whose sum is at least as far from 0 as the one observed, which counts
    itself: `(count + 1) / (R + 1)`, which never understates p. It assumes no distribution, and that
    users are independent. All pairs see the same patterns; up to 20 users all patterns are listed.

    Args:
        gains: differences of each user, `[n, P]`.
        scales: size of the scores they are differences of, `[P]`: what is rounding depends on it.
        patterns: random patterns beyond 20 users.
        seed: where they are drawn from.

    References:
        Fisher, "The Design of Experiments", 1935, section 21. Smucker, Allan and Carterette, "A
        comparison of statistical significance tests for information retrieval evaluation", CIKM
        2007. Phipson and Smyth, "Permutation p-values should never be zero", 2010.
    """
    n = len(gains)
    if n <= EXACT:
        rng = seeds.generator(seed, "signs", n)
        return np.array(
            [
                comparisons.sign_flip(column, scale=float(scale), resamples=patterns, rng=rng)
                for column, scale in zip(gains.T, scales, strict=True)
            ]
        )
    sums = gains.sum(axis=0)
    observed = np.abs(sums) - _ROUNDING * n * scales  # [P]
    count = np.zeros(gains.shape[1], np.int64)
    for plus in _signs(n, patterns, seed):  # [b, n]
        flipped = 2 * (plus @ gains) - sums  # [b, P], the sum with the other signs turned
        count += np.count_nonzero(np.abs(flipped) >= observed, axis=0)
    return (count + 1) / (patterns + 1)


def _signs(n: int, patterns: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """Yield 1 where a difference keeps its sign, else 0, as likely, block by block: [b, n]."""
    rng = seeds.generator(seed, "signs", n)
    rows, width = max(1, _AT_ONCE // n), -(-n // 64)
    for start in range(0, patterns, rows):
        size = min(rows, patterns - start)
        # 64 signs a draw, so that the size of a block changes nothing
        drawn = rng.integers(0, 2**64, (size, width), np.uint64).astype("<u8").view(np.uint8)
        yield np.unpackbits(drawn, axis=1, count=n).astype(np.float64)


def enough(users: int, family: int, rule: Evaluate) -> None:
    """Check that the smallest p, corrected, can reach the level.

    Args:
        users: that are compared over.
        family: of the family.
        rule: level and resamples.

    Raises:
        ValueError: it cannot; says how many resamples would do.
    """
    least = family / (rule.resamples + 1)
    if users > EXACT and least > rule.alpha:
        raise ValueError(
            f"expected enough resamples to tell {family} comparisons apart at the level "
            f"{rule.alpha:g}, received {rule.resamples}, whose smallest p is {least:.2g} after "
            f"Holm's correction; ask for at least {int(family / rule.alpha)}"
        )
