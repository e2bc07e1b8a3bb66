"""Confusion matrices: what was taken for what, for the baseline and the arm worth using."""

from dataclasses import dataclass

import pandas as pd

from trunkline.reports import advice, figures_training, names
from trunkline.reports.findings import Study

LEVELS = 5  # shades of a cell beside white
MOST = 12  # tasks


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Counts over all repeats: a row per true class, a column per predicted one.

    Attributes:
        rows: true class, and per predicted class the count and its shade, 0 to `LEVELS`.
    """

    title: str
    classes: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]


def matrices(study: Study) -> tuple[Matrix, ...]:
    """Return two matrices per task of classes: its baseline, and the arm advised or first.

    Of many tasks the first have theirs; see `left_out`.
    """
    return tuple(
        matrix for part, task in _asked(study)[:MOST] for matrix in _of_task(study, part, task)
    )


def left_out(study: Study) -> str:
    """Say how many tasks are shown, or nothing where all are."""
    count = len(_asked(study))
    return f"Of {count} tasks the first {MOST} are shown." if count > MOST else ""


def _asked(study: Study) -> list[tuple[str, str]]:
    """Return part and task of all that counted who was taken for whom."""
    if study.confusion.empty:
        return []
    counted = set(zip(study.confusion["part"], study.confusion["task"], strict=True))
    return [
        (part, task)
        for part in names.PARTS
        for task in study.tasks_of(part)
        if (part, task) in counted
    ]


def _of_task(study: Study, part: str, task: str) -> list[Matrix]:
    found = study.confusion
    found = found[(found["part"] == part) & (found["task"] == task)]
    budget = figures_training.middle(found["budget"].unique().tolist())
    found = found[found["budget"] == budget]
    counted = names.counted(part, study.tasks[task].kind, [budget])
    return [
        _matrix(
            found[found["arm"] == arm],
            study.tasks[task].classes,
            f"{names.arm(arm).label} on {names.quoted(study.title(task))}, with {counted}",
        )
        for arm in _arms(study, part, task, set(found["arm"]))
    ]


def _arms(study: Study, part: str, task: str, measured: set[str]) -> list[str]:
    advised = advice.on_task(study, part, task).arms
    tried = [c.arm for c in study.judged(part, task)]
    wanted = [names.PARTS[part].baseline, *[*advised, *tried][:1]]
    return [arm for arm in wanted if arm in measured]


def _matrix(counts: pd.DataFrame, classes: tuple[str, ...], title: str) -> Matrix:
    truths, guesses = counts["truth"].astype(str), counts["predicted"].astype(str)
    cells = {
        (truth, guess): int(count)
        for truth, guess, count in zip(truths, guesses, counts["count"], strict=True)
    }
    rows = []
    for truth in classes:
        row = [cells.get((truth, guess), 0) for guess in classes]
        total = max(1, sum(row))
        # Upwards, so that no confusion is left without a shade.
        rows.append((truth, tuple((count, -(-count * LEVELS // total)) for count in row)))
    return Matrix(title=title, classes=classes, rows=tuple(rows))
