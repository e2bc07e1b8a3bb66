"""Figures of a study of meta-learners: who is best, and what steps on the support do."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from trunkline.reports import canvas, names, numbers
from trunkline.reports.canvas import Drawing
from trunkline.reports.metalearning import figures_seen, looks
from trunkline.reports.metalearning.measured import ERRORS, Measured
from trunkline.reports.metalearning.rows import Estimate, Step

BANDS = 6  # arms, up to which one can still tell their bands apart
_ROW = 0.235  # inches


def draw(study: Measured) -> tuple[Drawing, ...]:
    """Draw all figures of a study of meta-learners."""
    return (
        _leaderboard(study),
        *_adaptation(study),
        *figures_seen.adapted(study),
        *figures_seen.embeddings(study),
        *figures_seen.training(study),
    )


def _leaderboard(study: Measured) -> Drawing:
    """Draw the mean of every arm with its interval, the best on top."""
    ranked, metric = study.ranked, study.facts.metric
    figure, axes = canvas.panel(1.25 + _ROW * len(ranked), grid="x")
    styles = looks.kinds([e.arm for e in ranked])
    hurts: list[Line2D] = []
    for row, e in enumerate(ranked):
        if study.baselines and e.arm == study.baselines[0]:
            x = e.value * numbers.scale(metric).factor
            axes.axvline(x, color=names.MUTED, linewidth=1.0, linestyle="--")
        _across(axes, styles[looks.kind(e.arm)], e, row)
        contrast = study.against(e.arm, study.baselines[0]) if study.baselines else None
        if contrast is not None and contrast.verdict == "hurts":
            canvas.cross_out(axes, e.value * numbers.scale(metric).factor, row)
            hurts = [canvas.crossed_out()]
    axes.set_ylim(len(ranked) - 0.4, -0.6)
    axes.set_yticks(
        range(len(ranked)), [canvas.wrapped(looks.look(e.arm).label, 22) for e in ranked]
    )
    axes.tick_params(axis="y", labelcolor=names.INK, length=0)
    canvas.label(axes, axis(metric))
    canvas.legend(figure, [*(canvas.entry(look, "-") for look in styles.values()), *hurts])
    side = "left" if metric in ERRORS else "right"
    line = ""
    if study.baselines:
        line = f" The dashed line is {looks.look(study.baselines[0]).subject}."
    return Drawing(
        name=names.slug(study.name, "leaderboard"),
        study=study.name,
        kind="leaderboard",
        figure=figure,
        title=f"{_begun(numbers.scale(metric).name)} on the test episodes",
        description=f"{numbers.scale(metric).name} on the test episodes. {_ranked(ranked)}",
        note=f"Further {side} is better.{line} Bars are intervals.",
    )


def _across(axes: Axes, look: names.Arm, estimate: Estimate, row: int) -> None:
    factor = numbers.scale(estimate.metric).factor
    span = [estimate.low * factor, estimate.high * factor]
    axes.plot(span, [row, row], color=look.colour, linewidth=2.2)
    axes.plot(
        estimate.value * factor, row, marker=look.marker, color=look.colour, markersize=6,
        markerfacecolor=canvas.filling(look),
    )  # fmt: skip


def _adaptation(study: Measured) -> tuple[Drawing, ...]:
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
    axes.set_xticks(range(len(steps)), [str(one) for one in steps])
    canvas.label(axes, "Steps on the support (not to scale)", axis(metric))
    canvas.legend(figure, [canvas.entry(looks.look(arm)) for arm in by_arm])
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
            f"before the support was seen.{_missing(by_arm, steps)}",
        ),
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


def axis(metric: str) -> str:
    """Return the name of a metric as an axis has it."""
    scale = numbers.scale(metric)
    return f"{_begun(scale.name)} (%)" if scale.factor == 100 else _begun(scale.name)


def _begun(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _ranked(ranked: tuple[Estimate, ...]) -> str:
    return " ".join(
        f"{looks.look(e.arm).label}: {numbers.number(e.metric, e.value)} "
        f"{numbers.interval(e.metric, e.low, e.high)}."
        for e in ranked
    )


def _stepped(by_arm: dict[str, list[Step]], metric: str) -> str:
    return " ".join(
        f"{looks.look(arm).label}: "
        + ", ".join(f"{numbers.number(metric, one.value)} after {one.steps}" for one in found)
        + "."
        for arm, found in by_arm.items()
    )
