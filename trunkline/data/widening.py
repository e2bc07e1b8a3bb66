"""Slack: how much wider than what was seen a drafted expectation is."""

import math
import sys
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

SLACK = 10  # one part in so many of the span, at either end
ROWS = 2  # times more or fewer rows
LENGTHS = 2  # times longer texts
_EXACT = Context(prec=800)  # digits that hold any float, so that no bound is off by rounding


def numbers(low: float, high: float) -> tuple[float, float]:
    """Return bounds a tenth of the span beyond the values seen, rounded outwards.

    What was never negative stays so, and whole numbers have whole bounds.
    """
    whole = isinstance(low, int)
    least, most = Decimal(low), Decimal(high)
    slack = _EXACT.subtract(most, least) / SLACK or abs(most) / SLACK or Decimal(1)
    slack = max(slack, Decimal(1)) if whole else slack
    unit = Decimal(1).scaleb(slack.adjusted())
    bottom = _rounded(_EXACT.subtract(least, slack), unit, ROUND_FLOOR)
    top = _rounded(_EXACT.add(most, slack), unit, ROUND_CEILING)
    bottom = max(bottom, Decimal(0)) if low >= 0 else bottom
    top = min(top, Decimal(0)) if high <= 0 else top
    return (int(bottom), int(top)) if whole else (_float(bottom), _float(top))


def _rounded(value: Decimal, unit: Decimal, rounding: str) -> Decimal:
    steps = _EXACT.divide(value, unit).to_integral_value(rounding)
    return _EXACT.multiply(steps, unit)


def _float(value: Decimal) -> float:
    largest = sys.float_info.max
    return min(max(float(value), -largest), largest)


def times(low: datetime, high: datetime) -> tuple[str, str]:
    """Return the first and last day that are plausible: a span may follow, a tenth may precede.

    With their hour, 0: Great Expectations compares no day with a time.
    """
    span = high - low
    return _moved(low, -span / SLACK), _moved(high, span + timedelta(days=1))


def _moved(of: datetime, step: timedelta) -> str:
    try:
        return day(of + step)
    except OverflowError:  # before year 1 or after 9999
        return day(of) if step < timedelta(0) else "9999-12-31T00:00:00"


def day(of: datetime) -> str:
    """Return the beginning of a day."""
    return f"{of.date().isoformat()}T00:00:00"


def share(missing: int, rows: int) -> float:
    """Return the share of values that is expected where some are missing; 0 for no matter.

    Twice as many may be missing as were, and five in a hundred more at least.
    """
    lost = missing / rows
    return max(0.0, math.floor(100 * (1 - lost - max(lost, 0.05))) / 100) if missing else 1.0


def count(value: int, factor: int) -> tuple[int, int]:
    """Return bounds a factor below and above a count, to two digits; never below 1."""
    unit = 10 ** max(0, len(str(value)) - 2)
    return max(1, value // factor // unit * unit), -(-value * factor // unit) * unit


def weights(values: tuple[tuple[Any, int], ...]) -> list[float]:
    """Return the share of each value to five digits; together they are 1, and none is 0."""
    total = sum(rows for _, rows in values)
    steps = [max(1, round(100_000 * rows / total)) for _, rows in values]
    steps[steps.index(max(steps))] += 100_000 - sum(steps)
    return [step / 100_000 for step in steps]
