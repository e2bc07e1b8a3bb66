"""A comparison in words that need no statistics."""

import math
from collections.abc import Sequence

from trunkline.reports import names, numbers
from trunkline.reports.findings import Better, Comparison, TaskFacts


def sentence(comparison: Comparison, task: TaskFacts) -> str:
    """Say what one comparison showed.

    Example:
        With 5 labels per class, fine-tuning beats training from scratch by 21.4 points
        [17.9, 24.6] of accuracy on "which of 5 to 9".
    """
    form = {"helps": _helps, "hurts": _hurts, "equivalent": _equivalent}.get(
        comparison.verdict, _no_evidence
    )
    budget = names.counted(comparison.part, task.kind, [comparison.budget])
    return f"With {budget}, {form(comparison, names.quoted(task.title))}"


def _helps(comparison: Comparison, title: str) -> str:
    size = numbers.amount(comparison.metric, comparison.difference)
    span = numbers.interval(comparison.metric, comparison.low, comparison.high)
    arm, baseline, metric = _subjects(comparison)
    return f"{arm} beats {baseline} by {size} {span} of {metric} on {title}."


def _hurts(comparison: Comparison, title: str) -> str:
    size = numbers.amount(comparison.metric, -comparison.difference)
    span = numbers.interval(comparison.metric, -comparison.high, -comparison.low)
    arm, baseline, metric = _subjects(comparison)
    return f"{arm} hurts: it is {size} {span} of {metric} worse than {baseline} on {title}."


def _equivalent(comparison: Comparison, title: str) -> str:
    arm, baseline, metric = _subjects(comparison)
    return (
        f"it does not matter whether one chooses {arm} or {baseline} on {title}: "
        f"the difference in {metric}, {_difference(comparison)}, is too small to count."
    )


def _no_evidence(comparison: Comparison, title: str) -> str:
    arm, baseline, metric = _subjects(comparison)
    return (
        f"there is no evidence that {arm} is better or worse than {baseline} on {title}: "
        f"the difference in {metric} is {_difference(comparison)}."
    )


def _subjects(comparison: Comparison) -> tuple[str, str, str]:
    return (
        names.arm(comparison.arm).subject,
        names.arm(comparison.baseline).subject,
        numbers.scale(comparison.metric).name,
    )


def _difference(comparison: Comparison) -> str:
    metric = comparison.metric
    unit = numbers.scale(metric).unit
    size = f"{numbers.signed(metric, comparison.difference)} {unit}".strip()
    return f"{size} {numbers.interval(metric, comparison.low, comparison.high)}"


def footnote(comparison: Comparison) -> str:
    """Give the evidence behind a sentence: Holm-corrected p and P(better)."""
    return evidence(comparison.p_holm, comparison.better)


def evidence(p_holm: float, better: Better) -> str:
    """Write a Holm-corrected p and P(better)."""
    return (
        f"Holm-corrected p {numbers.probability(p_holm)}, P(better) "
        f"{numbers.plain(better.value, 2)} "
        f"[{numbers.plain(better.low, 2)}, {numbers.plain(better.high, 2)}]"
    )


def harm(comparisons: Sequence[Comparison]) -> str:
    """Count what hurts, part by part: negative transfer and its kin.

    Example:
        Negative transfer: 3 of 24 comparisons hurt, 2 of transfer and 1 of learning jointly.
    """
    hurts = [c for c in comparisons if c.verdict == "hurts"]
    if not hurts:
        return f"No negative transfer: none of {len(comparisons)} comparisons hurts."
    parts = [part for part in names.PARTS if any(c.part == part for c in hurts)]
    counts = [
        f"{sum(c.part == part for c in hurts)} of {names.PARTS[part].subject}" for part in parts
    ]
    verb = "hurts" if len(hurts) == 1 else "hurt"
    return (
        f"Negative transfer: {len(hurts)} of {len(comparisons)} comparisons {verb}, "
        f"{names.listed(counts)}."
    )


def notices(comparisons: Sequence[Comparison], alpha: float) -> tuple[str, ...]:
    """Warn where so many comparisons are corrected for that no result could ever count.

    With n repeats the smallest two-sided sign-flip p is 2 / 2^n; Holm multiplies the smallest
    of m by m. Where 2 / 2^n * m > alpha, no difference can be called, however large.
    """
    found = sorted({(c.n, c.family) for c in comparisons})
    return tuple(
        f"With {n} repeats, no difference can be shown here, however large: the smallest possible "
        f"p is {numbers.compact(2.0 ** (1 - n))}, and corrected for {family} comparisons it is "
        f"{numbers.compact(min(1.0, 2.0 ** (1 - n) * family))}, above {alpha:g}. "
        f"Set repeats to at least {math.ceil(math.log2(2 * family / alpha))}."
        for n, family in found
        if 2.0 ** (1 - n) * family > alpha
    )
