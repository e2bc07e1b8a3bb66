"""Comparisons on several metrics as one family."""

from collections.abc import Sequence
from dataclasses import replace

from trunkline.metrics import comparisons, verdicts
from trunkline.metrics.ranking import flipping
from trunkline.metrics.ranking.comparing import Contrast
from trunkline.settings.judging import Evaluate


def joined(contrasts: Sequence[Contrast], rule: Evaluate) -> list[Contrast]:
    """Return comparisons, on whatever metrics, with Holm's correction over all of them.

    Args:
        contrasts: whose p before any correction counts.
        rule: margin, level and resamples.

    Raises:
        ValueError: if there are so few resamples that no p could count.
    """
    if contrasts:
        flipping.enough(max(one.comparison.n for one in contrasts), len(contrasts), rule)
    corrected = comparisons.holm([one.comparison.p for one in contrasts])
    return [
        replace(
            one, p_holm=float(p), family=len(contrasts),
            verdict=verdicts.judge(
                one.comparison.difference, float(p), alpha=rule.alpha, margin=rule.margin
            ),
        )
        for one, p in zip(contrasts, corrected, strict=True)
    ]  # fmt: skip
