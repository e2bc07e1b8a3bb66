"""Times, counts and messages in the words that every view uses."""

import re
from collections import Counter
from collections.abc import Iterable

from flows.running.plan import State

_SEQUENCES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
# What needs a look comes first.
_ORDER = (
    State.FAILED,
    State.CANCELLED,
    State.RUNNING,
    State.RAN,
    State.RESTORED,
    State.WAITING,
    State.SKIPPED,
    State.CACHED,
)


def duration(seconds: float) -> str:
    """Write a time in at most eleven characters.

    Example:
        >>> duration(75.2)
        '1 min 15 s'
    """
    tenths = round(max(seconds, 0.0), 1)
    if tenths < 60:
        return f"{tenths:.1f} s"
    whole = int(tenths)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def printable(text: str) -> str:
    """Return `text` without what moves a terminal's cursor or changes its colours.

    Lines and tabs stay.
    """
    if text.isprintable():
        return text
    plain = _SEQUENCES.sub("", text)
    return "".join(letter for letter in plain if letter.isprintable() or letter in "\n\t")


def one_line(text: str) -> str:
    """Return `text` as one printable line.

    Example:
        >>> one_line("no space left:  disk full" + chr(10) + "free some")
        'no space left: disk full free some'
    """
    return " ".join(printable(text.replace("\r", "\n")).split())


def counted(states: Iterable[State], joint: str = " ") -> str:
    """Say how many stages are in each state.

    Args:
        states: the state of each stage.
        joint: what stands between a number and its word.

    Example:
        >>> counted([State.RAN, State.CACHED, State.RAN])
        '2 ran, 1 cached'
    """
    numbers = Counter(states)
    return ", ".join(f"{numbers[state]}{joint}{state.value}" for state in _ORDER if numbers[state])
