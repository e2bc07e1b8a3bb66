"""Whether each dataset holds to its contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.running.plan import State
from flows.showing import files, markdown, places, stages

HEADINGS = ("Dataset", "Validation", "Rows", "Expectations", "Met", "Violated")
_SHOWN = 20  # violated expectations of a dataset


@dataclass(frozen=True)
class Violation:
    """An expectation that did not hold."""

    column: str
    expectation: str
    count: int
    examples: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Dataset:
    """What became of a dataset's contract.

    Args:
        name: Its key in the parameters.
        state: What the run did with its validation.
        rows: How many rows it has.
        expectations: How many expectations its contract has.
        violations: Those that did not hold.
        problem: Why nothing can be said, else "".
    """

    name: str
    state: str
    rows: int = 0
    expectations: int = 0
    violations: tuple[Violation, ...] = ()
    problem: str = ""


def read(root: Path, states: Mapping[str, State]) -> tuple[Dataset, ...]:
    """Return what became of each contract; nothing where there are no datasets.

    Args:
        root: The folder of `dvc.yaml`.
        states: What became of each stage of the run.
    """
    folder = root / places.DATASETS
    if not folder.is_dir():
        return ()
    there = [path.name for path in folder.iterdir() if path.is_dir()]
    wanted = sorted({*there, *stages.items(places.CHECKS, states)})
    return tuple(_dataset(folder / name, states) for name in wanted)


def markdown_text(datasets: Sequence[Dataset]) -> str:
    """Return all datasets in Markdown; "" where there are none."""
    if not datasets:
        return ""
    rows = [tuple(markdown.text(cell) for cell in _cells(dataset)) for dataset in datasets]
    sections = [_violations(dataset) for dataset in datasets if dataset.violations]
    return "\n".join([markdown.table(HEADINGS, rows), *sections])


def _dataset(folder: Path, states: Mapping[str, State]) -> Dataset:
    name = folder.name
    state = stages.told(f"{places.CHECKS}@{name}", states)
    found = files.read(folder / places.VALIDATION)
    if found.problem:
        return Dataset(name, state, problem=stages.missing(found.problem, state))
    try:
        expectations = found.value["expectations"]
        broken = tuple(_violation(e) for e in expectations if not e["success"])
        return Dataset(name, state, int(found.value["rows"]), len(expectations), broken)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        return Dataset(name, state, problem=f"{places.VALIDATION} cannot be understood: {what}")


def _violation(record: Mapping[str, Any]) -> Violation:
    return Violation(
        column=str(record.get("column") or "the whole table"),
        expectation=str(record["type"]).removeprefix("expect_").replace("_", " "),
        count=int(record.get("unexpected_count") or 0),
        examples=tuple(map(str, record.get("examples") or ())),
        why=str(record.get("error") or record.get("why") or ""),
    )


def _cells(dataset: Dataset) -> tuple[str, ...]:
    if dataset.problem:
        return (dataset.name, dataset.problem, "", "", "", "")
    broken = len(dataset.violations)
    numbers = (dataset.rows, dataset.expectations, dataset.expectations - broken, broken)
    return (dataset.name, dataset.state, *map(str, numbers))


def _violations(dataset: Dataset) -> str:
    rows = [
        tuple(
            markdown.text(cell)
            for cell in (v.column, v.expectation, str(v.count), ", ".join(v.examples), v.why)
        )
        for v in dataset.violations[:_SHOWN]
    ]
    left = len(dataset.violations) - len(rows)
    more = f"\nand {left} more\n" if left else ""
    headings = ("Column", "Expectation", "Values", "Rows", "Why")
    return f"### {markdown.text(dataset.name)}\n\n{markdown.table(headings, rows)}{more}"
