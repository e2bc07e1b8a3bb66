"""One side in a process of its own: reads the name of a case, answers the seconds it took."""

import importlib
import sys
import time

from trunkline.determinism import runtime
from trunkline.settings.runtime import Runtime


def main(side: str) -> None:
    """Answer one line for each line of standard input; ours runs pinned, as a stage does."""
    if side.startswith("our"):
        runtime.pin(Runtime())
    runs = importlib.import_module(f"benchmarks.{side}").make()
    for line in sys.stdin:
        began = time.perf_counter()
        runs[line.strip()]()
        sys.stdout.write(f"{time.perf_counter() - began}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
