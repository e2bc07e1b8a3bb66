"""Count how often verdicts are right: `python -m calibration --help`."""

import argparse
import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from trunkline.determinism import runtime
from trunkline.settings.runtime import Runtime

PAGE = Path("docs/calibration.md")
STUDIES = 200


def main(arguments: Sequence[str]) -> int:
    """Run the studies, print and write what was counted; return 1 if a promise is missed."""
    parser = argparse.ArgumentParser(prog="python -m calibration", description=__doc__)
    parser.add_argument("--studies", type=int, default=STUDIES, help="of each kind")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    chosen = parser.parse_args(arguments)
    if chosen.studies < 1 or chosen.jobs < 1:
        parser.error("--studies and --jobs must be at least 1")
    runtime.pin(Runtime())  # before NumPy is imported, here and in each process
    return _calibrate(chosen.studies, chosen.jobs)


def _calibrate(count: int, jobs: int) -> int:
    """Run `count` worlds in `jobs` processes; what they find does not depend on how many."""
    from calibration import pages, studies
    from calibration.promises import PROMISES

    found: dict[int, list[studies.Finding]] = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting = {pool.submit(studies.run, number): number for number in range(count)}
        for done in as_completed(waiting):
            number = waiting[done]
            found[number] = done.result()
            told = ", ".join(f"{f.kind} {f.arm}: {f.verdict}" for f in found[number])
            print(f"{len(found)}/{count} (world {number}): {told}", flush=True)
    findings = [finding for number in sorted(found) for finding in found[number]]
    print("\n" + pages.promised(findings) + "\n" + pages.counted(findings), flush=True)
    if count == STUDIES:  # a part of the studies proves nothing
        PAGE.write_text(pages.page(findings), encoding="utf-8")
    return 0 if all(promise.kept(findings) for promise in PROMISES) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
