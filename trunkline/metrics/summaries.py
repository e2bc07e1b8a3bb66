"""From every raw score to estimates, comparisons and verdicts over a whole question."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from trunkline.determinism import seeds
from trunkline.metrics import comparisons, estimates, scores, verdicts
from trunkline.settings.study import Question

BASELINES = {"transfer": "scratch", "multitask": "alone"}
ARM = ["part", "task", "arm", "budget"]


class Summary(NamedTuple):
    """What the scores of a study amount to."""

    estimates: list[dict[str, Any]]  # mean and interval of each arm and metric
    comparisons: list[dict[str, Any]]  # each arm against its baseline, with a verdict


def summarise(table: pd.DataFrame, question: Question, *, name: str, seed: int) -> Summary:
    """Return estimates and comparisons of every arm of a question.

    Args:
        table: part, task, arm, budget, repeat, metric, value.
        question: its `evaluate` sets level, margin and resamples.
        name: of the study, for seeds.
        seed: the root seed.
    """
    derived = seeds.derive(seed, name, "evaluate")
    return Summary(estimate(table, question, seed=derived), compare(table, question, seed=derived))


def headlines(compared: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the numbers of each comparison, nested by task, arm and budget."""
    tree: dict[str, Any] = {}
    for row in compared:
        arms = tree.setdefault(row["task"], {})
        names = ("value", "difference", "low", "high", "p_holm")
        arms.setdefault(row["arm"], {})[str(row["budget"])] = {name: row[name] for name in names}
    return tree


def learning_curves(found: list[dict[str, Any]], tasks: Mapping[str, Any]) -> pd.DataFrame:
    """Return the main metric of each transfer arm by label budget, with its interval."""
    columns = ["task", "arm", "budget", "metric", "value", "low", "high"]
    rows = [
        [row[column] for column in columns]
        for row in found
        if row["part"] == "transfer" and row["metric"] == tasks[row["task"]]["metric"]
    ]
    return pd.DataFrame(rows, columns=columns)


def estimate(table: pd.DataFrame, question: Question, *, seed: int) -> list[dict[str, Any]]:
    """Return the mean and interval over the repeats of each arm and metric.

    Args:
        table: part, task, arm, budget, repeat, metric, value.
        question: its `evaluate` sets level and resamples.
        seed: of the bootstrap.
    """
    rows = []
    for key, group in table.groupby([*ARM, "metric"], sort=False):
        estimate = estimates.mean(
            group["value"].to_numpy(),
            alpha=question.evaluate.alpha,
            resamples=question.evaluate.resamples,
            rng=seeds.generator(seed, "estimate", *map(str, key)),
        )
        rows.append(
            dict(zip([*ARM, "metric"], _plain(key), strict=True))
            | {"value": estimate.value, "low": estimate.low, "high": estimate.high, "n": estimate.n}
        )
    return rows


def compare(table: pd.DataFrame, question: Question, *, seed: int) -> list[dict[str, Any]]:
    """Return each arm against its baseline on the main metric, judged as one family.

    Transfer is compared with `scratch`, joint training with the task `alone`, repeat by
    repeat. Holm's correction runs over all comparisons of the question.
    """
    found = list(_pairs(table, question, seed))
    corrected = comparisons.holm([row["p"] for row, _ in found])
    return [
        row
        | {
            "p_holm": float(p_holm),
            "family": len(found),
            "verdict": verdicts.judge(
                difference,
                float(p_holm),
                alpha=question.evaluate.alpha,
                margin=question.evaluate.margin,
            ),
        }
        for (row, difference), p_holm in zip(found, corrected, strict=True)
    ]


def _pairs(
    table: pd.DataFrame, question: Question, seed: int
) -> Iterator[tuple[dict[str, Any], estimates.Estimate]]:
    """Yield each comparison, and its difference with interval."""
    repeats = {
        tuple(key): group.sort_values("repeat")["value"].to_numpy()
        for key, group in table.groupby([*ARM, "metric"], sort=False)
    }
    for (part, task, arm, budget, name), values in repeats.items():
        metric = next(iter(scores.for_kind(question.tasks[task].kind).values()))
        baseline = BASELINES[part]
        if arm == baseline or name != metric.name:
            continue
        result = comparisons.paired(
            values,
            repeats[part, task, baseline, budget, name],
            higher_is_better=metric.higher_is_better,
            alpha=question.evaluate.alpha,
            resamples=question.evaluate.resamples,
            rng=seeds.generator(seed, "comparison", part, task, arm, int(budget)),
        )
        yield _row((part, task, arm, budget), baseline, metric.name, result), result.difference


def _row(
    key: tuple[Any, ...], baseline: str, metric: str, result: comparisons.Comparison
) -> dict[str, Any]:
    difference, better = result.difference, result.better
    return dict(zip(ARM, _plain(key), strict=True)) | {
        "baseline": baseline,
        "metric": metric,
        "n": result.n,
        "value": result.value,
        "baseline_value": result.baseline_value,
        "difference": difference.value,
        "low": difference.low,
        "high": difference.high,
        "p": result.p,
        "better": {"value": better.value, "low": better.low, "high": better.high},
    }


def _plain(key: tuple[Any, ...]) -> list[Any]:
    """Return NumPy integers as Python's, for JSON."""
    return [int(part) if isinstance(part, np.integer) else part for part in key]
