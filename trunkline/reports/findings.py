"""What was measured in a study, as frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self

import pandas as pd

from trunkline.settings import study

VERDICTS = ("helps", "hurts", "equivalent", "no evidence")


@dataclass(frozen=True, kw_only=True)
class Better:
    """P(better): the share of repeats in which the arm beats its baseline, ties half."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """The mean of one metric of one arm, with its interval over `n` repeats."""

    part: str
    task: str
    arm: str
    budget: int
    metric: str
    value: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Read one entry of `estimates.json`."""
        return cls(**_known(cls, record, "estimates.json"))


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One arm against its baseline: the paired difference and what it is worth.

    Attributes:
        difference: oriented, so that positive means that the arm is better.
        p_holm: sign-flip p, corrected over the `family` of comparisons it belongs to.
    """

    part: str
    task: str
    arm: str
    baseline: str
    budget: int
    metric: str
    n: int
    value: float
    baseline_value: float
    difference: float
    low: float
    high: float
    p: float
    p_holm: float
    better: Better
    verdict: str
    family: int

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Read one entry of `comparisons.json`.

        Raises:
            ValueError: a key is missing, or the verdict is none of `VERDICTS`.
        """
        known = _known(cls, record, "comparisons.json")
        if known["verdict"] not in VERDICTS:
            raise ValueError(
                f"Expected a verdict of comparisons.json to be one of {VERDICTS}. "
                f"Received: verdict={known['verdict']!r}. Run the evaluate stage again."
            )
        return cls(**known | {"better": Better(**known["better"])})


@dataclass(frozen=True, kw_only=True)
class TaskFacts:
    """What the evaluate stage says about a task."""

    kind: str
    title: str
    metric: str
    classes: tuple[str, ...]
    test_rows: int

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Read one entry of `tasks.json`."""
        known = _known(cls, record, "tasks.json")
        return cls(**known | {"classes": tuple(str(label) for label in known["classes"])})


@dataclass(frozen=True, kw_only=True)
class Study:
    """Everything measured in one study.

    Attributes:
        confusion: columns part, task, arm, budget, truth, predicted, count.
        curves: by stage name (`pretrain`, `finetune`, `multitask`); columns task, arm, budget,
            epoch, training_loss, validation_loss.
        told: what else stages told, if anything: tables `weights`, `conflicts`, `affinity` and
            lists of tasks, `groups`, of joint training; table `trials` of a search.
        foretold: entries of `transferability.json`: how measures before training ranked gains.
        rivals: entries of `rivals.json`: the first of the arms against each other one.
        runs: by stage name, a row for each trained network.
    """

    name: str
    settings: study.Study
    tasks: Mapping[str, TaskFacts]
    estimates: tuple[Estimate, ...]
    comparisons: tuple[Comparison, ...]
    confusion: pd.DataFrame
    curves: Mapping[str, pd.DataFrame]
    told: Mapping[str, Any] = field(default_factory=dict)
    foretold: tuple[Mapping[str, Any], ...] = ()
    rivals: tuple[Mapping[str, Any], ...] = ()
    runs: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def title(self, task: str) -> str:
        """Return the words a task goes by; a network of all tasks goes by no task's name."""
        known = self.tasks.get(task) or self.settings.tasks.get(task)  # the source is not judged
        return (known.title or task) if known else "all tasks together"

    def judged(self, part: str, task: str) -> tuple[Comparison, ...]:
        """Return the comparisons of a task's main metric, by arm as measured, then by budget."""
        main = self.tasks[task].metric
        found = [c for c in self.comparisons if (c.part, c.task, c.metric) == (part, task, main)]
        order = list(dict.fromkeys(c.arm for c in found))
        return tuple(sorted(found, key=lambda c: (order.index(c.arm), c.budget)))

    def tasks_of(self, part: str) -> tuple[str, ...]:
        """Return the tasks measured in a part of the study, in the order of the results."""
        listed = {
            "transfer": self.settings.finetune.tasks,
            "adapt": self.settings.finetune.adapt.tasks,
            "multitask": self.settings.multitask.tasks,
        }[part]
        measured = {e.task for e in self.estimates if e.part == part}
        return tuple(task for task in listed if task in measured)


def studied(
    name: str,
    settings: study.Study,
    records: Mapping[str, Any],
    confusion: pd.DataFrame,
    curves: Mapping[str, pd.DataFrame],
    told: Mapping[str, Any] | None = None,
    runs: Mapping[str, pd.DataFrame] | None = None,
) -> Study:
    """Build a study from what the evaluate stage wrote.

    Args:
        name: the study's key in params.yaml.
        settings: the study's parameters.
        records: contents of `tasks.json`, `estimates.json`, `comparisons.json`,
            `transferability.json` and `rivals.json`, by stem.
        confusion: the confusion counts.
        curves: training curves by stage name.
        told: what else stages told.
        runs: trained networks by stage name.
    """
    return Study(
        name=name,
        settings=settings,
        tasks={
            task: TaskFacts.of(dict(record) | {"title": record.get("title") or task})
            for task, record in records["tasks"].items()
        },
        estimates=tuple(Estimate.of(record) for record in records["estimates"]),
        comparisons=tuple(Comparison.of(record) for record in records["comparisons"]),
        confusion=confusion,
        curves=curves,
        told=told or {},
        foretold=tuple(records.get("transferability", ())),
        rivals=tuple(records.get("rivals", ())),
        runs=runs or {},
    )


def _known(kind: type[Any], record: Mapping[str, Any], file: str) -> dict[str, Any]:
    expected: Sequence[str] = [one.name for one in fields(kind)]
    missing = [name for name in expected if name not in record]
    if missing:
        raise ValueError(
            f"Expected each entry of {file} to have {', '.join(expected)}. "
            f"Received one without {', '.join(missing)}. Run the evaluate stage again."
        )
    return {name: record[name] for name in expected}
