"""Rows of what an evaluation of recommenders wrote, as frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from trunkline.reports.findings import VERDICTS, Better

Record = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A model's metric, with its interval over `n` users and its spread over the repeats."""

    model: str
    metric: str
    value: float
    low: float
    high: float
    n: int
    repeats: int
    spread: float


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """One model, or one way to train it, against another: the difference over the same users.

    Attributes:
        difference: oriented, so that positive means that the first is better.
        better: share of users for whom the first is better, ties half.
        of: what else its row says: the model, the task, the market.
    """

    arm: str
    baseline: str
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
    of: Mapping[str, str] = field(default_factory=dict)


def estimates(found: Sequence[Record], file: str) -> tuple[Estimate, ...]:
    """Read the rows of a file of estimates; raises as `known`."""
    return tuple(Estimate(**known(Estimate, row, file)) for row in found)


def contrasts(found: Sequence[Record], file: str, arm: str, baseline: str) -> tuple[Contrast, ...]:
    """Read the rows of a file of comparisons.

    Args:
        found: the rows.
        file: where they stand, for messages.
        arm: the key of what is compared.
        baseline: the key of what it is compared with.

    Raises:
        ValueError: a row lacks a value, or has a verdict that is none.
    """
    return tuple(_contrast(row, file, arm, baseline) for row in found)


def _contrast(row: Record, file: str, arm: str, baseline: str) -> Contrast:
    values = known(Contrast, row, file, {"arm": arm, "baseline": baseline})
    if values["verdict"] not in VERDICTS:
        raise ValueError(
            f"Expected a verdict of {file} to be one of {VERDICTS}. Received: "
            f"verdict={values['verdict']!r}. Run the evaluate_recommender stage again."
        )
    rest = {key: str(row[key]) for key in ("model", "source", "task") if key in row}
    return Contrast(**values | {"better": Better(**values["better"]), "of": rest})


def known(
    kind: type[Any], record: Record, file: str, called: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what a row says of the fields of a dataclass.

    Args:
        kind: the dataclass.
        record: the row.
        file: where it stands, for the message.
        called: the names of fields there, where they differ.

    Raises:
        ValueError: the row lacks some.
    """
    named = [one.name for one in fields(kind) if one.name != "of"]
    expected = {name: (called or {}).get(name, name) for name in named}
    missing = [key for key in expected.values() if key not in record]
    if missing:
        raise ValueError(
            f"Expected each row of {file} to have {', '.join(expected.values())}. Received one "
            f"without {', '.join(missing)}. Run the evaluate_recommender stage again."
        )
    return {name: record[key] for name, key in expected.items()}
