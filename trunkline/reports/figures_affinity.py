"""The figure of task affinity: whose step lowers whose loss."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from trunkline.reports import canvas, names, numbers
from trunkline.reports.canvas import Drawing
from trunkline.reports.findings import Study

MOST = 8  # tasks, up to which numbers stand in the cells
ON_TINTS = "#1c2531"  # text in the cells, whose tints are the same in the dark
NAMED = 12  # tasks, up to which each row has its name; of more, its number
TINTS = LinearSegmentedColormap.from_list("hurts to helps", ["#e8a07f", "#fafafa", "#7fb3d9"])


def matrix(study: Study) -> tuple[Drawing, ...]:
    """Draw the mean affinity of the tasks, if it was measured."""
    table = study.told.get("affinity")
    if table is None:
        return ()
    tasks = list(dict.fromkeys(table["source"].astype(str)))
    mean = table.groupby(["source", "target"], sort=False)["affinity"].mean()
    values = np.array([[mean[i, j] for j in tasks] for i in tasks])  # [T, T], of the loss
    others = np.where(np.eye(len(tasks), dtype=bool), 0.0, values)
    figure, axes = canvas.panel(1.4 + 0.42 * min(len(tasks), 12), grid="x")
    axes.grid(visible=False)
    limit = max(float(np.abs(others).max()), 1e-12)
    axes.pcolormesh(others, cmap=TINTS, vmin=-limit, vmax=limit, edgecolor=names.PAPER)
    axes.invert_yaxis()
    decimals = max(0, 1 - int(np.floor(np.log10(100 * limit))))  # two digits of the largest
    if len(tasks) <= MOST:
        for i, j in np.argwhere(~np.eye(len(tasks), dtype=bool)):
            axes.text(
                j + 0.5,
                i + 0.5,
                numbers.plain(100 * values[i, j], decimals),
                ha="center",
                va="center",
                fontsize=canvas.SMALL,
                color=ON_TINTS,
            )
    places = np.arange(len(tasks)) + 0.5
    titles = [canvas.wrapped(study.title(task)) for task in tasks]
    if len(tasks) <= NAMED:
        axes.set_xticks(places, titles, rotation=30 if len(tasks) <= MOST else 90, ha="right")
        axes.set_yticks(places, titles)
    canvas.label(axes, "changes the loss of", "A step of")
    return (
        Drawing(
            name=names.slug(study.name, "affinity"),
            study=study.name,
            kind="jointly",
            figure=figure,
            title="Which tasks help which",
            description=_spoken(study, tasks, values),
            note=f"Percent of the loss that one step takes away; blue helps. {_groups(study)}",
        ),
    )


def _spoken(study: Study, tasks: list[str], values: np.ndarray) -> str:
    """Say the strongest help and the strongest harm."""
    pairs = [
        (values[i, j], a, b) for i, a in enumerate(tasks) for j, b in enumerate(tasks) if i != j
    ]
    said = []
    for value, source, target in (max(pairs), min(pairs)):
        found = (
            f"{numbers.compact(100 * value)} % of the loss of {names.quoted(study.title(target))}"
        )
        said.append(f"a step of {names.quoted(study.title(source))} takes away {found}")
    return f"Affinity of each task for each other. At most {said[0]}; at the least {said[1]}."


def _groups(study: Study) -> str:
    """Say which tasks to train together."""
    groups = [
        names.listed([names.quoted(study.title(task)) for task in group])
        for group in study.told["groups"]
    ]
    return f"Proposed groups: {'; '.join(groups)}."
