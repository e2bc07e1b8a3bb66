"""Meta-learners beside PyTorch."""

import importlib.util
import sys
from collections.abc import Iterator

from benchmarks import episodes, training
from benchmarks.tables import Promise, Row, Table
from benchmarks.training import Pair, Side

PAIRS = [
    Pair("maml", "peers", "maml, torch.func", Promise(3, at_least=True)),
    Pair("fomaml", "peers", "fomaml, torch.func", Promise(3, at_least=True)),
    Pair("prototypes", "peers", "prototypes, PyTorch", Promise(1.5, at_least=True)),
]


def rows() -> Iterator[Row]:
    """Run all pairs, where `make peers` has installed PyTorch."""
    if importlib.util.find_spec("torch") is None:
        print("Meta-learners are left out: `make peers` installs PyTorch.", file=sys.stderr)
        return
    sides = {"ours": Side("our_metalearners"), "peers": Side("peer_metalearners")}
    for pair in PAIRS:
        yield training.row(pair, sides)


TABLE = Table(
    title="Meta-learners",
    text=(
        f"{episodes.STEPS} steps of {episodes.BATCH} episodes, {episodes.WAYS} classes of "
        f"{episodes.SHOTS} shot and {episodes.QUERIES} queries, {episodes.INPUTS} inputs, dense "
        f"layers of {' and '.join(map(str, episodes.WIDTHS))} units,\n{episodes.INNER} steps on an "
        "episode. PyTorch as its documentation has it: `torch.func`, all episodes of a step in one "
        f"`vmap`, on one thread.\nMedians of {training.TURNS} turns; each pair is run in turn."
    ),
    columns=("ours", "peer", "ours, s", "peer, s", "ratio", "wanted", "first call, s"),
    suffix="-metalearning",
    parts={"metalearning": rows},
)
