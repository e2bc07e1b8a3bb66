"""One terminal for the live table and for all that others write to it meanwhile."""

import contextlib
import functools
import logging
from collections.abc import Iterator
from typing import TextIO

from rich import console, file_proxy

# What flow and task runs say: each line of a stage, each change of a state. The table shows it, the
# log files and Prefect's own records keep it.
RUN_LOGGERS = ("prefect.flow_runs", "prefect.task_runs")
BARS = ("dvc.progress", "dvc_data.callbacks")  # bars are drawn unless these are above ERROR


@contextlib.contextmanager
def quiet_console() -> Iterator[None]:
    """Keep what flow and task runs log off the terminal; it still goes to Prefect's API.

    Prefect's console handler belongs to the root logger, so a filter of the handler, unlike a level
    of the loggers, leaves the handler that sends to the API alone.
    """
    of_no_run = functools.partial(_of_no_run)  # one of its own: quiet within quiet
    with contextlib.ExitStack() as stack:
        for handler in _handlers():
            if _rich(handler):
                handler.addFilter(of_no_run)
                stack.callback(handler.removeFilter, of_no_run)
        yield


@contextlib.contextmanager
def shared(live: console.Console, stream: TextIO) -> Iterator[None]:
    """Let what loggers write to `stream` appear above the live table; keep DVC's bars away.

    Args:
        live: The console that the table is drawn on.
        stream: The terminal behind it.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(quiet_console())
        for handler in _handlers():
            if _rich(handler):
                stack.callback(setattr, handler, "console", handler.console)  # type: ignore[attr-defined]
                handler.console = live  # type: ignore[attr-defined]
            elif isinstance(handler, logging.StreamHandler) and handler.stream is stream:
                stack.callback(handler.setStream, stream)
                handler.setStream(file_proxy.FileProxy(live, stream))
        for bars in map(logging.getLogger, BARS):
            stack.callback(bars.setLevel, bars.level)
            bars.setLevel(logging.CRITICAL)
        yield


def is_live(stream: TextIO) -> bool:
    """Return whether a table can be redrawn on `stream`."""
    drawn_on = console.Console(file=stream)  # knows what TERM and its like say
    return stream.isatty() and drawn_on.is_terminal and drawn_on.is_interactive


def _of_no_run(record: logging.LogRecord) -> bool:
    return not any(f"{record.name}.".startswith(f"{name}.") for name in RUN_LOGGERS)


def _rich(handler: logging.Handler) -> bool:
    """Return whether it writes through a console of rich, as Prefect's does."""
    return isinstance(getattr(handler, "console", None), console.Console)


def _handlers() -> list[logging.Handler]:
    """Return the handlers of all loggers, each once."""
    loggers = [logging.root, *logging.root.manager.loggerDict.values()]
    found = [
        handler
        for logger in loggers
        if isinstance(logger, logging.Logger)  # else a place kept for one
        for handler in logger.handlers
    ]
    return list(dict.fromkeys(found))
