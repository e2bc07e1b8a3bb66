"""Figures of a study of meta-learners: who is best, and what is seen of how."""

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from trunkline.reports import canvas, names, numbers
from trunkline.reports.canvas import Drawing
from trunkline.reports.metalearning import figures_seen, figures_steps, looks
from trunkline.reports.metalearning.measured import ERRORS, Measured
from trunkline.reports.metalearning.rows import Estimate

_ROW = 0.235  # inches


def draw(study: Measured) -> tuple[Drawing, ...]:
    """Draw all figures of a study of meta-learners."""
    return (
        _leaderboard(study),
        *figures_steps.adaptation(study),
        *figures_seen.adapted(study),
        *figures_seen.embeddings(study),
        *figures_seen.training(study),
    )


def _leaderboard(study: Measured) -> Drawing:
    """Draw the mean of every arm with its interval, the best on top."""
    ranked, metric = study.ranked, study.facts.metric
    figure, axes = canvas.panel(1.25 + _ROW * len(ranked), grid="x")
    for row, e in enumerate(ranked):
        _across(axes, looks.look(e.arm), e, row)
    keys = [*_against(axes, study), *_guessing(axes, study)]
    axes.set_ylim(len(ranked) - 0.4, -0.6)
    axes.set_yticks(
        range(len(ranked)), [canvas.wrapped(looks.look(e.arm).label, 22) for e in ranked]
    )
    axes.tick_params(axis="y", labelcolor=names.INK, length=0)
    canvas.label(axes, looks.axis(metric))
    if keys:
        canvas.legend(figure, keys)
    side = "left" if metric in ERRORS else "right"
    return Drawing(
        name=names.slug(study.name, "leaderboard"),
        study=study.name,
        kind="leaderboard",
        figure=figure,
        title=f"{looks.begun(numbers.scale(metric).name)} on the test episodes",
        description=f"{numbers.scale(metric).name} on the test episodes. {_ranked(ranked)}",
        note=f"Further {side} is better. Bars are intervals.{_crossed(study)}",
    )


def _against(axes: Axes, study: Measured) -> list[Line2D]:
    """Draw the mean of what is held against first, and cross out what is worse than it."""
    if not study.baselines:
        return []
    first, factor = study.baselines[0], numbers.scale(study.facts.metric).factor
    line = axes.axvline(
        study.estimate(first).value * factor, color=names.MUTED, linewidth=1.0, linestyle="--",
        zorder=1, label=looks.look(first).label,
    )  # fmt: skip
    worse = [row for row, e in enumerate(study.ranked) if _worse(study, e.arm)]
    for row in worse:
        canvas.cross_out(axes, study.ranked[row].value * factor, row)
    return [line, canvas.crossed_out("Worse than the dashed line")] if worse else [line]


def _worse(study: Measured, arm: str) -> bool:
    return study.verdict(arm, study.baselines[0]) == "hurts"


def _crossed(study: Measured) -> str:
    if not study.baselines or not any(_worse(study, e.arm) for e in study.ranked):
        return ""
    subject = looks.look(study.baselines[0]).subject
    return f" What is crossed out is shown to be worse than {subject}, and held against others too."


def _guessing(axes: Axes, study: Measured) -> list[Line2D]:
    """Draw what guessing scores, where the points do not have to shrink for it."""
    chance = study.facts.chance
    if chance is None:
        return []
    x, (low, high) = chance * numbers.scale(study.facts.metric).factor, axes.get_xlim()
    return [canvas.guessing(axes.axvline(x))] if low <= x <= high else []


def _across(axes: Axes, look: names.Arm, estimate: Estimate, row: int) -> None:
    factor = numbers.scale(estimate.metric).factor
    span = [estimate.low * factor, estimate.high * factor]
    axes.plot(span, [row, row], color=look.colour, linewidth=2.2)
    axes.plot(
        estimate.value * factor, row, marker=look.marker, color=look.colour, markersize=6,
        markerfacecolor=canvas.filling(look),
    )  # fmt: skip


def _ranked(ranked: tuple[Estimate, ...]) -> str:
    return " ".join(
        f"{looks.look(e.arm).label}: {numbers.number(e.metric, e.value)} "
        f"{numbers.interval(e.metric, e.low, e.high)}."
        for e in ranked
    )
