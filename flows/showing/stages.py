"""The stages of a run as a table: what became of each."""

from collections.abc import Mapping, Sequence

from flows.running.plan import State
from flows.showing import files, words
from flows.showing.progress import Row


def records(rows: Sequence[Row], now: float) -> list[dict[str, str | float]]:
    """Return the stages as rows under headings, in serial order.

    Args:
        rows: The stages.
        now: The time of the progress's clock.
    """
    return [
        {
            "Stage": row.name,
            "State": row.state.value,
            "Seconds": _rounded(row.seconds(now)),
            "Message": words.one_line(row.message),
        }
        for row in rows
    ]


def states(rows: Sequence[Row]) -> dict[str, State]:
    """Return the state of each stage by name."""
    return {row.name: row.state for row in rows}


def items(stage: str, states: Mapping[str, State]) -> list[str]:
    """Return what a stage was run for: `digits` of `validate@digits`."""
    prefix = f"{stage}@"
    return [name.removeprefix(prefix) for name in states if name.startswith(prefix)]


def told(name: str, states: Mapping[str, State]) -> str:
    """Say what a run did with a stage, so that nobody takes old results for new ones."""
    return states[name].value if name in states else "not in this run"


def missing(problem: str, state: str) -> str:
    """Say why there is nothing of a stage to show.

    Example:
        >>> missing("not there", "failed")
        'not there (failed)'
    """
    return f"{problem} ({state})" if problem == files.NOT_THERE else problem


def _rounded(seconds: float | None) -> str | float:
    return "" if seconds is None else round(seconds, 3)
