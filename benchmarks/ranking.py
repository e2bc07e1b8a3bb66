"""Time of ranking a whole catalogue for some users, beside a bare argpartition of the same scores.

`python -m benchmarks.ranking 1000 10000` makes scores of so many users and items, and what each
user has seen and took later. Ours removes what was seen, lists the best 10 or 100 in order, ties
broken, says which hit and measures all metrics at all cutoffs; the peer finds the 10 or 100 best
of each row, in any order, ties as they come. Both run on the pins of the pipeline. `times` is how
often ours takes as long; the least of several runs counts, because a machine is never idle.

`scores` says what the numbers are like: `normal` has no ties, `counts` are whole numbers up to 50,
as of neighbours, and `equal` are all the same, so that every border of a list is a tie.
"""

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

from trunkline.determinism import runtime
from trunkline.settings.runtime import Runtime

runtime.pin(Runtime())  # before NumPy is imported

import numpy as np  # noqa: E402
from scipy import sparse  # noqa: E402

from trunkline.metrics.ranking import accuracy, judging  # noqa: E402

RUNS = 7
SEEN, TEST = 100, 25  # items of each user
SCORES: dict[str, Callable[[np.random.Generator, tuple[int, int]], np.ndarray]] = {
    "normal": lambda rng, shape: rng.standard_normal(shape, np.float32),
    "counts": lambda rng, shape: rng.integers(0, 51, shape).astype(np.float32),
    "equal": lambda rng, shape: np.zeros(shape, np.float32),
}


def least(*functions: Callable[[], Any]) -> list[float]:
    """Return the seconds of the fastest run of each function; they take turns."""
    taken: list[list[float]] = [[] for _ in functions]
    for _ in range(RUNS):
        for function, seconds in zip(functions, taken, strict=True):
            began = time.perf_counter()
            function()
            seconds.append(time.perf_counter() - began)
    return [min(seconds) for seconds in taken]


def histories(rng: np.random.Generator, users: int, items: int) -> list[sparse.csr_array]:
    """Return what each user has seen and took later: [users, items] each, no pair in both."""
    each = min(SEEN + TEST, items)
    taken = np.argsort(rng.random((users, items)), axis=1)[:, :each]
    found = []
    for part in (taken[:, : each - TEST], taken[:, each - TEST :]):
        rows = np.repeat(np.arange(users), part.shape[1])
        ones = np.ones(part.size, np.float32)
        found.append(sparse.csr_array((ones, (rows, part.ravel())), shape=(users, items)))
    return found


def measure(users: int, items: int) -> list[dict[str, Any]]:
    """Rank and judge scores of each kind, and tell what that took beside the peer."""
    rng = np.random.default_rng(1)
    seen, test = histories(rng, users, items)
    rows = []
    for kind, make in SCORES.items():
        scores = make(rng, (users, items))
        for k in (10, 100):

            def ours(scores: np.ndarray = scores, k: int = k) -> None:
                judged = judging.evaluate(lambda block: scores[block], seen=seen, test=test, k=k)
                accuracy.measure(judged, [5, 10] if k == 10 else [5, 10, 20, 100])

            def peer(scores: np.ndarray = scores, k: int = k) -> None:
                np.argpartition(scores, items - k, axis=1)

            mine, bare = least(ours, peer)
            rows.append(
                {"scores": kind, "k": k, "seconds": round(mine, 3),
                 "argpartition": round(bare, 3), "times": round(mine / bare, 2)}
            )  # fmt: skip
    return rows


def main() -> None:
    """Print what was measured as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ranking", description=__doc__)
    parser.add_argument("users", nargs="?", type=int, default=1_000)
    parser.add_argument("items", nargs="?", type=int, default=10_000)
    arguments = parser.parse_args()
    for row in measure(arguments.users, arguments.items):
        print(json.dumps(row))


if __name__ == "__main__":
    main()
