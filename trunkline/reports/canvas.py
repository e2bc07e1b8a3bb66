"""The one look of all figures: small panels, quiet axes, room for thumbs."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

from trunkline.reports import names

WIDTH = 4.3  # inches; a phone shows it at its true size, so text of 9.5 points stays legible
TEXT = 9.5
SMALL = 9.0
ROW = 0.18  # inches of a row of a legend


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A figure with what it takes to put it on a page.

    Attributes:
        name: unique on the page, and the stem of its file.
        study: the study it belongs to.
        kind: the group it belongs to: learning, differences, adapted, jointly, costs, training;
            leaderboard, tradeoff or activity; adaptation or embeddings.
        title: shown above the figure.
        description: what it shows, with numbers, for those who cannot see it.
        note: how to read it, in one sentence.
    """

    name: str
    study: str
    kind: str
    figure: Figure
    title: str
    description: str
    note: str


def panel(height: float, grid: Literal["x", "y"] = "y") -> tuple[Figure, Axes]:
    """Return an empty figure and its axes.

    Args:
        height: inches.
        grid: axis whose grid lines are drawn.
    """
    figure = Figure(figsize=(WIDTH, height), facecolor=names.PAPER, layout="constrained")
    axes = figure.add_subplot()
    axes.set_facecolor(names.PAPER)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(names.RULE)
    axes.tick_params(labelsize=SMALL, labelcolor=names.MUTED, color=names.RULE, length=3)
    axes.grid(visible=True, axis=grid, color=names.RULE, linewidth=0.7)
    axes.set_axisbelow(True)
    return figure, axes


def label(axes: Axes, x: str, y: str = "") -> None:
    """Name the axes."""
    axes.set_xlabel(x, fontsize=TEXT, color=names.INK, labelpad=5)
    if y:
        axes.set_ylabel(y, fontsize=TEXT, color=names.INK, labelpad=5)


def budget_axis(axes: Axes, budgets: Sequence[int]) -> None:
    """Make x a logarithmic axis with one tick per label budget."""
    axes.set_xscale("log")
    axes.set_xlim(min(budgets) / 1.25, max(budgets) * 1.25)
    axes.xaxis.set_major_locator(FixedLocator(list(budgets)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xticklabels([str(budget) for budget in budgets])


def key(arm: str, dash: object = None) -> Line2D:
    """Return an arm's entry of a legend.

    Args:
        arm: name of the arm.
        dash: line style to show instead of the arm's own.
    """
    return entry(names.arm(arm), dash)


def entry(look: names.Arm, dash: object = None) -> Line2D:
    """Return the entry of a legend for these looks; `dash` replaces their line style."""
    return Line2D(
        [],
        [],
        color=look.colour,
        linestyle=look.dash if dash is None else dash,  # type: ignore[arg-type]
        marker=look.marker,
        markersize=5.5,
        linewidth=1.8,
        markerfacecolor=filling(look),
        label=look.label,
    )


def cross_out(axes: Axes, x: float, y: float) -> None:
    """Cross a point out whose arm hurts there; in no colour, so that none is needed to see it."""
    axes.plot(
        [x], [y], marker="x", color=names.INK, markersize=9.5, markeredgewidth=1.7,
        linestyle="none", zorder=5,
    )  # fmt: skip


def crossed_out(label: str = "Crossed out: hurts") -> Line2D:
    """Return the entry of a legend for points that are crossed out."""
    return Line2D(
        [], [], marker="x", color=names.INK, markersize=8.0, markeredgewidth=1.7,
        linestyle="none", label=label,
    )  # fmt: skip


def guessing(line: Line2D) -> Line2D:
    """Return a line that shows what guessing scores, as it looks in every figure."""
    line.set(color=names.INK, linewidth=1.0, linestyle=":", zorder=1, label="Guessing")
    return line


def wrapped(title: str, width: int = 16) -> str:
    """Break a title into short lines; a dollar sign stays one and starts no formula."""
    return textwrap.fill(title, width).replace("$", r"\$")


def filling(look: names.Arm) -> str:
    """Return the colour inside an arm's marker: the baselines' are hollow."""
    return names.PAPER if look.dash == "--" else look.colour


def legend(figure: Figure, keys: Sequence[Line2D]) -> None:
    """Name what is drawn, above the axes, which keep their height under many names."""
    rows = -(-len(keys) // 2)
    figure.set_figheight(figure.get_figheight() + ROW * max(0, rows - 2))
    figure.legend(
        handles=list(keys),
        loc="outside upper left",
        ncols=2,
        frameon=False,
        fontsize=SMALL,
        labelcolor=names.INK,
        handlelength=3.0,
        columnspacing=1.6,
        borderpad=0.0,
    )
