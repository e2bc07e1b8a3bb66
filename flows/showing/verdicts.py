"""What each study says: every comparison with its difference, its interval, its p, its verdict."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.running.plan import State
from flows.showing import files, markdown, places, stages
from trunkline.reports import names, numbers
from trunkline.reports.metalearning import looks as learners
from trunkline.reports.recommending import looks

# The verdict stands where a narrow page still shows it.
HEADINGS = ("Task", "Labels", "Comparison", "Verdict", "Difference", "p (Holm)", "Metric")
Rows = tuple[tuple[str, ...], ...]
Told = Callable[[Path, Sequence[Mapping[str, Any]]], Rows]
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
    return (
        *_all(root / places.STUDIES, places.JUDGES, states, _compared),
        *_all(root / places.RECOMMENDERS, places.JUDGES_LISTS, states, _recommended),
        *_all(root / places.METALEARNERS, places.JUDGES_EPISODES, states, _adapted),
    )


def markdown_text(studies: Sequence[Study]) -> str:
    """Return all studies in Markdown; "" where there are none."""
    return "\n".join(_section(study) for study in studies)


def _all(folder: Path, judge: str, states: Mapping[str, State], told: Told) -> Iterator[Study]:
    """Yield the studies of a kind; none where there is no folder of them."""
    if not folder.is_dir():
        return
    there = [path.name for path in folder.iterdir() if path.is_dir()]
    for name in sorted({*there, *stages.items(judge, states)}):
        yield _study(folder / name, stages.told(f"{judge}@{name}", states), told)


def _study(folder: Path, state: str, told: Told) -> Study:
    name = folder.name
    found = files.read(folder / places.COMPARISONS)
    if found.problem:
        return Study(name, state, problem=stages.missing(found.problem, state))
    try:
        rows = told(folder, found.value)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        return Study(name, state, problem=f"{places.COMPARISONS} cannot be understood: {what}")
    return Study(name, state, rows)


def _compared(folder: Path, found: Sequence[Mapping[str, Any]]) -> Rows:
    """Return the comparisons of a study of tasks."""
    tasks = files.read(folder / places.TASKS).value
    return tuple(_row(record, tasks if isinstance(tasks, dict) else {}) for record in found)


def _recommended(folder: Path, found: Sequence[Mapping[str, Any]]) -> Rows:
    """Return those of a study of recommenders: its models, borrowed towers, two tasks."""
    more = [files.read(folder / file).value for file in (places.BORROWED, places.TASKS)]
    rows = [
        ("lists", looks.look(record["model"]), looks.look(record["baseline"]), record)
        for record in found
    ]
    for record in (one for part in more if isinstance(part, list) for one in part):
        what = f"{looks.look(record['model']).label}, {record.get('task', 'lists')}"
        arm = record.get("arm", record.get("balancer"))
        rows.append((what, looks.arm(arm), looks.arm(record["baseline"]), record))
    return tuple(
        (what, "all", f"{arm.label} vs {baseline.label.lower()}", *_told(record))
        for what, arm, baseline, record in rows
    )


def _adapted(folder: Path, found: Sequence[Mapping[str, Any]]) -> Rows:
    """Return those of a study of meta-learners, with what their episodes are."""
    known = files.read(folder / places.FACTS).value
    facts = known if isinstance(known, dict) else {}
    what = f"{facts['ways']}-way" if facts.get("ways") else str(facts.get("kind", "episodes"))
    shots = int(facts.get("shots") or 0)
    labels = f"{shots} shot{'' if shots == 1 else 's'}" if shots else ""
    return tuple(
        (
            what,
            labels,
            f"{learners.look(record['arm']).label} vs "
            f"{learners.look(record['baseline']).label.lower()}",
            *_told(record),
        )
        for record in found
    )


def _told(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return verdict, difference with interval, p and metric."""
    metric = str(record["metric"])
    scale = numbers.scale(metric)
    span = numbers.interval(metric, record["low"], record["high"])
    return (
        str(record["verdict"]),
        f"{numbers.signed(metric, record['difference'])} {span} {scale.unit}".rstrip(),
        numbers.probability(record["p_holm"]),
        scale.name,
    )


def _row(record: Mapping[str, Any], tasks: Mapping[str, Any]) -> tuple[str, ...]:
    task = tasks.get(record["task"], {})
    return (
        str(task.get("title") or record["task"]),
        names.counted(str(record["part"]), str(task.get("kind", "")), [int(record["budget"])]),
        f"{names.arm(record['arm']).label} vs {names.arm(record['baseline']).label.lower()}",
        *_told(record),
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
