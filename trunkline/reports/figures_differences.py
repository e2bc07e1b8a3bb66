"""The forest plot: every paired difference to the baseline, with its interval."""

from matplotlib.axes import Axes

from trunkline.reports import canvas, names, numbers
from trunkline.reports.canvas import Drawing
from trunkline.reports.findings import Comparison, Study

_ROW = 0.15  # inches


def forest(study: Study, task: str) -> Drawing:
    """Draw the difference of each strategy to scratch, by label budget."""
    judged = study.judged("transfer", task)
    facts, scale = study.tasks[task], numbers.scale(study.tasks[task].metric)
    arms = list(dict.fromkeys(c.arm for c in judged))
    budgets = sorted({c.budget for c in judged})
    rows = len(budgets) * (len(arms) + 1)
    figure, axes = canvas.panel(1.15 + _ROW * rows, grid="x")
    margin = study.settings.evaluate.margin * scale.factor
    axes.axvspan(-margin, margin, color=names.RULE, alpha=0.55, linewidth=0)
    axes.axvline(0.0, color=names.MUTED, linewidth=1.0)
    for comparison in judged:
        group = budgets.index(comparison.budget) * (len(arms) + 1)
        _row(axes, group + arms.index(comparison.arm), comparison, scale.factor)
    centres = [i * (len(arms) + 1) + (len(arms) - 1) / 2 for i in range(len(budgets))]
    axes.set_ylim(rows - 0.5, -1.0)
    axes.set_yticks(centres, [str(budget) for budget in budgets])
    axes.tick_params(axis="y", labelcolor=names.INK, length=0)
    unit = "Labelled rows" if names.by_rows("transfer", facts.kind) else "Labels per class"
    in_points = f", {scale.unit}" if scale.unit else ""
    canvas.label(axes, f"Difference to scratch ({scale.name}{in_points})", unit)
    hurts = [canvas.crossed_out()] if any(c.verdict == "hurts" for c in judged) else []
    canvas.legend(figure, [*(canvas.key(arm, dash="-") for arm in arms), *hurts])
    title = names.quoted(study.title(task))
    return Drawing(
        name=names.slug(study.name, "differences", task),
        study=study.name,
        kind="differences",
        figure=figure,
        title=f"Difference to scratch on {title}",
        description=f"Paired differences in {scale.name} on {title}. {_spoken(judged)}",
        note="Right of the line is better than scratch, left of it worse; the grey strip is the "
        "margin that does not matter. Hollow: no evidence.",
    )


def _row(axes: Axes, y: float, comparison: Comparison, factor: float) -> None:
    look = names.arm(comparison.arm)
    low, value, high = (
        bound * factor for bound in (comparison.low, comparison.difference, comparison.high)
    )
    axes.plot([low, high], [y, y], color=look.colour, linewidth=1.9, solid_capstyle="butt")
    sure = comparison.verdict in ("helps", "hurts", "equivalent")
    axes.plot(
        value,
        y,
        marker=look.marker,
        markersize=5.5,
        color=look.colour,
        markerfacecolor=look.colour if sure else names.PAPER,
    )
    if comparison.verdict == "hurts":
        canvas.cross_out(axes, value, y)


def _spoken(judged: tuple[Comparison, ...]) -> str:
    return " ".join(
        f"{names.arm(c.arm).label} at {c.budget}: {numbers.signed(c.metric, c.difference)} "
        f"{numbers.interval(c.metric, c.low, c.high)}, {c.verdict}."
        for c in judged
    )
