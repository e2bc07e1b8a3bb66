"""Which models are better, over users: estimates, paired comparisons and verdicts.

What is random here are the users: intervals say how far a value would be off with other users of
the same kind, after the same training. A model that draws random numbers was fitted several times;
its value for a user is the mean over those repeats, and the spread of the repeats stands beside its
interval: how far a single fit may be off.

Shapes: n users, M models.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trunkline.metrics import comparisons, estimates, verdicts
from trunkline.metrics.ranking import flipping, resampling, values
from trunkline.settings.judging import Evaluate

Pair = tuple[str, str]


class Standing(NamedTuple):
    """A model's metric.

    Attributes:
        estimate: value over users, with the interval of other users.
        repeats: fits behind it.
        spread: standard deviation of the value over the repeats; 0 for one repeat.
    """

    estimate: estimates.Estimate
    repeats: int
    spread: float


@dataclass(frozen=True)
class Contrast:
    """A model against another one.

    Attributes:
        comparison: paired over users.
        p_holm: its p, corrected for all comparisons of the family.
        family: how many they are.
        verdict: what that lets one say of the model.
    """

    comparison: comparisons.Comparison
    p_holm: float
    family: int
    verdict: verdicts.Verdict


def standings(metric: values.Metric, rule: Evaluate, *, seed: int) -> dict[str, Standing]:
    """Return each model's value, its interval over users and its spread over repeats.

    Args:
        metric: of all models, over the same users.
        rule: level and resamples.
        seed: of the bootstrap; the same seed and users give the same resamples.
    """
    resampled = _resampled(metric, rule, seed)
    found = {}
    for place, (name, mean) in enumerate(metric.means.items()):
        value, without = metric.over(mean)
        ends = resampling.interval(value, resampled[:, place], without, rule.alpha)
        repeats = metric.repeats[name]
        found[name] = Standing(
            estimates.Estimate(value, *ends, metric.users),
            len(repeats),
            float(np.std(repeats, ddof=1)) if len(repeats) > 1 else 0.0,
        )
    return found


def against(
    metric: values.Metric, baseline: str, rule: Evaluate, *, seed: int
) -> dict[str, Contrast]:
    """Return every other model against one that was named before the test.

    Holm's correction runs over all of them.

    Args:
        metric: of all models, over the same users.
        baseline: name of the model they are compared with.
        rule: margin, level and resamples (also how many sign patterns).
        seed: of the bootstrap and the signs.

    Raises:
        ValueError: if there is no such model, or so few resamples that no p could count.
    """
    if baseline not in metric.means:
        raise ValueError(
            f"expected a baseline among {', '.join(metric.means)}, received '{baseline}'"
        )
    pairs = [(name, baseline) for name in metric.means if name != baseline]
    found = asked(metric, pairs, rule, seed=seed)
    return {name: one for (name, _), one in zip(pairs, found, strict=True)}


def asked(metric: values.Metric, pairs: list[Pair], rule: Evaluate, *, seed: int) -> list[Contrast]:
    """Return the first of each pair against the second, as was asked before the test.

    Holm's correction runs over all pairs.

    Args:
        metric: of all models, over the same users.
        pairs: names of models.
        rule: margin, level and resamples (also how many sign patterns).
        seed: of the bootstrap and the signs.

    Raises:
        ValueError: if there are so few resamples that no p could count.
    """
    return list(_contrasts(metric, pairs, pairs, rule, seed))


def leader(metric: values.Metric, rule: Evaluate, *, seed: int) -> tuple[str, dict[str, Contrast]]:
    """Return the best model, and it against every other one.

    Which model is the best is known only after the test, so Holm's correction runs over all pairs
    of models, as if each had been asked for. Of equally good ones the first named is the best.

    Args:
        metric: of all models, over the same users.
        rule: margin, level and resamples (also how many sign patterns).
        seed: of the bootstrap and the signs.

    Raises:
        ValueError: if there are so few resamples that no p could count.
    """
    value = {name: metric.sign * metric.over(mean)[0] for name, mean in metric.means.items()}
    first = max(value, key=lambda name: value[name])
    rest = [name for name in metric.means if name != first]
    shown = [(first, name) for name in rest]
    found = _contrasts(metric, shown, [*shown, *combinations(rest, 2)], rule, seed)
    return first, dict(zip(rest, found, strict=True))


def _contrasts(
    metric: values.Metric, shown: list[Pair], family: list[Pair], rule: Evaluate, seed: int
) -> Iterator[Contrast]:
    """Yield the pairs that are shown, the first of a family that is corrected as a whole."""
    if not family:
        return
    flipping.enough(metric.users, len(family), rule)
    p = _p_values(metric, family, rule, seed)
    resampled, names = _resampled(metric, rule, seed), list(metric.means)
    # strict=False: of the rest of the family only the p is wanted
    for pair, one, corrected in zip(shown, p, comparisons.holm(p), strict=False):
        (ours, our_without), (theirs, their_without) = (
            metric.over(metric.means[name]) for name in pair
        )
        gaps = resampled[:, names.index(pair[0])] - resampled[:, names.index(pair[1])]
        value = metric.sign * (ours - theirs)
        ends = resampling.interval(
            value, metric.sign * gaps, metric.sign * (our_without - their_without), rule.alpha
        )
        gap = estimates.Estimate(value, *ends, metric.users)
        compared = comparisons.Comparison(
            metric.users, ours, theirs, gap, float(one), _better(metric, pair, rule.alpha)
        )
        verdict = verdicts.judge(gap, float(corrected), alpha=rule.alpha, margin=rule.margin)
        yield Contrast(compared, float(corrected), len(family), verdict)


def _resampled(metric: values.Metric, rule: Evaluate, seed: int) -> NDArray[np.float64]:
    """Return the value of each model in each resample: [R, M]."""
    totals = np.stack(list(metric.means.values()), axis=1)  # [n, M]
    means = resampling.means(totals, metric.counts, resamples=rule.resamples, seed=seed)
    return metric.scaled(means)


def _p_values(
    metric: values.Metric, family: list[Pair], rule: Evaluate, seed: int
) -> NDArray[np.float64]:
    gains = np.stack([metric.means[a] - metric.means[b] for a, b in family], axis=1)  # [n, P]
    largest = {name: float(np.abs(mean).max()) for name, mean in metric.means.items()}
    scales = np.array([max(largest[a], largest[b]) for a, b in family])
    return flipping.p_values(gains, scales, patterns=rule.resamples, seed=seed)


def _better(metric: values.Metric, pair: Pair, alpha: float) -> estimates.Estimate:
    """Return the share of users for whom the first of a pair is better, ties half."""
    gains = metric.sign * (metric.means[pair[0]] - metric.means[pair[1]])
    wins = float(np.count_nonzero(gains > 0) + np.count_nonzero(gains == 0) / 2)
    return estimates.share(wins, len(gains), alpha=alpha)
