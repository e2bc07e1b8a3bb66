"""One terminal for the live table and for what others write to it."""

import io
import logging
import os
import pty
import subprocess
import sys
from collections.abc import Iterator

import pytest
from rich import console

from flows.showing import table, terminal
from tests.flows.showing.workspace import Clock, Steps, Terminal

RUN = """
import logging, os, sys, warnings
os.environ["PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW"] = "ignore"
from pathlib import Path
from flows.running import plan
from flows.running.plan import State
from flows.showing import screens, terminal
from prefect import flow  # makes its handlers

names = {"flow_run_name": "f", "flow_name": "f", "task_run_name": "t"}
run = logging.getLogger("prefect.flow_runs")
screen = screens.observer(sys.stderr, Path("logs"))
steps = [plan.Step(f"stage@{i}", i) for i in range(30)]
run.warning("said before", extra=names)
screen.planned(steps)
for step in steps:
    screen.entered(step, State.RUNNING)
    logging.getLogger("prefect.task_runs").error("a line of the stage", extra=names)
    screen.entered(step, State.RAN)
logging.getLogger("prefect.client").warning("mind [this]")
warnings.warn("mind that")
screen.finished()
run.warning("said afterwards", extra=names)
with terminal.quiet_console():
    run.error("never said", extra=names)
"""


class Drawing(logging.Handler):
    """Writes through a console of rich, as Prefect's handler does."""

    def __init__(self, stream: io.StringIO) -> None:
        super().__init__()
        self.console = console.Console(file=stream)

    def emit(self, record: logging.LogRecord) -> None:
        """Print the message."""
        self.console.print(record.getMessage())


class Kept(logging.Handler):
    """Keeps what it is given, as the handler that sends to Prefect's API does."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.messages.append(record.getMessage())


@pytest.fixture(autouse=True)
def no_handlers_of_others() -> Iterator[None]:
    """Take away what Prefect has installed, if another test of this process has imported it."""
    loggers = [logging.root, *map(logging.getLogger, list(logging.root.manager.loggerDict))]
    before = {logger: list(logger.handlers) for logger in loggers}
    for logger, handlers in before.items():
        for handler in handlers:
            if type(handler).__module__.startswith("prefect"):
                logger.removeHandler(handler)
    yield
    for logger, handlers in before.items():
        logger.handlers[:] = handlers


@pytest.fixture
def drawing() -> Iterator[tuple[io.StringIO, Drawing]]:
    """Return where the root's handler writes, and that handler."""
    out = io.StringIO()
    handler = Drawing(out)
    logging.root.addHandler(handler)
    yield out, handler
    logging.root.removeHandler(handler)


def test_runs_are_kept_off_the_terminal_but_not_off_the_api(
    drawing: tuple[io.StringIO, Drawing],
) -> None:
    """The handlers of the runs' own loggers get every record; the root's get those of others."""
    out, _ = drawing
    api = Kept()
    loggers = [logging.getLogger(name) for name in (*terminal.RUN_LOGGERS, "prefect.flow_runs.x")]
    loggers[0].addHandler(api)
    with terminal.quiet_console():
        with terminal.quiet_console():  # as while the table is drawn
            loggers[1].error("of a run")
        for logger in loggers:
            logger.error("of a run")
        logging.getLogger("prefect.client").error("of the client")
        logging.getLogger("prefect.flow_runs_of_mine").error("of another name")
    loggers[0].error("afterwards")
    loggers[0].removeHandler(api)
    assert out.getvalue() == "of the client\nof another name\nafterwards\n"
    assert api.messages == ["of a run", "of a run", "afterwards"]


def test_what_loggers_say_appears_above_the_table(
    screen: Terminal, clock: Clock, steps: Steps, drawing: tuple[io.StringIO, Drawing]
) -> None:
    """Those with a console of rich and those with a stream; afterwards all is as it was."""
    _, rich_handler = drawing
    before = rich_handler.console
    plain_handler = logging.StreamHandler(screen)
    logging.root.addHandler(plain_handler)
    live = table.Table(screen, clock, console.Console(file=screen, force_terminal=True, width=80))
    live.planned(steps("a"))
    logging.getLogger("prefect.client").warning("told twice")
    live.finished()
    logging.root.removeHandler(plain_handler)
    assert screen.getvalue().count("told twice") == 2
    assert screen.getvalue().rindex("told twice") < screen.getvalue().rindex("Stage")
    assert rich_handler.console is before
    assert plain_handler.stream is screen
    assert not rich_handler.filters


def test_bars_of_dvc_do_not_run_through_the_table(
    screen: Terminal, clock: Clock, steps: Steps
) -> None:
    """DVC draws them on any terminal unless a logger of its own is above ERROR."""
    live = table.Table(screen, clock, console.Console(file=screen, force_terminal=True))
    before = logging.getLogger("dvc.progress").getEffectiveLevel()
    live.planned(steps("a"))
    assert logging.getLogger("dvc.progress").getEffectiveLevel() > logging.ERROR
    live.finished()
    assert logging.getLogger("dvc.progress").getEffectiveLevel() == before


def test_a_real_terminal_with_prefect() -> None:
    """In a process of its own, with Prefect's own handlers."""
    seen = on_a_terminal([sys.executable, "-c", RUN])
    above, _, below = seen.rpartition("Stage ")
    assert "said before" in above
    assert "mind [this]" in above
    assert "mind that" in above
    assert "30 stages, " in below
    assert "said afterwards" in below.partition("30 ran")[2]
    assert "of the stage" not in seen
    assert "never said" not in seen
    assert "Traceback" not in seen


def on_a_terminal(words: list[str]) -> str:
    """Run a command on a terminal of its own and return all that it wrote there."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80", "LINES": "60"}
    with subprocess.Popen(words, stdout=theirs, stderr=theirs, env=environment) as running:
        os.close(theirs)
        written = b"".join(iter(lambda: read(ours), b""))
        os.close(ours)
    assert running.returncode == 0, written.decode()
    return written.decode()


def read(terminal_end: int) -> bytes:
    """Return what is there; nothing once the other end is closed."""
    try:
        return os.read(terminal_end, 65536)
    except OSError:  # how Linux says that nobody is there any more
        return b""
