"""The figure of cost against gain: what each arm took, and what that was worth."""

import math

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator

from trunkline.reports import canvas, costs, figures_training, names, numbers
from trunkline.reports.canvas import Drawing
from trunkline.reports.findings import Comparison, Study


def gains(study: Study) -> tuple[Drawing, ...]:
    """Draw the gain of each strategy over its multiply-adds, for the first target tasks."""
    if not study.runs:
        return ()
    tasks = [task for task in study.tasks_of("transfer") if study.judged("transfer", task)]
    return tuple(_of_task(study, task) for task in tasks[: figures_training.MOST])


def _of_task(study: Study, task: str) -> Drawing:
    """Draw one target task at the middle of its label budgets."""
    judged = study.judged("transfer", task)
    budget = figures_training.middle(sorted({c.budget for c in judged}))
    runs = study.runs["finetune"]
    asked = (runs["part"] == "transfer") & (runs["task"] == task) & (runs["budget"] == budget)
    taken = {one.arm: one.operations for one in costs.means(runs[asked])}
    here = [c for c in judged if c.budget == budget]
    scale = numbers.scale(study.tasks[task].metric)
    figure, axes = canvas.panel(3.1)
    axes.axhline(0.0, color=names.MUTED, linewidth=1.0)
    axes.set_xscale("log")
    baseline = judged[0].baseline
    _point(axes, baseline, taken[baseline], (0.0, 0.0, 0.0))
    for c in here:
        bounds = (c.low * scale.factor, c.difference * scale.factor, c.high * scale.factor)
        _point(axes, c.arm, taken[c.arm], bounds)
        if c.verdict == "hurts":
            canvas.cross_out(axes, taken[c.arm], bounds[1])
    _ticks(axes, list(taken.values()))
    unit = f", {scale.unit}" if scale.unit else ""
    canvas.label(axes, "Multiply-adds of the training (log scale)", f"Gain ({scale.name}{unit})")
    hurts = [canvas.crossed_out()] if any(c.verdict == "hurts" for c in here) else []
    arms = [baseline, *(c.arm for c in here)]
    canvas.legend(figure, [*(canvas.key(arm, dash="-") for arm in arms), *hurts])
    counted = names.counted("transfer", study.tasks[task].kind, [budget])
    title = f"Gain against cost on {names.quoted(study.title(task))}, with {counted}"
    return Drawing(
        name=names.slug(study.name, "costs", task),
        study=study.name,
        kind="costs",
        figure=figure,
        title=title,
        description=f"{title}. {_spoken(here, taken)}",
        note="Higher gains more over training from scratch, further left costs less. Lines are "
        "intervals of the gain.",
    )


def _point(axes: Axes, arm: str, x: float, bounds: tuple[float, float, float]) -> None:
    look, (low, value, high) = names.arm(arm), bounds
    axes.plot([x, x], [low, high], color=look.colour, linewidth=1.9)
    axes.plot(
        x, value, marker=look.marker, markersize=6.5, color=look.colour,
        markerfacecolor=canvas.filling(look),
    )  # fmt: skip


def _ticks(axes: Axes, values: list[float]) -> None:
    """Put few ticks on the axis of costs, and write them in words."""
    low, high = min(values) / 1.3, max(values) * 1.3
    steps = (1, 2, 5) if high < 60 * low else (1,)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [step * 10.0**power for power in powers for step in steps]
    ticks = [tick for tick in ticks if low <= tick <= high]
    axes.set_xlim(low, high)
    axes.set_xticks(ticks[:: -(-len(ticks) // 4)])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda tick, _: numbers.large(tick)))


def _spoken(judged: list[Comparison], taken: dict[str, float]) -> str:
    return " ".join(
        f"{names.arm(c.arm).label}: {numbers.large(taken[c.arm])} multiply-adds, gain "
        f"{numbers.signed(c.metric, c.difference)} "
        f"{numbers.interval(c.metric, c.low, c.high)}."
        for c in judged
    )
