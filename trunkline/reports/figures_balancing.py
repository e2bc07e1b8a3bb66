"""Figures of joint training: weights of the tasks, conflicts of their gradients, by epoch."""

import numpy as np
import pandas as pd

from trunkline.reports import canvas, names, numbers
from trunkline.reports.canvas import Drawing
from trunkline.reports.findings import Study

MOST = 8  # tasks, of which one can still tell the lines apart


def curves(study: Study) -> tuple[Drawing, ...]:
    """Draw what balancers told: weights by balancer, and conflicts of all; none if none did."""
    weights, conflicts = study.told.get("weights"), study.told.get("conflicts")
    by_arm = [] if weights is None else list(weights.groupby("arm", sort=False))
    drawn = tuple(_weights(study, str(arm), table) for arm, table in by_arm)
    return drawn if conflicts is None else (*drawn, _conflicts(study, conflicts))


def _weights(study: Study, arm: str, table: pd.DataFrame) -> Drawing:
    """Draw the weight of each task under one balancer."""
    wide = table.pivot(index="epoch", columns="task", values="weight")
    last = wide.iloc[-1]
    far = (last - last.mean()).abs().sort_values(ascending=False, kind="stable")
    tasks = [task for task in dict.fromkeys(table["task"]) if task in far.index[:MOST]]
    figure, axes = canvas.panel(2.8)
    keys, spoken = [], []
    for place, task in enumerate(tasks):
        look, values = names.numbered(place), wide[task].to_numpy()
        axes.plot(wide.index, values, color=look.colour, linestyle=look.dash, linewidth=1.6)
        title = study.title(task)
        (key,) = axes.plot([], [], color=look.colour, linestyle=look.dash, label=title)
        keys.append(key)
        ends = f"{numbers.compact(values[0])} to {numbers.compact(values[-1])}"
        spoken.append(f"{names.quoted(title)}: {ends}.")
    axes.set_ylim(bottom=min(0.0, float(np.nanmin(wide.to_numpy()))))
    canvas.label(axes, "Epoch", "Weight")
    canvas.legend(figure, keys)
    some = f" The {MOST} tasks whose weights differ most in the end." if len(far) > MOST else ""
    label = names.arm(arm).label
    return Drawing(
        name=names.slug(study.name, "weights", arm),
        study=study.name,
        kind="training",
        figure=figure,
        title=f"Weights of the tasks: {label}",
        description=f"Mean weight of each task by epoch, {label}. {' '.join(spoken)}",
        note=f"Means over the steps of an epoch and the repeats.{some}",
    )


def _conflicts(study: Study, table: pd.DataFrame) -> Drawing:
    """Draw how many pairs of tasks pull the shared weights in opposite directions."""
    figure, axes = canvas.panel(2.8)
    arms, spoken = list(dict.fromkeys(table["arm"].astype(str))), []
    for arm in arms:
        look, rows = names.arm(arm), table[table["arm"] == arm].sort_values("epoch")
        shares = 100 * rows["conflicts"].to_numpy()
        axes.plot(
            rows["epoch"].to_numpy(), shares, color=look.colour, linestyle=look.dash,
            linewidth=1.6, marker=look.marker, markersize=5.0,
            markevery=max(1, len(rows) // 4),
        )  # fmt: skip
        cosines = rows["cosine"].to_numpy()
        spoken.append(
            f"{look.label}: {numbers.compact(shares[0])} % of the pairs in the first epoch, "
            f"{numbers.compact(shares[-1])} % in the last; mean cosine "
            f"{numbers.compact(cosines[0])} and {numbers.compact(cosines[-1])}."
        )
    axes.set_ylim(0.0, 100.0)
    canvas.label(axes, "Epoch", "Pairs in conflict (%)")
    canvas.legend(figure, [canvas.key(arm) for arm in arms])
    return Drawing(
        name=names.slug(study.name, "conflicts"),
        study=study.name,
        kind="training",
        figure=figure,
        title="Conflicts between tasks",
        description=f"Pairs of tasks whose gradients conflict, by epoch. {' '.join(spoken)}",
        note="Two tasks conflict in a step where their gradients have a negative cosine.",
    )
