"""What a comparison lets one say."""

from typing import Literal

from trunkline.metrics import checks, estimates

Verdict = Literal["helps", "hurts", "equivalent", "no evidence"]


def judge(difference: estimates.Estimate, p_holm: float, *, alpha: float, margin: float) -> Verdict:
    """Return the verdict on a difference (positive: the arm is better).

    In this order:

    - `equivalent`: the interval lies wholly within (-margin, margin). Whatever the sign, the
      difference is too small to matter.
    - `helps`: the interval lies above 0 and `p_holm <= alpha`.
    - `hurts`: the interval lies below 0 and `p_holm <= alpha`.
    - `no evidence`: anything else; the repeats do not decide.

    Interval and p must agree because each covers a weakness of the other. The bootstrap interval
    of ten repeats is too narrow (see `estimates.mean`) and knows nothing of the other comparisons
    in the study; the sign-flip p is exact and corrected for them. A p alone says that there is a
    difference, but neither how large it is nor that 0 is out of its reach.

    `equivalent` rests on the interval alone, and is not corrected: of ten normal repeats whose
    true difference is just the margin, about 1 in 20 is called equivalent.

    Args:
        difference: mean paired difference with its interval.
        p_holm: its p, corrected over the study.
        alpha: level of the test, the same as of the interval.
        margin: differences smaller than this do not matter, in the unit of the metric.

    Raises:
        ValueError: if `p_holm` is not in [0, 1], `alpha` not in (0, 1) or `margin` negative.
    """
    if not 0 <= p_holm <= 1:
        raise ValueError(f"p_holm must be from 0 to 1, got {p_holm}.")
    checks.level(alpha)
    if not margin >= 0:
        raise ValueError(f"margin must not be negative, got {margin}.")
    if -margin < difference.low and difference.high < margin:
        return "equivalent"
    if difference.low > 0 and p_holm <= alpha:
        return "helps"
    if difference.high < 0 and p_holm <= alpha:
        return "hurts"
    return "no evidence"
