"""What tests of the views share: a clock, a terminal, and what the stages of a run leave behind."""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.running import plan
from flows.running.plan import State
from flows.showing import metrics, numbers, progress

Steps = Callable[..., Sequence[plan.Step]]

CHANGE = metrics.Change("m.json", "a", numbers.Number(1), numbers.Number(1))
COMPARISON: dict[str, Any] = {
    "arm": "fine_tune", "baseline": "scratch", "budget": 5, "difference": 0.214, "low": 0.179,
    "high": 0.246, "metric": "accuracy", "p_holm": 0.0004, "part": "transfer", "task": "high",
    "verdict": "helps",
}  # fmt: skip


@dataclass
class Clock:
    """Stands still until a test moves it."""

    time: float = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.time


class Terminal(io.StringIO):
    """Says that it is a terminal, and keeps what is written to it."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def make(*names: str) -> Sequence[plan.Step]:
    """Return a plan of these stages."""
    return [plan.Step(name, position) for position, name in enumerate(names)]


def run(clock: Clock, steps: Sequence[plan.Step]) -> progress.Progress:
    """Return how a run went whose first stage took 2 s."""
    told = progress.Progress(clock)
    told.planned(steps)
    told.entered(steps[0], State.RUNNING)
    clock.time += 2
    told.entered(steps[0], State.RAN)
    told.finished()
    return told


def study(root: Path, name: str, comparisons: object, tasks: object = None) -> None:
    """Write what the evaluation of a study leaves."""
    folder = root / "results/studies" / name / "evaluation"
    folder.mkdir(parents=True)
    (folder / "comparisons.json").write_text(json.dumps(comparisons))
    if tasks is not None:
        (folder / "tasks.json").write_text(json.dumps(tasks))


def dataset(root: Path, name: str, content: object) -> None:
    """Write what the validation of a dataset leaves."""
    folder = root / "results/datasets" / name
    folder.mkdir(parents=True)
    (folder / "validation.json").write_text(json.dumps(content))


def note(root: Path, stage: str, facts: object) -> None:
    """Write what a stage notes of the machine."""
    folder = root / ".trunkline/machine"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{stage}.json").write_text(json.dumps(facts))


def report(root: Path) -> None:
    """Write an empty report."""
    (root / "reports").mkdir(parents=True)
    (root / "reports/index.html").touch()
