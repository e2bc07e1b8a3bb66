"""Time and memory of lists, beside the bare product of the factors.

`python -m benchmarks.listing 100000` lists the top 100 of 50,000 items for so many users by 64
factors, exactly, and by cells where Faiss is installed; then it only multiplies the factors, by the
quicker of two ways to cut them into blocks. Each is a process of its own with the pins of the
pipeline, on one thread; processor time, without that of its start. `times` is how often the lists
take as long as the product; `recall`, of cells, which share of exact lists they find. Factors are
drawn in clusters, as trained ones lie.
"""

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from trunkline.determinism import runtime
from trunkline.settings.runtime import Runtime

ROOT = Path(__file__).resolve().parents[1]
ITEMS, FACTORS, LENGTH = 50_000, 64, 100
BLOCK = 256  # users of a bare product with all items: 50 MB of scores
TILE = 1024  # items of the other: a MiB of scores
CLUSTERS = 200
SAMPLE = 500  # users for whom recall is measured
PROBES = 16


def factors(users: int) -> Any:
    """Return factors of users and items, float32, each near one of some centres."""
    import numpy as np

    rng = np.random.default_rng(1)
    centres = rng.standard_normal((CLUSTERS, FACTORS), np.float32)

    def near(rows: int) -> np.ndarray:
        made = rng.standard_normal((rows, FACTORS), np.float32)
        made += centres[rng.integers(0, CLUSTERS, rows)]
        return made

    return near(users), near(ITEMS)


def product(users: int) -> float:
    """Return seconds of the bare product: the quicker of two ways to cut it."""
    import numpy as np

    x, y = factors(users)
    found = []
    for rows, columns in ((BLOCK, ITEMS), (BLOCK, TILE)):
        scores = np.empty((rows, columns), np.float32)
        began = time.process_time()
        for start in range(0, users, rows):
            block = x[start : start + rows]
            for first in range(0, ITEMS, columns):
                tile = y[first : first + columns].T
                np.matmul(block, tile, out=scores[: len(block), : tile.shape[1]])
        found.append(time.process_time() - began)
    return min(found)


def exact(users: int) -> tuple[float, float]:
    """Return seconds of exact search, and its recall."""
    search, everybody = _search(users)
    began = time.process_time()
    search.top(everybody, LENGTH)
    return time.process_time() - began, 1.0


def cells(users: int) -> tuple[float, float]:
    """Return seconds of building and searching cells, and their recall."""
    from trunkline.recommending.lists import approximate
    from trunkline.settings.recommending.lists import Approximate

    search, everybody = _search(users)
    found = approximate.Cells(search, Approximate(probes=PROBES), 1)
    began = time.process_time()
    found.top(everybody, LENGTH)
    seconds = time.process_time() - began
    return seconds, approximate.recall(found, everybody[:SAMPLE], LENGTH)


def _search(users: int) -> Any:
    import numpy as np

    from trunkline.recommending.lists.exact import Exact
    from trunkline.recommending.lists.filtering import Open

    everything = Open(np.arange(ITEMS, dtype=np.int32), None, ITEMS)
    x, y = factors(users)
    return Exact("model", x, y, everything), np.arange(users)


WAYS = {"exact": exact, "cells": cells}


def ours(way: str, users: int) -> dict[str, Any]:
    """Return what a way takes: seconds of the processor, MiB at its peak, recall."""
    seconds, recall = WAYS[way](users)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "processor_seconds": round(seconds, 2),
        "resident_mib": round(peak / 1024),
        "recall": round(recall, 4),
    }


def measure(users: int) -> dict[str, Any]:
    """Measure each way in a process of its own, and how often it takes as long as the product."""
    ways = ["product", "exact", *(["cells"] if importlib.util.find_spec("faiss") else [])]
    found = {way: _told(way, users) for way in ways}
    bare = found["product"]["processor_seconds"]
    times = {way: round(found[way]["processor_seconds"] / bare, 2) for way in ways[1:]}
    sizes = {"users": users, "items": ITEMS, "factors": FACTORS, "length": LENGTH}
    return sizes | found | {"times": times}


def _told(way: str, users: int) -> Any:
    words = [sys.executable, "-m", "benchmarks.listing", "--way", way, str(users)]
    told = subprocess.run(words, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    return json.loads(told.stdout)


def main() -> None:
    """Print what was measured as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.listing", description=__doc__)
    parser.add_argument("users", nargs="?", type=int, default=20_000)
    parser.add_argument("--way", choices=["product", *WAYS], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.way is None:
        print(json.dumps(measure(arguments.users), indent=2))
        return
    runtime.pin(Runtime())  # before NumPy is imported
    if arguments.way == "product":
        print(json.dumps({"processor_seconds": round(product(arguments.users), 2)}))
    else:
        print(json.dumps(ours(arguments.way, arguments.users)))


if __name__ == "__main__":
    main()
