"""How arms came by what they are: rates and steps that were chosen, networks that were trained."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from trunkline.reports import numbers
from trunkline.reports.metalearning import looks
from trunkline.reports.metalearning.measured import ERRORS, Measured
from trunkline.reports.metalearning.rows import Chosen, Record


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Rate and steps of an arm, its score on validation episodes, and at which edge they are."""

    arm: str
    rate: str
    steps: str
    value: str
    tried: int
    edge: str


@dataclass(frozen=True, kw_only=True)
class Trained:
    """How long the networks of a method were trained."""

    method: str
    networks: int
    epochs: str
    best: str


def choices(study: Measured) -> tuple[Choice, ...]:
    """Lay out what was chosen for every arm that takes steps."""
    return tuple(
        Choice(
            arm=looks.look(arm).label,
            rate=numbers.compact(chosen.rate),
            steps=str(chosen.steps),
            value=_score(study.facts.metric, _value(chosen)),
            tried=len(chosen.tried),
            edge=_edge(chosen),
        )
        for arm, chosen in study.chosen.items()
    )


def trials(study: Measured) -> tuple[tuple[str, str, str, str], ...]:
    """Lay out arm, rate, steps and score of everything that was tried, the best of an arm first."""
    sign = 1 if study.facts.metric in ERRORS else -1
    return tuple(
        (
            looks.look(arm).label,
            numbers.compact(row["rate"]),
            str(row["steps"]),
            _score(study.facts.metric, row["value"]),
        )
        for arm, chosen in study.chosen.items()
        for row in sorted(chosen.tried, key=lambda row: _order(row["value"], sign))
    )


def trained(study: Measured) -> tuple[Trained, ...]:
    """Lay out the epochs of every method, over its networks."""
    found: dict[str, list[Record]] = {}
    for run in study.runs:
        found.setdefault(str(run["method"]), []).append(run)
    return tuple(
        Trained(
            method=looks.look(method).label,
            networks=len(runs),
            epochs=_span([int(run["epochs"]) for run in runs]),
            best=_span([int(run["best_epoch"]) for run in runs]),
        )
        for method, runs in found.items()
    )


def _value(chosen: Chosen) -> float | None:
    """Return the score of what was chosen."""
    case = chosen.rate, chosen.steps
    return next((r["value"] for r in chosen.tried if (r["rate"], r["steps"]) == case), None)


def _edge(chosen: Chosen) -> str:
    """Say where the chosen is the least or the most that was tried: more may be better."""
    said = []
    for key, name in (("rate", "rate"), ("steps", "number of steps")):
        values = sorted({row[key] for row in chosen.tried})
        if len(values) > 1 and getattr(chosen, key) in (values[0], values[-1]):
            end = "smallest" if getattr(chosen, key) == values[0] else "largest"
            said.append(f"{end} {name}")
    return " and ".join(said)


def _order(value: float | None, sign: int) -> tuple[bool, float]:
    diverged = value is None or not math.isfinite(value)
    return (diverged, 0.0 if value is None or diverged else sign * value)


def _score(metric: str, value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "diverged"
    return numbers.number(metric, value)


def _span(values: Sequence[int]) -> str:
    low, high = min(values), max(values)
    return str(low) if low == high else f"{low}\N{EN DASH}{high}"
