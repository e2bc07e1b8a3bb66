"""What to be careful about: a test that can show nothing, training that led nowhere."""

import math
from collections.abc import Callable

from trunkline.metrics import comparisons
from trunkline.reports import names, numbers
from trunkline.reports.metalearning import looks
from trunkline.reports.metalearning.measured import Measured
from trunkline.reports.metalearning.rows import Record

BURST = 10.0  # times the loss of guessing, beyond which training has led away


def notices(study: Measured) -> tuple[str, ...]:
    """Warn of what an answer may rest on, one sentence or two for each.

    One cluster that speaks alone; a test that could show nothing; pretraining left out; methods
    whose training burst, got no better, or was cut; arms that are not shown to beat guessing.

    With n clusters the smallest two-sided sign-flip p is 2 / 2^n; where not every pattern of signs
    is listed it is 1 / (resamples + 1). Holm multiplies the smallest of m by m. Of one cluster its
    episodes are counted in its place.
    """
    found = (_one, _few, _alone, _burst, _still, _cut, _guessing)
    return tuple(text for look in found if (text := look(study)))


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
    few = f"{count} {whose} in the test"
    mend = f"Keep at least {comparisons.needed(family, rule.alpha)} of them for the test"
    if not comparisons.listed(count):
        few, more = f"{rule.resamples} resamples", comparisons.needed_resamples(family, rule.alpha)
        mend = f"Raise evaluate.resamples to at least {more}"
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


def _burst(study: Measured) -> str:
    """Name methods whose loss ended far above that of guessing, in half of their networks or more.

    Guessing among w classes costs log w of cross-entropy; the mean of a regression, in units of the
    target's deviation, 1.
    """
    guess = math.log(study.facts.ways) if study.facts.ways else 1.0
    last = study.curves.groupby(["method", "repeat"], sort=False)["validation"].last()

    def burst(run: Record) -> bool:
        return bool(last.get((run["method"], run["repeat"]), 0.0) > BURST * guess)

    found = _of(study, burst)
    if not found:
        return ""
    return (
        f"The training of {found} led away: its loss on validation episodes ended at more than "
        f"{BURST:g} times that of guessing. Lower training.learning_rate."
    )


def _still(study: Measured) -> str:
    """Name methods that got no better after the first pass."""
    found = _of(study, lambda run: run["best_epoch"] == 1 < run["epochs"])
    if not found:
        return ""
    return (
        f"Training got no better after the first pass over episodes: {found}. What is learned was "
        "learned in that pass, or nothing was. Try a lower training.learning_rate."
    )


def _cut(study: Measured) -> str:
    """Name methods that were best at the last pass that was allowed."""
    most = study.settings.training.epochs
    found = _of(study, lambda run: run["best_epoch"] == run["epochs"] == most)
    if not found:
        return ""
    return (
        f"Still improving when training ended, after {most} pass{'' if most == 1 else 'es'}: "
        f"{found}. Raise training.epochs."
    )


def _of(study: Measured, held: Callable[[Record], bool]) -> str:
    """Return the methods of which something holds for half of their networks or more."""
    by_method: dict[str, list[bool]] = {}
    for run in study.runs:
        by_method.setdefault(str(run["method"]), []).append(held(run))
    return looks.listed([one for one, found in by_method.items() if 2 * sum(found) >= len(found)])


def _guessing(study: Measured) -> str:
    """Name arms whose interval does not lie above what guessing scores."""
    chance = study.facts.chance
    if chance is None:
        return ""
    found = [e.arm for e in (*study.ranked, *study.apart) if e.low <= chance]
    if not found:
        return ""
    return (
        f"Not shown to be better than guessing, {numbers.number(study.facts.metric, chance)}"
        f"\N{NO-BREAK SPACE}%: {looks.listed(found)}."
    )
