"""Rows of what an evaluation of meta-learners wrote, as frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from trunkline.reports.findings import VERDICTS, Better

Record = Mapping[str, Any]
_BETTER = ("better", "better_low", "better_high")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the episodes of a study are.

    Attributes:
        kind: `classes` or `regression`.
        metric: the main metric, by which arms are compared.
        ways: classes of an episode; None for a regression.
        queries: of each class; of the task, for a regression.
        clusters: parents or groups that test episodes are of; as many as episodes without any.
        clustered_by: the column of them; empty without any.
        counts: classes or groups of the parts, by `train`, `validation` and `test`.
        chance: what guessing scores; None for a regression.
    """

    kind: str
    metric: str
    ways: int | None
    shots: int
    queries: int
    episodes: int
    clusters: int
    clustered_by: str
    counts: Mapping[str, int]
    repeats: int
    chance: float | None

    @property
    def lone(self) -> bool:
        """Whether all episodes are of one parent or group, over whose episodes intervals are."""
        return bool(self.clustered_by) and self.clusters == 1


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """An arm's mean over `n` episodes, with its interval."""

    arm: str
    metric: str
    ways: int | None
    shots: int
    value: float
    low: float
    high: float
    n: int
    clusters: int
    transductive: bool


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """One arm against another on the same episodes.

    Attributes:
        difference: oriented, so that positive means that the arm is better.
        better: share of episodes on which the arm is better, ties half.
    """

    arm: str
    baseline: str
    metric: str
    n: int
    clusters: int
    value: float
    baseline_value: float
    difference: float
    low: float
    high: float
    p: float
    p_holm: float
    better: Better
    verdict: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """An arm's mean after a number of steps on the support, with its interval."""

    arm: str
    steps: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Rate and number of steps of an arm, and all that were tried on validation episodes."""

    rate: float
    steps: int
    tried: Sequence[Record]


def known(kind: type[Any], record: Record, file: str) -> dict[str, Any]:
    """Return what a row says of the fields of a dataclass.

    Args:
        kind: the dataclass.
        record: the row.
        file: where it stands, for the message.

    Raises:
        ValueError: the row lacks some.
    """
    expected = [one.name for one in fields(kind)]
    missing = [name for name in expected if name not in record]
    if missing:
        raise ValueError(
            f"Expected each row of {file} to have {', '.join(expected)}. Received one without "
            f"{', '.join(missing)}. Run the evaluate_metalearner stage again."
        )
    return {name: record[name] for name in expected}


def contrast(record: Record) -> Contrast:
    """Read a row of `comparisons.json`.

    Raises:
        ValueError: it lacks a value, or has a verdict that is none.
    """
    file = "comparisons.json"
    missing = [name for name in _BETTER if name not in record]
    if missing:
        raise ValueError(
            f"Expected each row of {file} to have {', '.join(_BETTER)}. Received one without "
            f"{', '.join(missing)}. Run the evaluate_metalearner stage again."
        )
    values = known(Contrast, record, file)
    if values["verdict"] not in VERDICTS:
        raise ValueError(
            f"Expected a verdict of {file} to be one of {VERDICTS}. Received: "
            f"verdict={values['verdict']!r}. Run the evaluate_metalearner stage again."
        )
    value, low, high = (record[name] for name in _BETTER)
    return Contrast(**values | {"better": Better(value=value, low=low, high=high)})
