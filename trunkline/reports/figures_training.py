"""Training curves: the loss by epoch, averaged over the repeats."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from trunkline.reports import canvas, names, numbers
from trunkline.reports.canvas import Drawing
from trunkline.reports.findings import Study

HELD = (0, (2.0, 1.5))  # dash of losses on labels held back for early stopping
HELD_OF = 6  # arms, up to which losses on held-back labels are drawn too
MOST = 12  # figures of one stage
_STAGES = ("pretrain", "finetune", "multitask")
_TITLES = {
    "pretrain": "Learning the source,",
    "finetune": "Learning the target,",
    "adapt": "Adapting to",
    "multitask": "Learning",
}


def training_curves(study: Study) -> tuple[Drawing, ...]:
    """Draw one panel per stage and task, each at the middle of its label budgets.

    Of many tasks the first `MOST` of a stage are drawn.
    """
    drawn: list[Drawing] = []
    for stage in _STAGES:
        found = _split(study.curves.get(stage), stage)
        some = f" The first {MOST} of {len(found)} figures." if len(found) > MOST else ""
        drawn += [_panel(study, name, task, curve, some) for name, task, curve in found[:MOST]]
    return tuple(drawn)


def _split(curves: pd.DataFrame | None, stage: str) -> list[tuple[str, str, pd.DataFrame]]:
    """Return the curves of each task, those without a label apart from the others."""
    if curves is None:
        return []
    found = []
    for task, curve in curves.groupby("task", sort=False):
        blind = (curve["budget"] == 0) & (stage == "finetune")
        parts = ((stage, curve[~blind]), ("adapt", curve[blind]))
        found += [(name, str(task), one) for name, one in parts if len(one)]
    return found


def _panel(study: Study, stage: str, task: str, curve: pd.DataFrame, some: str) -> Drawing:
    budget = middle(curve["budget"].unique().tolist())
    curve = curve[curve["budget"] == budget]
    arms = list(dict.fromkeys(curve["arm"].astype(str)))
    figure, axes = canvas.panel(3.0)
    for arm in arms:
        rows = curve[curve["arm"] == arm].sort_values("epoch")
        _lines(axes, names.arm(arm), rows, held=len(arms) <= HELD_OF)
    axes.set_ylim(bottom=0.0)
    canvas.label(axes, "Epoch", "Loss")
    held = len(arms) <= HELD_OF and bool(curve["validation_loss"].notna().any())
    canvas.legend(figure, _keys(arms, held=held))
    title = names.quoted(study.title(task))
    part = stage if stage in ("multitask", "adapt") else "transfer"
    kind = study.tasks[task].kind if task in study.tasks else "multiclass"
    counted = names.counted(part, kind, [budget])
    amount = "" if stage == "pretrain" else f", with {counted}"
    return Drawing(
        name=names.slug(study.name, "training", stage, task),
        study=study.name,
        kind="training",
        figure=figure,
        title=f"{_TITLES[stage]} {title}{amount}",
        description=f"Loss by epoch on {title}{amount}. {_spoken(curve, arms)}",
        note=f"Lower is better. Means over the repeats.{some}",
    )


def _lines(axes: Axes, look: names.Arm, rows: pd.DataFrame, *, held: bool) -> None:
    epochs = rows["epoch"].to_numpy()
    axes.plot(
        epochs,
        rows["training_loss"].to_numpy(),
        color=look.colour,
        linewidth=1.6,
        marker=look.marker,
        markersize=5.0,
        markerfacecolor=canvas.filling(look),
        markevery=max(1, len(epochs) // 4),
    )
    if held:
        losses = rows["validation_loss"].to_numpy()
        axes.plot(epochs, losses, color=look.colour, linewidth=1.4, linestyle=HELD)


def _keys(arms: list[str], held: bool) -> list[Line2D]:
    keys = [canvas.key(arm, dash="-") for arm in arms]
    if held:
        keys.append(Line2D([], [], color=names.INK, linestyle=HELD, label="On held-back labels"))
    return keys


def middle(budgets: list[int]) -> int:
    """Return the middle of some label budgets, the lower one of two."""
    ordered = sorted(budgets)
    return int(ordered[(len(ordered) - 1) // 2])


def _spoken(curve: pd.DataFrame, arms: list[str]) -> str:
    ends = []
    for arm in arms:
        losses = curve[curve["arm"] == arm].sort_values("epoch")["training_loss"].to_numpy()
        ends.append(
            f"{names.arm(arm).label}: training loss from {numbers.compact(losses[0])} "
            f"to {numbers.compact(losses[-1])} in {len(losses)} epochs."
        )
    return " ".join(ends)
