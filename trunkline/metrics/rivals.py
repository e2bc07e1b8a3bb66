"""Which arm came out first, and is it ahead of the others?

Arms are compared with their baseline elsewhere; here with each other. Who comes first is known
only after the test, so that p is corrected for all pairs of arms, as if each had been asked for.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, cast

import numpy as np
import pandas as pd

from trunkline.determinism import seeds
from trunkline.metrics import comparisons, scores, verdicts
from trunkline.settings.study import Question


def among(
    table: pd.DataFrame, question: Question, *, baselines: Mapping[str, str], seed: int
) -> list[dict[str, Any]]:
    """Return the first of the arms on each task and budget, against each other arm.

    First is the arm of the best mean of the main metric, or the first named of those; the
    baseline does not take part. Differences are paired by repeat, and Holm's correction runs over
    all pairs of arms of that task and budget.

    Args:
        table: part, task, arm, budget, repeat, metric, value.
        question: its `evaluate` sets level, margin and resamples.
        baselines: by part, the arm that the comparisons of the study are with.
        seed: of the bootstrap.

    Returns:
        part, task, budget, metric, first, other, difference (positive: the first is better), low,
        high, p, p_holm, family, n and verdict; none where fewer than two arms compete.
    """
    rows: list[dict[str, Any]] = []
    for key, group in table.groupby(["part", "task", "budget", "metric"], sort=False):
        part, task, budget, name = cast(tuple[str, str, int, str], key)
        metric = next(iter(scores.for_kind(question.tasks[task].kind).values()))
        if name != metric.name:
            continue
        case = {"part": part, "task": task, "budget": int(budget), "metric": name}
        better = 1.0 if metric.higher_is_better else -1.0
        found = {
            str(arm): better * one.set_index("repeat")["value"].sort_index().to_numpy()
            for arm, one in group.groupby("arm", sort=False)
            if arm != baselines[part]
        }
        rng = seeds.generator(seed, "rivals", part, task, int(budget), name)
        rows += [case | row for row in _ranked(found, question, rng)]
    return rows


def _ranked(
    found: Mapping[str, np.ndarray], question: Question, rng: np.random.Generator
) -> Iterator[dict[str, Any]]:
    """Yield the first of some arms, by their scores [repeats], against each other one."""
    if len(found) < 2:
        return
    rule = question.evaluate
    first = max(found, key=lambda arm: float(found[arm].mean()))
    pairs = [(first, arm) for arm in found if arm != first]
    compared = [
        comparisons.paired(
            found[first], found[other],
            higher_is_better=True, alpha=rule.alpha, resamples=rule.resamples, rng=rng,
        )
        for _, other in pairs
    ]  # fmt: skip
    rest = [
        comparisons.sign_flip(
            found[a] - found[b],
            scale=float(max(np.abs(found[a]).max(), np.abs(found[b]).max())),
            resamples=rule.resamples,
            rng=rng,
        )
        for a, b in combinations([arm for arm in found if arm != first], 2)
    ]
    corrected = comparisons.holm([one.p for one in compared] + rest)
    for (_, other), one, p_holm in zip(pairs, compared, corrected, strict=False):
        gap = one.difference
        verdict = verdicts.judge(gap, float(p_holm), alpha=rule.alpha, margin=rule.margin)
        yield {
            "first": first, "other": other, "difference": gap.value, "low": gap.low,
            "high": gap.high, "p": one.p, "p_holm": float(p_holm), "family": len(corrected),
            "n": one.n, "verdict": verdict,
        }  # fmt: skip
