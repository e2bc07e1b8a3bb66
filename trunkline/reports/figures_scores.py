"""Figures of scores: learning curves over the label budget, and arms side by side."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from trunkline.reports import canvas, names, numbers
from trunkline.reports.canvas import Drawing
from trunkline.reports.findings import Estimate, Study

Scores = dict[str, list[Estimate]]  # by arm, then by budget
BANDS = 6  # arms, up to which one can still tell their bands apart
MOST = 12  # tasks in one figure
_WORDS = {
    "adapt": ("adapted", "Each task without a label of its own"),
    "multitask": ("jointly", "Each task learned alone and jointly"),
}


def _of(study: Study, part: str, task: str) -> Scores:
    """Return the estimates of a task's main metric by arm, each by budget."""
    main = study.tasks[task].metric
    found = [e for e in study.estimates if (e.part, e.task, e.metric) == (part, task, main)]
    arms = dict.fromkeys(e.arm for e in found)
    baseline = names.PARTS[part].baseline
    arms = {arm: None for arm in arms if arm == baseline} | arms  # it comes first
    return {arm: sorted((e for e in found if e.arm == arm), key=lambda e: e.budget) for arm in arms}


def learning_curve(study: Study, task: str) -> Drawing:
    """Draw the main metric of a target task over the label budget, one line per strategy."""
    by_arm = _of(study, "transfer", task)
    facts = study.tasks[task]
    scale = numbers.scale(facts.metric)
    figure, axes = canvas.panel(3.3)
    for arm, estimates in by_arm.items():
        _line(axes, names.arm(arm), estimates, scale.factor, band=len(by_arm) <= BANDS)
    hurts = _cross_out(axes, study, "transfer", task, scale.factor)
    canvas.budget_axis(axes, sorted({e.budget for found in by_arm.values() for e in found}))
    unit = "labelled rows" if names.by_rows("transfer", facts.kind) else "labels per class"
    canvas.label(axes, f"{unit.capitalize()} (log scale)", _axis_name(facts.metric))
    canvas.legend(figure, [*(canvas.key(arm) for arm in by_arm), *hurts])
    bands = (
        "bands their intervals"
        if len(by_arm) <= BANDS
        else f"whose intervals, for more than {BANDS} arms, stand in the table alone"
    )
    title = names.quoted(study.title(task))
    return Drawing(
        name=names.slug(study.name, "learning", task),
        study=study.name,
        kind="learning",
        figure=figure,
        title=f"Learning curve on {title}",
        description=f"{scale.name.capitalize()} on {title} by {unit}. {_spoken(by_arm)}",
        note=f"Higher is better. Lines are means over the repeats, {bands}.",
    )


def side_by_side(study: Study, part: str) -> tuple[Drawing, ...]:
    """Draw the main metric of each task under each arm of a part, with intervals.

    None where the study has no such part. Of many tasks the first are drawn, and the note says so.
    """
    every = study.tasks_of(part)
    tasks = every[:MOST]
    if not tasks:
        return ()
    scores = {task: _of(study, part, task) for task in tasks}
    arms = list(
        dict.fromkeys([names.PARTS[part].baseline, *(arm for of in scores.values() for arm in of)])
    )
    figure, axes = canvas.panel(1.2 + max(0.55, 0.18 * len(arms)) * len(tasks), grid="x")
    spoken, hurts = [], []
    for row, (task, by_arm) in enumerate(scores.items()):
        spoken.append(f"{names.quoted(study.title(task))}: {_spoken(by_arm)}")
        hurts += _rows(axes, study, task, row, arms, by_arm)
    axes.set_ylim(len(tasks) - 0.5, -0.5)
    axes.set_yticks(range(len(tasks)), [canvas.wrapped(study.title(task)) for task in tasks])
    axes.tick_params(axis="y", labelcolor=names.INK, length=0)
    metrics = dict.fromkeys(numbers.scale(study.tasks[task].metric).name for task in tasks)
    canvas.label(axes, f"Score ({names.listed(list(metrics), 'or')})")
    keys = [canvas.key(arm, dash="-") for arm in arms]
    canvas.legend(figure, [*keys, *hurts[:1]])
    kind, title = _WORDS[part]
    some = f" The first {MOST} of {len(every)} tasks." if len(every) > MOST else ""
    return (
        Drawing(
            name=names.slug(study.name, kind),
            study=study.name,
            kind=kind,
            figure=figure,
            title=title,
            description=" ".join(spoken),
            note=f"Further right is better. Lines are intervals over the repeats.{some}",
        ),
    )


def _rows(
    axes: Axes, study: Study, task: str, row: int, arms: list[str], by_arm: Scores
) -> list[Line2D]:
    """Draw one task, an arm below the other; return the key of what is crossed out, if any."""
    step = 0.32 if len(arms) == 2 else 0.8 / len(arms)
    hurts: list[Line2D] = []
    for arm, estimates in by_arm.items():
        look, e = names.arm(arm), estimates[-1]
        y = row + (arms.index(arm) - (len(arms) - 1) / 2) * step
        axes.plot([e.low, e.high], [y, y], color=look.colour, linewidth=2.2)
        axes.plot(
            e.value, y, marker=look.marker, color=look.colour, markersize=6,
            markerfacecolor=canvas.filling(look),
        )  # fmt: skip
        if any(c.arm == arm and c.verdict == "hurts" for c in study.judged(e.part, task)):
            canvas.cross_out(axes, e.value, y)
            hurts = [canvas.crossed_out()]
    return hurts


def _line(
    axes: Axes, look: names.Arm, estimates: list[Estimate], factor: float, *, band: bool
) -> None:
    """Draw one arm over the label budget."""
    x = [e.budget for e in estimates]
    low, value, high = np.array([[e.low, e.value, e.high] for e in estimates]).T * factor
    if band:
        axes.fill_between(x, low, high, color=look.colour, alpha=0.16, linewidth=0)
    axes.plot(
        x,
        value,
        color=look.colour,
        linestyle=look.dash,
        linewidth=1.8,
        marker=look.marker,
        markersize=5.5,
        markerfacecolor=canvas.filling(look),
    )


def _cross_out(axes: Axes, study: Study, part: str, task: str, factor: float) -> list[Line2D]:
    """Cross out where an arm hurts; return the key, if it does anywhere."""
    hurts = [c for c in study.judged(part, task) if c.verdict == "hurts"]
    means = {(arm, e.budget): e.value for arm, of in _of(study, part, task).items() for e in of}
    for c in hurts:
        canvas.cross_out(axes, c.budget, means[c.arm, c.budget] * factor)
    return [canvas.crossed_out()] if hurts else []


def _axis_name(metric: str) -> str:
    scale = numbers.scale(metric)
    name = scale.name if scale.name[0].isupper() else scale.name.capitalize()
    return f"{name} (%)" if scale.factor == 100 else name


def _spoken(by_arm: Scores) -> str:
    return " ".join(
        f"{names.arm(arm).label}: "
        + ", ".join(f"{numbers.number(e.metric, e.value)} at {e.budget}" for e in estimates)
        + "."
        for arm, estimates in by_arm.items()
    )
