"""A run without Prefect, for tests that kill it: `python -m tests.flows.running.runner FOLDER`."""

import contextlib
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

from flows.running import plan, session


class Told:
    """An observer that prints each state."""

    def planned(self, steps: object) -> None:
        """Say that it starts."""
        print("planned", flush=True)  # noqa: T201

    def entered(self, step: plan.Step, state: plan.State, message: str = "") -> None:
        """Print a state."""
        print(step.name, state.value, message, flush=True)  # noqa: T201

    def finished(self) -> None:
        """Say that it is over."""
        print("finished", flush=True)  # noqa: T201


def interrupt(number: int, _: FrameType | None) -> None:
    """End like Ctrl-C, as Prefect does at SIGTERM."""
    raise KeyboardInterrupt


def main(folder: Path) -> None:
    """Run the graph of a folder on four cores."""
    signal.signal(signal.SIGTERM, interrupt)
    with ThreadPoolExecutor() as threads:
        running = session.Session(
            folder,
            session.Options(jobs=4),
            lambda step, body: threads.submit(body, lambda line: None),
            Told(),
            lambda stage, say: contextlib.nullcontext(say),
        )
        running.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
