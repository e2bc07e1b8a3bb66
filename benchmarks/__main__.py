"""Print a table of speed ratios and keep it: `python -m benchmarks`.

Each pair is run in turn, ours and the peer's, each side in a process of its own; medians count.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import NamedTuple

from trunkline.determinism import runtime

TURNS = 7
RESULTS = Path("benchmarks/results")
HEAD = """# Speed on {processor}, {cores} cores

Medians of {turns} turns; each pair is run in turn, each side in a process of its own. The first
call, which compiles, stands apart.

| ours | peer | ours, s | peer, s | ratio | wanted | first call, s |
|---|---|---|---|---|---|---|
"""


class Pair(NamedTuple):
    """Two cases and the ratio we promise; `side` is where the second one runs."""

    ours: str
    side: str
    peer: str
    wanted: float
    at_least: bool = True


PAIRS = [
    Pair("multitask", "peers", "multitask, keras fit", 25),
    Pair("multitask", "peers", "multitask, scikit-learn", 4),
    Pair("multitask, 10 repeats", "peers", "multitask, keras fit", 1),
    Pair("multitask", "ours", "multitask, dropout 0.2", 1.5, at_least=False),
    Pair("conv", "peers", "conv, keras fit", 1.7),
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


def row(pair: Pair, sides: dict[str, Side]) -> tuple[str, bool]:
    """Run a pair in turn; return its row, and whether the ratio is what was promised."""
    first = sides["ours"].seconds(pair.ours)
    sides[pair.side].seconds(pair.peer)
    turns = [
        (sides["ours"].seconds(pair.ours), sides[pair.side].seconds(pair.peer))
        for _ in range(TURNS)
    ]
    ours, peer = (median(times) for times in zip(*turns, strict=True))
    ratio = median(theirs / mine for mine, theirs in turns)
    kept = ratio >= pair.wanted if pair.at_least else ratio <= pair.wanted
    sign = "at least" if pair.at_least else "at most"
    mark = "" if kept else " **missed**"
    return (
        f"| {pair.ours} | {pair.peer} | {ours:.3f} | {peer:.3f} | {ratio:.2f}{mark} "
        f"| {sign} {pair.wanted:g} | {first:.2f} |"
    ), kept


def main() -> int:
    """Print the table, write it under the processor's name; 1 if a promise is not kept."""
    sides = {"ours": Side("ours"), "peers": Side("peers")}
    processor = runtime.processor()
    text = HEAD.format(processor=processor, cores=os.cpu_count(), turns=TURNS)
    sys.stdout.write(text)
    kept = True
    for pair in PAIRS:
        line, good = row(pair, sides)
        kept = kept and good
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        text += line + "\n"
    RESULTS.mkdir(exist_ok=True)
    name = re.sub(r"[^a-z0-9]+", "-", processor.lower()).strip("-")
    (RESULTS / f"{name}.md").write_text(text)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
