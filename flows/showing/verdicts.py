"""What each study says: every comparison with its difference, its interval, its p, its verdict."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.running.plan import State
from flows.showing import files, markdown, places, stages
from trunkline.reports import names, numbers

# The verdict stands where a narrow page still shows it.
HEADINGS = ("Task", "Labels", "Comparison", "Verdict", "Difference", "p (Holm)", "Metric")
_VERDICT = HEADINGS.index("Verdict")


@dataclass(frozen=True)
class Study:
    """The comparisons of one study.

    Args:
        name: Its key in the parameters.
        state: What the run did with its evaluation.
        rows: A row of cells for each comparison, under `HEADINGS`.
        problem: Why there are none, else "".
    """

    name: str
    state: str
    rows: tuple[tuple[str, ...], ...] = ()
    problem: str = ""


def read(root: Path, states: Mapping[str, State]) -> tuple[Study, ...]:
    """Return what each study says; nothing where there are no studies.

    Args:
        root: The folder of `dvc.yaml`.
        states: What became of each stage of the run.
    """
    folder = root / places.STUDIES
    if not folder.is_dir():
        return ()
    there = [path.name for path in folder.iterdir() if path.is_dir()]
    wanted = sorted({*there, *stages.items(places.JUDGES, states)})
    return tuple(_study(folder / name, states) for name in wanted)


def markdown_text(studies: Sequence[Study]) -> str:
    """Return all studies in Markdown; "" where there are none."""
    return "\n".join(_section(study) for study in studies)


def _study(folder: Path, states: Mapping[str, State]) -> Study:
    name = folder.name
    state = stages.told(f"{places.JUDGES}@{name}", states)
    found = files.read(folder / places.COMPARISONS)
    if found.problem:
        return Study(name, state, problem=stages.missing(found.problem, state))
    tasks = files.read(folder / places.TASKS).value
    try:
        rows = tuple(
            _row(record, tasks if isinstance(tasks, dict) else {}) for record in found.value
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        return Study(name, state, problem=f"{places.COMPARISONS} cannot be understood: {what}")
    return Study(name, state, rows)


def _row(record: Mapping[str, Any], tasks: Mapping[str, Any]) -> tuple[str, ...]:
    task = tasks.get(record["task"], {})
    metric = str(record["metric"])
    scale = numbers.scale(metric)
    span = numbers.interval(metric, record["low"], record["high"])
    return (
        str(task.get("title") or record["task"]),
        names.counted(str(record["part"]), str(task.get("kind", "")), [int(record["budget"])]),
        f"{names.arm(record['arm']).label} vs {names.arm(record['baseline']).label.lower()}",
        str(record["verdict"]),
        f"{numbers.signed(metric, record['difference'])} {span} {scale.unit}".rstrip(),
        numbers.probability(record["p_holm"]),
        scale.name,
    )


def _section(study: Study) -> str:
    heading = f"### {markdown.text(study.name)}\n\n"
    if study.problem:
        return f"{heading}{markdown.text(study.problem)}\n"
    tally = Counter(row[_VERDICT] for row in study.rows)
    counts = ", ".join(f"{count} {verdict}" for verdict, count in tally.most_common())
    told = f"{len(study.rows)} comparisons ({counts or 'none'}); evaluation: {study.state}"
    rows = [tuple(markdown.text(cell) for cell in row) for row in study.rows]
    return f"{heading}{markdown.text(told)}\n\n{markdown.table(HEADINGS, rows)}"
