"""Figures of a study of recommenders: who is best, at what price, and for whom."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from trunkline.reports import canvas, names, numbers
from trunkline.reports.canvas import Drawing
from trunkline.reports.recommending import breakdowns, looks, sentences
from trunkline.reports.recommending.measured import Judged, Measured
from trunkline.reports.recommending.rows import Estimate

KINDS = ("leaderboard", "tradeoff", "activity", "ratings")
LINES = 6  # models, up to which one can still tell their lines apart
_ROW = 0.235  # inches
_DODGE = 0.09


def draw(study: Measured) -> tuple[Drawing, ...]:
    """Draw all figures of a study of recommenders."""
    drawn = [
        _leaderboard(
            study, study.lists, "leaderboard",
            "Further right is better. The dashed line is the baseline.",
        ),
        _tradeoff(study),
    ]  # fmt: skip
    if len(dict.fromkeys(row["group"] for row in study.records["activity"])) > 1:
        drawn.append(_activity(study))
    if study.ratings is not None:
        note = "Further left is better. The dashed line is the baseline."
        drawn.append(_leaderboard(study, study.ratings, "ratings", note))
    return tuple(drawn)


def _leaderboard(study: Measured, judged: Judged, kind: str, note: str) -> Drawing:
    """Draw the main metric of every model with its interval, the best on top."""
    ranked, scale = judged.ranked(), numbers.scale(judged.main)
    figure, axes = canvas.panel(1.25 + _ROW * len(ranked), grid="x")
    styles = looks.kinds([e.model for e in ranked])
    hurts: list[Line2D] = []
    for row, e in enumerate(ranked):
        if e.model == judged.baseline:
            axes.axvline(e.value, color=names.MUTED, linewidth=1.0, linestyle="--")
        _across(axes, styles[looks.kind(e.model)], e, row)
        contrast = judged.against(e.model)
        if contrast is not None and contrast.verdict == "hurts":
            canvas.cross_out(axes, e.value, row)
            hurts = [canvas.crossed_out()]
    axes.set_ylim(len(ranked) - 0.4, -0.6)
    labels = [canvas.wrapped(looks.look(e.model).label) for e in ranked]
    axes.set_yticks(range(len(ranked)), labels)
    axes.tick_params(axis="y", labelcolor=names.INK, length=0)
    canvas.label(axes, sentences.begun(scale.name))
    canvas.legend(figure, [*(canvas.entry(look, "-") for look in styles.values()), *hurts])
    return _drawing(
        study, kind, figure,
        title=f"{sentences.begun(scale.name)} on the test rows",
        description=f"{scale.name} on the test rows. {_spoken(ranked)}",
        note=f"{note} Lines are intervals over users.",
    )  # fmt: skip


def _across(axes: Axes, look: names.Arm, estimate: Estimate, row: int) -> None:
    axes.plot([estimate.low, estimate.high], [row, row], color=look.colour, linewidth=2.2)
    axes.plot(
        estimate.value, row, marker=look.marker, color=look.colour, markersize=6,
        markerfacecolor=canvas.filling(look),
    )  # fmt: skip


def _tradeoff(study: Measured) -> Drawing:
    """Draw the main metric of every model over how much of the catalogue its lists show."""
    judged = study.lists
    worse = [c.arm for c in judged.comparisons if c.verdict == "hurts"]
    ranked = tuple(e for e in judged.ranked() if e.model not in worse)
    scale = numbers.scale(judged.main)
    shown = {
        row["model"]: row["value"] for row in study.records["shown"] if row["metric"] == "coverage"
    }
    figure, axes = canvas.panel(3.3)
    for e in ranked:
        look, x = looks.look(e.model), shown[e.model] * 100
        axes.plot([x, x], [e.low, e.high], color=look.colour, linewidth=1.6)
        axes.plot(
            x, e.value, marker=look.marker, markersize=6.5, color=look.colour,
            markerfacecolor=canvas.filling(look),
        )  # fmt: skip
    axes.set_xlim(0, min(105.0, 110 * max(shown[e.model] for e in ranked)))
    canvas.label(axes, "Catalogue that the lists show (%)", scale.name)
    canvas.legend(figure, [canvas.entry(looks.look(e.model), "") for e in ranked])
    return _drawing(
        study, "tradeoff", figure,
        title=f"{scale.name} against coverage",
        description=f"{scale.name} and coverage of the catalogue. "
        + " ".join(
            f"{looks.look(e.model).label}: {numbers.number(e.metric, e.value)} at "
            f"{numbers.number('coverage', shown[e.model])} %."
            for e in ranked
        ),
        note="Higher is more accurate, further right shows more of the catalogue. Lines are "
        f"intervals over users.{_without(worse, judged.baseline)}",
    )  # fmt: skip


def _without(worse: list[str], baseline: str) -> str:
    """Say which models are not drawn, as they would press all others together."""
    if not worse:
        return ""
    return f" Not drawn, as worse than {looks.look(baseline).label}: {looks.listed(worse)}."


def _activity(study: Measured) -> Drawing:
    """Draw the main metric of the best models by how active users are."""
    judged, rows = study.lists, study.records["activity"]
    groups = list(dict.fromkeys(row["group"] for row in rows))
    models = _first(judged)
    figure, axes = canvas.panel(3.3)
    for place, model in enumerate(models):
        found = {row["group"]: row for row in rows if row["model"] == model}
        _over_groups(axes, looks.look(model), found, groups, (place - (len(models) - 1) / 2))
    axes.set_xticks(range(len(groups)), [breakdowns.group(one) for one in groups])
    axes.set_xlim(-0.5, len(groups) - 0.5)
    name = numbers.scale(judged.main).name
    canvas.label(axes, "Interactions of the user in training", name)
    canvas.legend(figure, [canvas.entry(looks.look(model), "") for model in models])
    best = f" The baseline and the best {len(models) - 1}; " if len(models) == LINES else " "
    return _drawing(
        study, "activity", figure,
        title=f"{name} by activity of the user",
        description=f"{name} by interactions of the user in training. "
        + " ".join(
            f"{looks.look(row['model']).label}, {breakdowns.group(row['group'])}: "
            f"{numbers.number(judged.main, row['value'])}."
            for row in rows if row["model"] in models
        ),
        note=f"Higher is better.{best}all models stand in the table. Lines are intervals over "
        "users." if best != " " else "Higher is better. Lines are intervals over users.",
    )  # fmt: skip


def _over_groups(
    axes: Axes, look: names.Arm, found: Mapping[str, Mapping[str, float]], groups: list[str],
    place: float,
) -> None:  # fmt: skip
    """Draw one model, beside the others of the same group."""
    for x, group in enumerate(groups):
        if group not in found:
            continue
        row, at = found[group], x + _DODGE * place * 1.3
        axes.plot([at, at], [row["low"], row["high"]], color=look.colour, linewidth=1.7)
        axes.plot(
            at, row["value"], marker=look.marker, markersize=5.5, color=look.colour,
            markerfacecolor=canvas.filling(look),
        )  # fmt: skip


def _first(judged: Judged) -> list[str]:
    """Return the best models and the baseline, at most `LINES` in all."""
    best = [e.model for e in judged.ranked() if e.model != judged.baseline]
    return [judged.baseline, *best[: LINES - 1]]


def _drawing(study: Measured, kind: str, figure: Figure, **words: str) -> Drawing:
    return Drawing(
        name=names.slug(study.name, kind), study=study.name, kind=kind, figure=figure, **words
    )


def _spoken(ranked: tuple[Estimate, ...]) -> str:
    return " ".join(
        f"{looks.look(e.model).label}: {numbers.number(e.metric, e.value)} "
        f"{numbers.interval(e.metric, e.low, e.high)}."
        for e in ranked
    )
