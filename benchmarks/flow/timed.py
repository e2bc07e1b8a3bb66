"""The flow in the current folder, and how much of its time is not Prefect's start and end.

`python -m benchmarks.flow.timed JOBS` prints seconds: to import DVC and what runs its stages, and
to run the graph, with all that is told to Prefect while it runs.
"""

import sys
import time
from pathlib import Path

began = time.perf_counter()
from flows.running import session  # noqa: E402  # with DVC and without Prefect

imported = time.perf_counter() - began
from flows import pipeline, recording, watched  # noqa: E402


def main(jobs: str) -> int:
    """Run the flow; print the seconds when its exit code is 0."""
    seconds = [imported]
    run, finish = watched.run, recording.finish

    def timed(root: Path, home: Path, options: session.Options) -> str:
        """Run a workspace, and take the time."""
        started = time.perf_counter()
        said = run(root, home, options)
        seconds.append(time.perf_counter() - started)
        return said

    def caught_up(expected: int) -> None:
        """Wait for the temporary server, and take the time off."""
        started = time.perf_counter()
        finish(expected)
        seconds.append(started - time.perf_counter())

    watched.run, recording.finish = timed, caught_up
    code = pipeline.main(["--jobs", jobs])
    if code == 0:
        print(sum(seconds))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
