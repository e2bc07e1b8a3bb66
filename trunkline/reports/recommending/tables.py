"""The tables of a study of recommenders, as text ready to print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trunkline.reports import numbers
from trunkline.reports.recommending import looks
from trunkline.reports.recommending.measured import Judged
from trunkline.reports.recommending.rows import Contrast, Estimate


@dataclass(frozen=True, kw_only=True)
class Row:
    """One arm: its score, and its difference to the baseline, which has none itself.

    Attributes:
        spread: over the repeats; a dash for one fit.
    """

    arm: str
    value: str = ""
    interval: str = ""
    spread: str = ""
    difference: str = ""
    p: str = ""
    better: str = ""
    verdict: str = ""


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Arms, the best first, and the lead of the first over the others.

    Attributes:
        metric: main metric.
        leads: the first against each other one.
    """

    metric: str
    baseline: str
    first: str
    rows: tuple[Row, ...]
    leads: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A line for each model, and a text for each column."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def scores(judged: Judged) -> Scores:
    """Lay out score, interval, spread, difference, p, P(better) and verdict of every model."""
    return Scores(
        metric=numbers.scale(judged.main).name,
        baseline=looks.look(judged.baseline).label,
        first=looks.look(judged.rivals[0].arm).label if judged.rivals else "",
        rows=tuple(_row(e, judged.against(e.model)) for e in judged.ranked()),
        leads=tuple(lead(c, looks.look(c.baseline).label) for c in judged.rivals),
    )


def lead(contrast: Contrast, label: str) -> Row:
    """Lay out one comparison under a label."""
    return Row(arm=label, **_compared(contrast))


def further(judged: Judged) -> Grid | None:
    """Lay out the metrics that decide nothing, or None where there are none."""
    metrics = dict.fromkeys(e.metric for e in judged.estimates if e.metric != judged.main)
    if not metrics:
        return None
    found = {(e.model, e.metric): spanned(e.metric, vars(e)) for e in judged.estimates}
    return Grid(
        title="Further metrics: means with intervals",
        columns=tuple(numbers.scale(metric).name for metric in metrics),
        rows=lines(found, tuple(metrics), judged),
    )


def spanned(metric: str, row: Any) -> str:
    """Write a value with its interval."""
    span = numbers.interval(metric, row["low"], row["high"])
    return f"{numbers.number(metric, row['value'])} {span}"


def spread(metric: str, value: float, repeats: int) -> str:
    """Write the spread over repeats; one fit has none."""
    return numbers.ABSENT if repeats < 2 else f"±{numbers.number(metric, value)}"


def grid(
    title: str, rows: Sequence[Any], key: str, named: Mapping[str, str], judged: Judged
) -> Grid:
    """Lay out the main metric of models, the best first, by a key of the rows.

    Args:
        title: caption.
        rows: with `model`, value, low and high.
        key: whose values become columns.
        named: how each of these values is called.
        judged: which metric it is, and in which order models come.
    """
    found = {(row["model"], row[key]): spanned(judged.main, row) for row in rows}
    return Grid(title=title, columns=tuple(named.values()), rows=lines(found, tuple(named), judged))


def lines(
    found: Mapping[tuple[str, str], str], columns: Sequence[str], judged: Judged
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return a line for each model, the best first; a dash where nothing was found."""
    return tuple(
        (
            looks.look(e.model).label,
            tuple(found.get((e.model, column), numbers.ABSENT) for column in columns),
        )
        for e in judged.ranked()
    )


def _row(estimate: Estimate, contrast: Contrast | None) -> Row:
    metric = estimate.metric
    return Row(
        arm=looks.look(estimate.model).label,
        value=numbers.number(metric, estimate.value),
        interval=numbers.interval(metric, estimate.low, estimate.high),
        spread=spread(metric, estimate.spread, estimate.repeats),
        **(_compared(contrast) if contrast else {}),
    )


def _compared(contrast: Contrast) -> dict[str, str]:
    metric, better = contrast.metric, contrast.better
    span = numbers.interval(metric, contrast.low, contrast.high)
    return {
        "difference": f"{numbers.signed(metric, contrast.difference)} {span}",
        "p": numbers.probability(contrast.p_holm),
        "better": f"{numbers.plain(better.value, 2)} "
        f"[{numbers.plain(better.low, 2)}, {numbers.plain(better.high, 2)}]",
        "verdict": contrast.verdict,
    }
