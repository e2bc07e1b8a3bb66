"""The figure of what steps on the support do, and where in it arms are judged."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from trunkline.reports import canvas, names, numbers
from trunkline.reports.canvas import Drawing
from trunkline.reports.metalearning import looks
from trunkline.reports.metalearning.measured import ERRORS, Measured
from trunkline.reports.metalearning.rows import Step

BANDS = 6  # arms, up to which one can still tell their bands apart


def adaptation(study: Measured) -> tuple[Drawing, ...]:
    """Draw the mean of each arm over the number of steps; nothing where none takes any."""
    by_arm: dict[str, list[Step]] = {}
    for one in study.adaptation:
        by_arm.setdefault(one.arm, []).append(one)
    if not by_arm:
        return ()
    steps = sorted({one.steps for one in study.adaptation})
    metric = study.facts.metric
    figure, axes = canvas.panel(3.4)
    for arm, found in by_arm.items():
        _line(axes, looks.look(arm), found, steps, numbers.scale(metric).factor, len(by_arm))
    judged = {arm: study.steps[arm] for arm in by_arm if arm in study.steps}
    ticks = [str(one) for one in steps]
    if judged:
        _points(axes, study, list(judged), len(steps))
        ticks.append("judged")
    axes.set_xticks(range(len(ticks)), ticks)
    canvas.label(axes, "Steps on the support (not to scale)", looks.axis(metric))
    keys = [canvas.entry(looks.look(arm)) for arm in by_arm]
    canvas.legend(figure, [*keys, *_guessing(axes, study)])
    better = "Lower" if metric in ERRORS else "Higher"
    bands = "bands are intervals" if len(by_arm) <= BANDS else "intervals stand in the table"
    return (
        Drawing(
            name=names.slug(study.name, "adaptation"),
            study=study.name,
            kind="adaptation",
            figure=figure,
            title="How arms adapt to a new task",
            description=f"{numbers.scale(metric).name} after steps on the support. "
            + _stepped(by_arm, metric),
            note=f"{better} is better. Each step is one look at the support; {bands}. 0 steps: "
            f"before the support was seen.{_told(judged)}{_missing(by_arm, steps)}",
        ),
    )


def _points(axes: Axes, study: Measured, arms: list[str], place: int) -> None:
    """Draw the scores that are ranked, each after the steps of its arm, so that no line leads."""
    factor = numbers.scale(study.facts.metric).factor
    for number, arm in enumerate(arms):
        look, found = looks.look(arm), study.estimate(arm)
        x = place + 0.5 * ((number + 0.5) / len(arms) - 0.5)
        span = [found.low * factor, found.high * factor]
        axes.plot([x, x], span, color=look.colour, linewidth=1.6)
        axes.plot(
            x, found.value * factor, marker=look.marker, color=look.colour, markersize=5.5,
            markerfacecolor=canvas.filling(look),
        )  # fmt: skip


def _guessing(axes: Axes, study: Measured) -> list[Line2D]:
    chance = study.facts.chance
    if chance is None:
        return []
    return [canvas.guessing(axes.axhline(chance * numbers.scale(study.facts.metric).factor))]


def _told(judged: dict[str, int]) -> str:
    """Say after how many steps arms are ranked, which validation or params.yaml chose."""
    if not judged:
        return ""
    each = names.listed([f"{looks.look(arm).label} {steps}" for arm, steps in judged.items()])
    return (
        " On the right the scores that are ranked, after the steps that validation episodes or "
        f"params.yaml chose: {each}."
    )


def _missing(by_arm: dict[str, list[Step]], steps: list[int]) -> str:
    """Say why points are missing, where some are."""
    if all(len(found) == len(steps) for found in by_arm.values()):
        return ""
    return " A point that is missing led to no number; no arm is scored by it."


def _line(
    axes: Axes, look: names.Arm, found: list[Step], steps: list[int], factor: float, lines: int
) -> None:
    """Draw one arm over the number of steps, which stand side by side."""
    ordered = sorted(found, key=lambda one: one.steps)
    x = [steps.index(one.steps) for one in ordered]
    low, value, high = np.array([[one.low, one.value, one.high] for one in ordered]).T * factor
    if lines <= BANDS:
        axes.fill_between(x, low, high, color=look.colour, alpha=0.16, linewidth=0)
    axes.plot(
        x, value, color=look.colour, linestyle=look.dash, linewidth=1.8, marker=look.marker,
        markersize=5.5, markerfacecolor=canvas.filling(look),
    )  # fmt: skip


def _stepped(by_arm: dict[str, list[Step]], metric: str) -> str:
    return " ".join(
        f"{looks.look(arm).label}: "
        + ", ".join(f"{numbers.number(metric, one.value)} after {one.steps}" for one in found)
        + "."
        for arm, found in by_arm.items()
    )
