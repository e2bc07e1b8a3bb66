"""How numbers are written: one rule per metric, the same in sentences, tables and figures."""

import math
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"
ABSENT = "\N{EN DASH}"
_MORE = 3  # decimals, at most, that show on which side of 0 an interval ends


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How a metric is shown: its name, a factor, decimals, and the unit of a difference."""

    name: str
    factor: float = 1.0
    decimals: int = 3
    unit: str = ""


_SCALES = {
    "accuracy": Scale(name="accuracy", factor=100.0, decimals=1, unit="points"),
    "macro_f1": Scale(name="macro F1", factor=100.0, decimals=1, unit="points"),
    "roc_auc": Scale(name="ROC AUC"),
    "macro_average_precision": Scale(name="mean average precision"),
    "micro_average_precision": Scale(name="micro average precision"),
    "log_loss": Scale(name="log loss"),
    "r2": Scale(name="R\N{SUPERSCRIPT TWO}"),
    "rmse": Scale(name="root mean squared error"),
    "mae": Scale(name="mean absolute error"),
    "coverage": Scale(name="coverage", factor=100.0, decimals=1, unit="points"),
    "gini": Scale(name="Gini index"),
    "novelty": Scale(name="novelty", decimals=2),
    "popularity": Scale(name="popularity", decimals=1),
}
_RANKED = {  # of the first k places of a list
    "ndcg": "nDCG", "map": "MAP", "map_capped": "capped MAP", "mrr": "MRR", "hit_rate": "hit rate",
}  # fmt: skip


def scale(metric: str) -> Scale:
    """Return how a metric is shown; one that is not known is shown as it is.

    Example:
        >>> scale("ndcg@10").name
        'nDCG@10'
    """
    name, of, k = metric.partition("@")
    if of:
        return Scale(name=f"{_RANKED.get(name, name)}@{k}", decimals=4)
    return _SCALES.get(metric, Scale(name=metric.replace("_", " ")))


def number(metric: str, value: float) -> str:
    """Write a value of a metric.

    Example:
        >>> number("accuracy", 0.8149)
        '81.5'
    """
    shown = scale(metric)
    return plain(value * shown.factor, shown.decimals)


def signed(metric: str, value: float) -> str:
    """Write a difference with its sign.

    Example:
        >>> signed("accuracy", 0.214)
        '+21.4'
    """
    text = number(metric, value)
    return text if text.startswith(MINUS) or not text.strip("0.") else f"+{text}"


def interval(metric: str, low: float, high: float) -> str:
    """Write an interval; in more decimals where an end that is not 0 would be written as 0.

    Example:
        >>> interval("accuracy", 0.179, 0.246), interval("accuracy", 0.0003, 0.246)
        ('[17.9, 24.6]', '[0.03, 24.60]')
    """
    shown = scale(metric)
    ends = [low * shown.factor, high * shown.factor]
    some = range(shown.decimals, shown.decimals + _MORE + 1)
    decimals = next((n for n in some if not any(_hidden(end, n) for end in ends)), shown.decimals)
    return f"[{', '.join(plain(end, decimals) for end in ends)}]"


def _hidden(value: float, decimals: int) -> bool:
    """Return whether a number that is not 0 would be written as 0."""
    return value != 0 and math.isfinite(value) and not f"{value:.{decimals}f}".strip("-0.")


def amount(metric: str, size: float) -> str:
    """Write the size of a difference with its unit.

    Example:
        >>> amount("accuracy", 0.01)
        '1.0 point'
    """
    text, unit = number(metric, size), scale(metric).unit
    if unit == "points" and float(text.replace(MINUS, "")) == 1.0:
        unit = "point"
    return f"{text} {unit}".strip()


def probability(value: float) -> str:
    """Write a p value.

    Example:
        >>> probability(0.0004)
        '<0.001'
    """
    return "<0.001" if value < 0.001 else plain(value, 3)


def share(value: float) -> str:
    """Write a probability as a percentage.

    Example:
        >>> share(0.98)
        '98 %'
    """
    return f"{plain(value * 100, 0)}\N{NO-BREAK SPACE}%"


def plain(value: float, decimals: int) -> str:
    """Write a number with a true minus sign, and a dash where there is none."""
    if not math.isfinite(value):
        return ABSENT
    text = f"{value:.{decimals}f}"
    if not text.strip("-0."):
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def compact(value: float | None) -> str:
    """Write any number in at most four significant digits."""
    if value is None or not math.isfinite(value):
        return ABSENT
    return f"{value:.4g}".replace("-", MINUS)


def large(value: float) -> str:
    """Write a large count in three digits and a word.

    Example:
        >>> large(12_345_678)
        '12.3 million'
    """
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand")):
        if value >= size * 0.9995:
            return f"{three(value / size)} {word}"
    return f"{value:.0f}"


def three(value: float) -> str:
    """Write a positive number in three significant digits.

    Example:
        >>> three(432.88), three(0.8467)
        ('433', '0.847')
    """
    return f"{float(f'{value:.3g}'):.10g}"
