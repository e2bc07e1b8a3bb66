"""From every raw score to estimates, comparisons and verdicts over a whole question."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

import pandas as pd

from trunkline.determinism import seeds
from trunkline.metrics import comparisons, estimates, rivals, scores, verdicts
from trunkline.settings.study import Question

BASELINES = {"transfer": "scratch", "adapt": "source_only", "multitask": "alone"}


class Cell(NamedTuple):
    """What the repeats of one arm are scored by."""

    part: str
    task: str
    arm: str
    budget: int
    metric: str


class Summary(NamedTuple):
    """What the scores of a study amount to."""

    estimates: list[dict[str, Any]]  # mean and interval of each arm and metric
    comparisons: list[dict[str, Any]]  # each arm against its baseline, with a verdict
    rivals: list[dict[str, Any]]  # the first of the arms against each other one


def summarise(table: pd.DataFrame, question: Question, *, name: str, seed: int) -> Summary:
    """Return estimates and comparisons of every arm of a question, and which came first.

    Args:
        table: part, task, arm, budget, repeat, metric, value.
        question: its `evaluate` sets level, margin and resamples.
        name: of the study, for seeds.
        seed: the root seed.
    """
    derived = seeds.derive(seed, name, "evaluate")
    return Summary(
        estimate(table, question, seed=derived),
        compare(table, question, seed=derived),
        rivals.among(table, question, baselines=BASELINES, seed=derived),
    )


def headlines(compared: list[dict[str, Any]]) -> dict[str, Any]:
    """Return each difference and its interval, nested by task, arm and budget."""
    tree: dict[str, Any] = {}
    for row in compared:
        arms = tree.setdefault(row["task"], {})
        names = ("difference", "low", "high")
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
    for cell, values in _cells(table).items():
        estimate = estimates.mean(
            values.to_numpy(),
            alpha=question.evaluate.alpha,
            resamples=question.evaluate.resamples,
            rng=seeds.generator(seed, "estimate", *cell),
        )
        rows.append(cell._asdict() | vars(estimate))
    return rows


def compare(table: pd.DataFrame, question: Question, *, seed: int) -> list[dict[str, Any]]:
    """Return each arm against its baseline on the main metric, judged as one family.

    Transfer is compared with `scratch`, adaptation with `source_only`, joint training with the
    task `alone`, repeat by repeat. Holm's correction runs over all comparisons of the question.

    Raises:
        ValueError: an arm and its baseline did not run in the same repeats; names both.
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


def _cells(table: pd.DataFrame) -> dict[Cell, pd.Series]:
    """Return the scores of each cell by repeat, in order."""
    cells = {}
    for key, group in table.groupby([*Cell._fields], sort=False):
        part, task, arm, budget, metric = cast(tuple[str, str, str, int, str], key)
        scored = group.set_index("repeat")["value"].sort_index()
        cells[Cell(part, task, arm, int(budget), metric)] = scored
    return cells


def _pairs(
    table: pd.DataFrame, question: Question, seed: int
) -> Iterator[tuple[dict[str, Any], estimates.Estimate]]:
    """Yield each comparison, and its difference with interval."""
    cells = _cells(table)
    for cell, values in cells.items():
        metric = next(iter(scores.for_kind(question.tasks[cell.task].kind).values()))
        baseline = cell._replace(arm=BASELINES[cell.part])
        if cell == baseline or cell.metric != metric.name:
            continue
        _check(cell, values, baseline, cells.get(baseline, values[:0]))
        result = comparisons.paired(
            values.to_numpy(),
            cells[baseline].to_numpy(),
            higher_is_better=metric.higher_is_better,
            alpha=question.evaluate.alpha,
            resamples=question.evaluate.resamples,
            rng=seeds.generator(seed, "comparison", *cell[:4]),
        )
        yield _row(cell, baseline.arm, result), result.difference


def _check(arm: Cell, ours: pd.Series, baseline: Cell, theirs: pd.Series) -> None:
    """Refuse to pair scores of different repeats."""
    lacks = {
        baseline.arm: [repeat for repeat in ours.index if repeat not in theirs.index],
        arm.arm: [repeat for repeat in theirs.index if repeat not in ours.index],
    }
    missing = [f"'{name}' lacks {repeats}" for name, repeats in lacks.items() if repeats]
    if missing:
        raise ValueError(
            f"task '{arm.task}', budget {arm.budget}: '{arm.arm}' is compared with "
            f"'{baseline.arm}' repeat by repeat, but of the repeats {', '.join(missing)}: run "
            "`dvc repro` to train both anew"
        )


def _row(cell: Cell, baseline: str, result: comparisons.Comparison) -> dict[str, Any]:
    return cell._asdict() | {
        "baseline": baseline,
        "n": result.n,
        "value": result.value,
        "baseline_value": result.baseline_value,
        "difference": result.difference.value,
        "low": result.difference.low,
        "high": result.difference.high,
        "p": result.p,
        "better": {name: getattr(result.better, name) for name in ("value", "low", "high")},
    }
