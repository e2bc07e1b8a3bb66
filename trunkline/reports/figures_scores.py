"""Figures of scores: learning curves over the label budget, and joint against alone."""

import numpy as np

from trunkline.reports import canvas, names, numbers
from trunkline.reports.canvas import Drawing
from trunkline.reports.findings import Estimate, Study


def _of(study: Study, part: str, task: str) -> dict[str, list[Estimate]]:
    """Return the estimates of a task's main metric by arm, each by budget."""
    main = study.tasks[task].metric
    found = [e for e in study.estimates if (e.part, e.task, e.metric) == (part, task, main)]
    arms = dict.fromkeys(e.arm for e in found)
    return {arm: sorted((e for e in found if e.arm == arm), key=lambda e: e.budget) for arm in arms}


def learning_curve(study: Study, task: str) -> Drawing:
    """Draw the main metric of a target task over the label budget, one line per strategy."""
    by_arm = _of(study, "transfer", task)
    facts = study.tasks[task]
    scale = numbers.scale(facts.metric)
    figure, axes = canvas.panel(3.3)
    for arm, estimates in by_arm.items():
        look = names.arm(arm)
        x = [e.budget for e in estimates]
        low, value, high = np.array([[e.low, e.value, e.high] for e in estimates]).T * scale.factor
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
    canvas.budget_axis(axes, sorted({e.budget for found in by_arm.values() for e in found}))
    unit = "labelled rows" if names.by_rows("transfer", facts.kind) else "labels per class"
    canvas.label(axes, f"{unit.capitalize()} (log scale)", _axis_name(facts.metric))
    canvas.legend(figure, [canvas.key(arm) for arm in by_arm])
    title = names.quoted(study.title(task))
    return Drawing(
        name=names.slug(study.name, "learning", task),
        study=study.name,
        kind="learning",
        figure=figure,
        title=f"Learning curve on {title}",
        description=f"{scale.name.capitalize()} on {title} by {unit}. {_spoken(by_arm)}",
        note="Higher is better. Lines are means over the repeats, bands their intervals.",
    )


def joint_against_alone(study: Study) -> Drawing:
    """Draw the main metric of each task, learned alone and jointly, with intervals."""
    tasks = study.tasks_of("multitask")
    scores = {task: _of(study, "multitask", task) for task in tasks}
    arms = list(dict.fromkeys(["alone", "joint", *(arm for of in scores.values() for arm in of)]))
    step = 0.32 if len(arms) == 2 else 0.8 / len(arms)
    figure, axes = canvas.panel(1.2 + max(0.55, 0.18 * len(arms)) * len(tasks), grid="x")
    spoken = []
    for row, (task, by_arm) in enumerate(scores.items()):
        spoken.append(f"{names.quoted(study.title(task))}: {_spoken(by_arm)}")
        for arm, estimates in by_arm.items():
            look, e = names.arm(arm), estimates[-1]
            y = row + (arms.index(arm) - (len(arms) - 1) / 2) * step
            axes.plot([e.low, e.high], [y, y], color=look.colour, linewidth=2.2)
            axes.plot(
                e.value, y, marker=look.marker, color=look.colour, markersize=6,
                markerfacecolor=canvas.filling(look),
            )  # fmt: skip
    axes.set_ylim(len(tasks) - 0.5, -0.5)
    axes.set_yticks(range(len(tasks)), [canvas.wrapped(study.title(task)) for task in tasks])
    axes.tick_params(axis="y", labelcolor=names.INK, length=0)
    metrics = dict.fromkeys(numbers.scale(study.tasks[task].metric).name for task in tasks)
    spread = names.listed(list(metrics), "or")
    canvas.label(axes, f"Score ({spread})")
    canvas.legend(figure, [canvas.key(arm, dash="-") for arm in arms])
    return Drawing(
        name=names.slug(study.name, "jointly"),
        study=study.name,
        kind="jointly",
        figure=figure,
        title="Each task learned alone and jointly",
        description=" ".join(spoken),
        note="Further right is better. Lines are intervals over the repeats.",
    )


def _axis_name(metric: str) -> str:
    scale = numbers.scale(metric)
    name = scale.name if scale.name[0].isupper() else scale.name.capitalize()
    return f"{name} (%)" if scale.factor == 100 else name


def _spoken(by_arm: dict[str, list[Estimate]]) -> str:
    return " ".join(
        f"{names.arm(arm).label}: "
        + ", ".join(f"{numbers.number(e.metric, e.value)} at {e.budget}" for e in estimates)
        + "."
        for arm, estimates in by_arm.items()
    )
