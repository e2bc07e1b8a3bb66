"""The picture of a run that fits its terminal: which stages are shown, and how."""

from collections.abc import Sequence

from rich import cells, console, table, text

from flows.running.plan import State
from flows.showing import words
from flows.showing.progress import Row

_STYLES = {
    State.WAITING: "dim",
    State.RUNNING: "bold cyan",
    State.CACHED: "blue",
    State.RESTORED: "blue",
    State.RAN: "green",
    State.FAILED: "bold red",
    State.SKIPPED: "yellow",
    State.CANCELLED: "yellow",
}
_RANKS = {
    State.RUNNING: 0,
    State.FAILED: 1,
    State.CANCELLED: 2,
    State.RAN: 2,
    State.RESTORED: 2,
    State.WAITING: 3,
    State.CACHED: 4,
    State.SKIPPED: 5,
}
_DONE = 2  # up to this rank something happened to the stage in this run
_STATE, _TIME, _GAP = 9, 7, 2  # cells of a column and between columns
_NAME, _MESSAGE = 10, 14  # cells that these columns keep when there is little room
_AROUND = 4  # lines besides the stages: headings, what is not shown, the summary, the cursor


def picture(
    rows: Sequence[Row], now: float, elapsed: float, size: console.ConsoleDimensions, over: bool
) -> console.RenderableType:
    """Return the table of stages and the lines below it.

    Args:
        rows: All stages, in serial order.
        now: The time of the progress's clock.
        elapsed: Seconds of the whole run.
        size: The terminal.
        over: The run is over: all that happened is shown, even if the top scrolls away.
    """
    shown = selected(rows, max(size.height - _AROUND, 1), over)
    parts: list[console.RenderableType] = [_stages(shown, now, size.width)] if shown else []
    if len(shown) < len(rows):
        names = {row.name for row in shown}
        hidden = words.counted((row.state for row in rows if row.name not in names), " more ")
        parts.append(text.Text(shortened(hidden, size.width), style="dim"))
    parts.append(text.Text(shortened(summary(rows, elapsed), size.width), style="bold"))
    return console.Group(*parts)


def selected(rows: Sequence[Row], room: int, over: bool = False) -> tuple[Row, ...]:
    """Return the stages to show, in serial order.

    Those that run come first, then the failed, the latest that finished, the next to come, the
    unchanged ones.

    Args:
        rows: All stages, in serial order.
        room: How many lines there are for them.
        over: The run is over: more than `room` where more than that ran.
    """
    happened = [row for row in rows if _RANKS[row.state] <= _DONE]
    if over and len(happened) > room:
        return tuple(happened)
    order = sorted(range(len(rows)), key=lambda place: _rank(rows[place], place))
    return tuple(rows[place] for place in sorted(order[:room]))


def summary(rows: Sequence[Row], elapsed: float) -> str:
    """Say how many stages there are, in which states, and how long it took."""
    states = words.counted(row.state for row in rows)
    stages = "1 stage" if len(rows) == 1 else f"{len(rows)} stages"
    return f"{stages}, {words.duration(elapsed)}{': ' if states else ''}{states}"


def shortened(name: str, width: int) -> str:
    """Return `name` in at most `width` cells: the middle gives way, both ends tell.

    Example:
        >>> shortened("finetune@a-rather-long-one", 12)
        'finetu…g-one'
    """
    if cells.cell_len(name) <= width:
        return name
    if width < 3:
        return cells.set_cell_size(name, max(width, 0))
    tail = (width - 1) // 2
    end = cells.set_cell_size(name[::-1], tail)[::-1]
    return f"{cells.set_cell_size(name, width - 1 - tail)}\N{HORIZONTAL ELLIPSIS}{end}"


def _rank(row: Row, place: int) -> tuple[int, int]:
    rank = _RANKS[row.state]
    return rank, -row.turn if rank <= _DONE else place


def _stages(rows: Sequence[Row], now: float, width: int) -> table.Table:
    messages = [words.one_line(row.message) for row in rows]
    times = [_time(row.seconds(now)) for row in rows]
    longest_time = max(_TIME, *map(len, times))
    free = width - _STATE - longest_time - 2 * _GAP
    name_width, message_width = _widths([row.name for row in rows], messages, free)
    drawn = table.Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    drawn.add_column("Stage", no_wrap=True, min_width=name_width)
    drawn.add_column("State", no_wrap=True, min_width=_STATE)
    drawn.add_column("Time", no_wrap=True, min_width=longest_time, justify="right")
    if message_width:
        drawn.add_column("", no_wrap=True, overflow="ellipsis", max_width=message_width)
    for row, time, message in zip(rows, times, messages, strict=True):
        line = [
            text.Text(shortened(words.one_line(row.name), name_width)),
            text.Text(row.state.value, style=_STYLES[row.state]),
            text.Text(time),
        ]
        drawn.add_row(*line, *([text.Text(message)] if message_width else []))
    return drawn


def _time(seconds: float | None) -> str:
    return "" if seconds is None else words.duration(seconds)


def _widths(names: Sequence[str], messages: Sequence[str], free: int) -> tuple[int, int]:
    """Return the cells for names and for messages; 0 where no message has room.

    Args:
        names: Of the stages.
        messages: Of the stages.
        free: Cells that the other columns leave.
    """
    longest_name = max(map(cells.cell_len, ("Stage", *names)))
    longest_message = max(map(cells.cell_len, messages))
    if not longest_message or free < _NAME + _GAP + _MESSAGE:
        return min(longest_name, max(free, _NAME)), 0
    name_width = min(longest_name, free - _GAP - min(longest_message, _MESSAGE))
    return name_width, free - _GAP - name_width
