"""The numbers of a metrics file, each with its interval where it has one."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_ESTIMATES = ("value", "difference", "mean", "estimate")  # what `low` and `high` belong to
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Number:
    """A value, with its interval where it has one."""

    value: float
    low: float | None = None
    high: float | None = None


def flatten(content: object, name: str = "") -> Iterator[tuple[str, Number]]:
    """Yield each number with its name: its keys, joined by dots, as `dvc metrics` writes them.

    A mapping with `low`, `high` and one estimate is one number with its interval.

    Args:
        content: What the file holds.
        name: Where that stands in it.
    """
    if isinstance(content, Mapping):
        estimate = _estimate(content)
        if estimate is not None:
            yield _joined(name, estimate[0]), estimate[1]
        told = {"low", "high", estimate[0]} if estimate else set()
        for key in sorted(content.keys() - told, key=_natural):
            yield from flatten(content[key], _joined(name, str(key)))
    elif _is_number(content):
        yield name, Number(content)  # type: ignore[arg-type]  # it is one


def decimals(number: Number) -> int | None:
    """Return the decimals that three digits of the interval's width take; None without one."""
    if number.low is None or number.high is None:
        return None
    width = number.high - number.low
    if not math.isfinite(width) or width <= 0:
        return None
    return min(max(2 - math.floor(math.log10(width)), 0), 12)


def written(number: Number, places: int | None) -> str:
    """Write a number and its interval.

    Args:
        number: What to write.
        places: Decimals; None for four significant digits.

    Example:
        >>> written(Number(0.0123, -0.0042, 0.025), 3)
        '0.012 [-0.004, 0.025]'
    """
    value = _plain(number.value, places)
    if number.low is None or number.high is None:
        return value
    return f"{value} [{_plain(number.low, places)}, {_plain(number.high, places)}]"


def same(now: Number | None, then: Number | None) -> bool:
    """Return whether value and interval are what they were; NaN is what NaN was."""
    return now == then or repr(now) == repr(then)


def step(now: Number, then: Number, places: int | None) -> str:
    """Say how far a number has moved.

    Args:
        now: The number.
        then: What it was.
        places: Decimals; None for four significant digits.

    Example:
        >>> step(Number(0.5), Number(0.25), 2)
        '+0.25'
    """
    if same(now, then):
        return "none"
    moved = now.value - then.value
    if math.isnan(moved):
        return "no number"
    if math.isclose(now.value, then.value, rel_tol=_ROUNDING, abs_tol=_ROUNDING):
        held = (now.low, now.high) == (then.low, then.high)
        return f"{moved:+.1g}" if held else "interval only"
    text = _plain(moved, places)
    text = text if text.strip("0.") else f"{moved:.1g}"
    return text if moved < 0 else f"+{text}"


def _estimate(content: Mapping[Any, Any]) -> tuple[str, Number] | None:
    """Return the key and the value of what `low` and `high` are the interval of."""
    found = {key: value for key, value in content.items() if _is_number(value)}
    if not {"low", "high"} <= found.keys():
        return None
    others = [key for key in found if key not in ("low", "high")]
    named = [key for key in _ESTIMATES if key in others]
    if named or len(others) == 1:
        key = (named or others)[0]
        return str(key), Number(found[key], found["low"], found["high"])
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _joined(name: str, key: str) -> str:
    return f"{name}.{key}" if name else key


def _natural(key: object) -> list[tuple[bool, int, str]]:
    """Sort keys that are numbers as numbers: 2 before 10."""
    parts = re.findall(r"\d+|\D+", str(key))
    return [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


def _plain(value: float, places: int | None) -> str:
    if isinstance(value, int):
        return str(value)
    text = f"{value:.4g}" if places is None else f"{value:.{places}f}"
    return text if text.strip("-0.") else text.lstrip("-")
