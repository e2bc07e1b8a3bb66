"""Comparisons of meta-learners in words that need no statistics."""

from collections.abc import Sequence

from trunkline.metrics import comparisons
from trunkline.reports import names, numbers, words
from trunkline.reports.chapters import Statement
from trunkline.reports.metalearning import looks
from trunkline.reports.metalearning.measured import Measured, learner
from trunkline.reports.metalearning.rows import Contrast, Estimate


def statement(contrast: Contrast) -> Statement:
    """Say what one comparison showed, with its evidence."""
    text = sentence(contrast)
    return Statement(
        text=f"{text[:1].upper()}{text[1:]}",
        verdict=contrast.verdict,
        evidence=words.evidence(contrast.p_holm, contrast.better),
    )


def sentence(contrast: Contrast) -> str:
    """Say what one comparison showed.

    Example:
        MAML beats training from scratch by 12.1 points [10.9, 13.3] of accuracy.
    """
    metric = contrast.metric
    one, other = looks.look(contrast.arm).subject, looks.look(contrast.baseline).subject
    name = numbers.scale(metric).name
    if contrast.verdict == "helps":
        return f"{one} beats {other} by {gap(contrast)} of {name}."
    if contrast.verdict == "hurts":
        size = numbers.amount(metric, -contrast.difference)
        span = numbers.interval(metric, -contrast.high, -contrast.low)
        return f"{one} is {size} {span} of {name} worse than {other}."
    if contrast.verdict == "equivalent":
        return (
            f"it does not matter whether one chooses {one} or {other}: the difference in {name}, "
            f"{difference(contrast)}, is too small to count."
        )
    return (
        f"there is no evidence that {one} is better or worse than {other}: the difference in "
        f"{name} is {difference(contrast)}."
    )


def gap(contrast: Contrast) -> str:
    """Write the size of a difference with its unit and interval."""
    size = numbers.amount(contrast.metric, contrast.difference)
    return f"{size} {numbers.interval(contrast.metric, contrast.low, contrast.high)}"


def difference(contrast: Contrast) -> str:
    """Write a difference with its sign, unit and interval."""
    metric = contrast.metric
    size = f"{numbers.signed(metric, contrast.difference)} {numbers.scale(metric).unit}".strip()
    return f"{size} {numbers.interval(metric, contrast.low, contrast.high)}"


def score(estimate: Estimate) -> str:
    """Write a mean and its interval, with what they are of."""
    scale = numbers.scale(estimate.metric)
    percent = "\N{NO-BREAK SPACE}%" if scale.factor == 100 else ""
    number = numbers.number(estimate.metric, estimate.value)
    span = numbers.interval(estimate.metric, estimate.low, estimate.high)
    return f"{scale.name} {number}{percent} {span}"


def harm(study: Measured) -> str:
    """Count the meta-learners that are worse than what they are held against first.

    Example:
        2 of 7 meta-learners are worse than pretraining and fine-tuning: MAML and Reptile.
    """
    if not study.baselines:
        return ""
    baseline = study.baselines[0]
    found = [c for c in study.judged if learner(c.arm) and c.baseline == baseline]
    subject, hurts = looks.look(baseline).subject, [c.arm for c in found if c.verdict == "hurts"]
    if not found:
        return ""
    if not hurts:
        return f"No meta-learner is shown to be worse than {subject}."
    of = f"{len(hurts)} of {len(found)} meta-learners" if len(found) > 1 else "The meta-learner"
    verb = "are" if len(found) > 1 and len(hurts) > 1 else "is"
    return f"{of} {verb} worse than {subject}: {looks.listed(hurts)}."


def notices(study: Measured) -> tuple[str, ...]:
    """Warn where one cluster speaks, nothing could ever be shown, or what often wins was left out.

    With n clusters the smallest two-sided sign-flip p is 2 / 2^n; where not every pattern of signs
    is listed it is 1 / (resamples + 1). Holm multiplies the smallest of m by m. Of one cluster its
    episodes are counted in its place.
    """
    return tuple(text for text in (_one(study), _few(study), _alone(study)) if text)


def _one(study: Measured) -> str:
    if not study.facts.lone:
        return ""
    return (
        f"One value of {names.quoted(study.facts.clustered_by)} in the test: intervals and p are "
        "over its episodes, and say nothing of other values of it."
    )


def _few(study: Measured) -> str:
    facts, family, rule = study.facts, len(study.comparisons), study.settings.evaluate
    whole = facts.clustered_by and not facts.lone
    count = facts.clusters if whole else facts.episodes
    least = comparisons.least(count, rule.resamples)
    if not family or least * family <= rule.alpha:
        return ""
    whose = f"values of {names.quoted(facts.clustered_by)}" if whole else "episodes"
    pairs, resamples = comparisons.needed(family, rule.alpha)
    few, mend = f"{count} {whose} in the test", f"Keep {pairs} or more of them for the test"
    if not comparisons.listed(count):
        few, mend = f"{rule.resamples} resamples", f"Raise evaluate.resamples to {resamples}"
    return (
        f"With {few}, no difference among {family} comparisons can be shown, however large: the "
        f"smallest possible p is {numbers.compact(least)}, and corrected it is "
        f"{numbers.compact(min(1.0, least * family))}, above {rule.alpha:g}. {mend}, or compare "
        "fewer arms."
    )


def _alone(study: Measured) -> str:
    if study.settings.arms.fine_tune is not None:
        return ""
    return (
        "Pretraining and fine-tuning, which often wins, was left out of this study: that a "
        "meta-learner beats training from scratch does not say that it is needed."
    )


def over(baselines: Sequence[str]) -> str:
    """Join what is held against as the end of a comparison.

    Example:
        >>> over(["fine_tune", "scratch"])
        'pretraining and fine-tuning and than training from scratch'
        >>> over(["scratch", "fine_tune", "prototypes"])
        'training from scratch, than pretraining and fine-tuning and than the prototypical network'
    """
    *others, last = (looks.look(arm).subject for arm in baselines)
    return " and than ".join([", than ".join(others), last] if others else [last])
