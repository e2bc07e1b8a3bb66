"""Figures of what networks see: one adapted function, rows of new classes, losses by epoch."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from trunkline.reports import canvas, names, numbers
from trunkline.reports.canvas import Drawing
from trunkline.reports.metalearning import looks
from trunkline.reports.metalearning.measured import Measured

CLASSES = 8  # whose shapes all differ
_DOTTED = (0.0, (1.0, 1.4))


def adapted(study: Measured) -> tuple[Drawing, ...]:
    """Draw one function before and after it has seen a support; nothing where there is none."""
    found = study.adapted
    if not found:
        return ()
    figure, axes = canvas.panel(3.6)
    keys = _functions(axes, found, _begun(study, found))
    inputs, target = study.settings.inputs.columns, study.settings.episodes.target
    canvas.label(axes, canvas.wrapped(inputs[0], 40), canvas.wrapped(target, 40))
    canvas.legend(figure, keys)
    arm = looks.look(found["arm"])
    return (
        Drawing(
            name=names.slug(study.name, "adapted"),
            study=study.name,
            kind="adapted",
            figure=figure,
            title=f"One new task, before and after {arm.subject} has adapted",
            description=f"{len(found['support'])} support points. Distance from the truth, root "
            f"mean square over its points: {_distances(found, _begun(study, found))}.",
            note=f"One task of the test, by {len(found['support'])} support points. It shows what "
            "adapting looks like and proves nothing. What is not said to be before is after.",
        ),
    )


def _begun(study: Measured, found: Mapping[str, Any]) -> names.Arm:
    """Return whose function there is before the support was seen: of an arm that takes steps."""
    stepping = {one.arm for one in study.adaptation}
    return looks.look(found["arm"] if found["arm"] in stepping else found["baseline"])


def _functions(axes: Axes, found: Mapping[str, Any], begun: names.Arm) -> list[Line2D]:
    """Draw truth, support and functions; return the entries of the legend."""
    grid, arm = found["grid"], looks.look(found["arm"])
    lines = [
        (grid, found["before"], begun.colour, _DOTTED, 1.6, f"{begun.label}, before"),
        (grid, found["after"][found["arm"]], arm.colour, "-", 2.0, f"{arm.label}, after"),
    ]
    lines += [
        (grid, values, looks.look(name).colour, "--", 1.6, looks.look(name).label)
        for name, values in found["after"].items()
        if name != found["arm"]
    ]
    keys = []
    for x, y, colour, dash, width, label in lines:
        (line,) = axes.plot(x, y, color=colour, linestyle=dash, linewidth=width, label=label)
        keys.append(line)
    support = _points(axes, found["support"], marker="^", label="Support")
    truth = _points(axes, found["query"], marker="o", label="Truth at the queries")
    return [support, truth, *keys]


def _points(axes: Axes, found: Sequence[Sequence[float]], marker: str, label: str) -> Line2D:
    """Draw rows of the task: filled what is learned from, hollow what is asked."""
    x, y = np.array(found, dtype=float).reshape(-1, 2).T
    fill, size = (names.INK, 7.5) if marker == "^" else (names.PAPER, 4.5)
    (line,) = axes.plot(
        x, y, marker=marker, markersize=size, color=names.INK, markerfacecolor=fill,
        linestyle="none", zorder=5, label=label,
    )  # fmt: skip
    return line


def _distances(found: Mapping[str, Any], begun: names.Arm) -> str:
    """Say how far each function is from the truth; between points of its grid it is a line."""
    truth = np.array(sorted(found["query"]), dtype=float).reshape(-1, 2)
    after = {f"{looks.look(name).label} after": y for name, y in found["after"].items()}
    functions = {f"{begun.label} before": found["before"], **after}
    return ", ".join(
        f"{name} {numbers.compact(_distance(truth, found['grid'], y))}"
        for name, y in functions.items()
    )


def _distance(truth: np.ndarray, grid: Sequence[float], values: Sequence[float]) -> float:
    said = np.interp(truth[:, 0], grid, values)
    return float(np.sqrt(np.mean((said - truth[:, 1]) ** 2)))


def embeddings(study: Measured) -> tuple[Drawing, ...]:
    """Draw rows of test classes as a trunk sees them; nothing where there are none."""
    found = study.embeddings
    if not found or not found["points"]:
        return ()
    by_class: dict[str, list[tuple[float, float]]] = {}
    for point in found["points"]:
        by_class.setdefault(str(point["class"]), []).append((point["x"], point["y"]))
    shown = dict(list(by_class.items())[:CLASSES])
    figure, axes = canvas.panel(3.8)
    keys = [
        _scatter(axes, looks.numbered(place, _cut(name)), points)
        for place, (name, points) in enumerate(shown.items())
    ]
    axes.grid(visible=True, axis="x", color=names.RULE, linewidth=0.7)
    canvas.label(axes, "First principal component", "Second")
    canvas.legend(figure, keys)
    subject = looks.look(found["arm"]).subject
    group = study.settings.episodes.group
    new = f", of values of {group} that" if group else " that"  # groups all have the same classes
    each = f"value of {group}" if group else "class"
    most = max(map(len, shown.values()))
    return (
        Drawing(
            name=names.slug(study.name, "embeddings"),
            study=study.name,
            kind="embeddings",
            figure=figure,
            title=f"Classes of the test as {subject} sees them",
            description=f"{sum(map(len, shown.values()))} rows of {len(shown)} classes{new} "
            f"training never saw. Centres: {_centres(shown)}.",
            note=f"Each point is a row of a {each} that training never saw; rows of a class that "
            f"lie together are told apart by few. Classes shown: {len(shown)}, the first of the "
            f"test, with at most {most} rows of each, in two directions of many.",
        ),
    )


def _scatter(axes: Axes, look: names.Arm, points: Sequence[tuple[float, float]]) -> Line2D:
    x, y = np.array(points, dtype=float).T
    (line,) = axes.plot(
        x, y, marker=look.marker, markersize=5.0, color=look.colour, linestyle="none",
        alpha=0.85, label=canvas.wrapped(look.label, 24),
    )  # fmt: skip
    return line


def _cut(name: str, longest: int = 40) -> str:
    """Return the name of a class in one short line."""
    text = " ".join(name.split()) or numbers.ABSENT
    return text if len(text) <= longest else f"{text[: longest - 1]}\N{HORIZONTAL ELLIPSIS}"


def _centres(shown: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    centres = {name: np.mean(np.array(points, dtype=float), 0) for name, points in shown.items()}
    return ", ".join(
        f"{_cut(name)} at {numbers.compact(float(x))}, {numbers.compact(float(y))}"
        for name, (x, y) in centres.items()
    )


def training(study: Measured) -> tuple[Drawing, ...]:
    """Draw the loss on validation episodes by epoch, the mean over the networks of a method."""
    curves = study.curves
    methods = list(dict.fromkeys(curves["method"].astype(str))) if len(curves) else []
    if not methods:
        return ()
    figure, axes = canvas.panel(3.0)
    spoken = []
    for method in methods:
        look = looks.look(method)
        rows = curves[curves["method"] == method].groupby("epoch")["validation"].mean()
        axes.plot(
            rows.index.to_numpy(), rows.to_numpy(), color=look.colour, linestyle=look.dash,
            linewidth=1.6, marker=look.marker, markersize=5.0,
            markevery=max(1, len(rows) // 4), markerfacecolor=canvas.filling(look),
        )  # fmt: skip
        ends = f"{numbers.compact(rows.iloc[0])} to {numbers.compact(rows.iloc[-1])}"
        spoken.append(f"{look.label}: from {ends} in {len(rows)} passes.")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    canvas.label(axes, "Pass over episodes", "Loss on validation episodes")
    canvas.legend(figure, [canvas.entry(looks.look(method)) for method in methods])
    return (
        Drawing(
            name=names.slug(study.name, "training"),
            study=study.name,
            kind="training",
            figure=figure,
            title="How meta-learners learn",
            description=f"Loss on validation episodes by pass over episodes. {' '.join(spoken)}",
            note="Lower is better. Means over the networks of a method; losses of different "
            "methods are not alike, so compare shapes, not heights.",
        ),
    )
