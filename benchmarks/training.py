"""Training beside its peers."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from benchmarks import cases
from benchmarks.tables import Promise, Row, Table

TURNS = 7
EAGER = ("equal", "pcgrad", "upgrad")


class Pair(NamedTuple):
    """Two cases and the ratio we promise; `side` is where the second one runs."""

    ours: str
    side: str
    peer: str
    wanted: Promise


PAIRS = [
    Pair("multitask", "peers", "multitask, keras fit", Promise(25, at_least=True)),
    Pair("multitask", "peers", "multitask, scikit-learn", Promise(4, at_least=True)),
    Pair("multitask, 10 repeats", "peers", "multitask, keras fit", Promise(1, at_least=True)),
    Pair("multitask", "ours", "multitask, dropout 0.2", Promise(1.5)),
    Pair("conv", "peers", "conv, keras fit", Promise(1.7, at_least=True)),
]


class Side:
    """A worker process."""

    def __init__(self, name: str) -> None:
        """Start it."""
        self._process = subprocess.Popen(  # noqa: S603  # the words are ours
            [sys.executable, "-m", "benchmarks.worker", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        )

    def seconds(self, case: str) -> float:
        """Run a case and return how long it took."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the worker has no pipes")
        stdin.write(f"{case}\n")
        stdin.flush()
        answer = stdout.readline()
        if not answer:
            raise RuntimeError(f"the worker ended while it ran '{case}'; its error stands above")
        return float(answer)


def rows() -> Iterator[Row]:
    """Run all pairs."""
    sides = {"ours": Side("ours"), "peers": Side("peers")}
    for pair in PAIRS:
        yield row(pair, sides)


def balancers() -> Iterator[Row]:
    """Run each task balancer beside equal weights."""
    sides = {"ours": Side("ours")}
    for name in cases.BALANCERS:
        yield row(Pair("three tasks", "ours", f"three tasks, {name}", Promise(4)), sides)


def eager() -> Iterator[Row]:
    """Run balancers beside TorchJD's in eager PyTorch, where `make peers` has installed it."""
    if importlib.util.find_spec("torchjd") is None:
        print("Eager PyTorch is left out: `make peers` installs it.", file=sys.stderr)
        return
    sides = {"ours": Side("ours"), "eager": Side("eager")}
    for name in EAGER:
        ours = "three tasks" if name == "equal" else f"three tasks, {name}"
        peer = f"three tasks, {name}, eager PyTorch"
        yield row(Pair(ours, "eager", peer, Promise(5, at_least=True)), sides)


def row(pair: Pair, sides: dict[str, Side]) -> Row:
    """Run a pair in turn."""
    first = sides["ours"].seconds(pair.ours)
    sides[pair.side].seconds(pair.peer)
    turns = [
        (sides["ours"].seconds(pair.ours), sides[pair.side].seconds(pair.peer))
        for _ in range(TURNS)
    ]
    ours, peer = (median(times) for times in zip(*turns, strict=True))
    ratio = median(theirs / mine for mine, theirs in turns)
    cells = (
        pair.ours,
        pair.peer,
        f"{ours:.3f}",
        f"{peer:.3f}",
        pair.wanted.judged(ratio),
        str(pair.wanted),
        f"{first:.2f}",
    )
    return Row(cells, pair.wanted.kept(ratio))


TABLE = Table(
    title="Speed",
    text=(
        f"Medians of {TURNS} turns; each pair is run in turn, each side in a process of its own. "
        "The first\ncall, which compiles, stands apart."
    ),
    columns=("ours", "peer", "ours, s", "peer, s", "ratio", "wanted", "first call, s"),
    suffix="",
    parts={"training": rows, "balancing": balancers, "eager": eager},
)
