"""Did the measures taken before training tell what transfer then gained?"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import pandas as pd

from trunkline.determinism import seeds
from trunkline.metrics import rankings
from trunkline.settings.study import Question

Pair = tuple[str, int]  # task and budget


def rank(
    measured: pd.DataFrame,
    compared: Sequence[Mapping[str, Any]],
    question: Question,
    *,
    name: str,
    seed: int,
) -> list[dict[str, Any]]:
    """Return how each measure ranks the tasks and budgets of a study, against each arm's gain.

    A measure's value at a task and budget is its mean over the repeats, the gain the mean
    difference from scratch in the main metric. With fewer than `rankings.LEAST` pairs, or where
    all values are the same, `tau` and `spearman` are None.

    Args:
        measured: task, budget, repeat, measure, value, before training.
        compared: each arm against its baseline, as `summaries.compare` returns them.
        question: its `evaluate` sets level and resamples.
        name: of the study, for seeds.
        seed: the root seed.

    Returns:
        arm, measure, pairs, tasks (of these pairs), least (pairs that are needed), tau and
        spearman of each.
    """
    gains: dict[str, dict[Pair, float]] = {}
    for row in compared:
        if row["part"] == "transfer":
            gains.setdefault(row["arm"], {})[row["task"], row["budget"]] = row["difference"]
    derived = seeds.derive(seed, name, "foretelling")
    rows = []
    for arm, gain in gains.items():
        for measure, promise in _promises(measured).items():
            both = [pair for pair in gain if pair in promise]
            rng = seeds.generator(derived, arm, measure)
            found = _agreement([(promise[pair], gain[pair]) for pair in both], question, rng)
            tasks = len({task for task, _ in both})
            counts = {"pairs": len(both), "tasks": tasks, "least": rankings.LEAST}
            rows.append({"arm": arm, "measure": measure} | counts | found)
    return rows


def _promises(measured: pd.DataFrame) -> dict[str, dict[Pair, float]]:
    """Return the mean of each measure over the repeats, by task and budget."""
    means: dict[str, dict[Pair, float]] = {}
    for key, group in measured.groupby(["measure", "task", "budget"], sort=False):
        measure, task, budget = cast(tuple[str, str, int], key)
        values = group.set_index("repeat")["value"].sort_index().to_numpy(np.float64)
        means.setdefault(measure, {})[task, int(budget)] = float(np.mean(values))
    return means


def _agreement(
    pairs: Sequence[tuple[float, float]], question: Question, rng: np.random.Generator
) -> dict[str, Any]:
    """Return both correlations as plain values, or None for each."""
    found = None
    if len(pairs) >= rankings.LEAST:
        promised, gained = np.array(pairs).T
        found = rankings.agreement(
            promised,
            gained,
            alpha=question.evaluate.alpha,
            resamples=question.evaluate.resamples,
            rng=rng,
        )
    if found is None:
        return {"tau": None, "spearman": None}
    return {"tau": vars(found.tau), "spearman": vars(found.spearman)}
