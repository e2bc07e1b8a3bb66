"""The flow without Prefect, in the current folder: `python -m benchmarks.flow.bare JOBS`."""

import contextlib
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flows.running import plan, session


class Deaf:
    """An observer that takes no notice."""

    def planned(self, steps: Sequence[plan.Step]) -> None:
        """Take no notice."""

    def entered(self, step: plan.Step, state: plan.State, message: str = "") -> None:
        """Take no notice."""

    def finished(self) -> None:
        """Take no notice."""


def main(jobs: int) -> None:
    """Run the graph of the current folder."""
    with ThreadPoolExecutor() as threads:
        session.Session(
            Path.cwd(),
            session.Options(jobs=jobs),
            lambda step, body: threads.submit(body, lambda line: None),
            Deaf(),
            lambda stage, say: contextlib.nullcontext(say),
        ).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
