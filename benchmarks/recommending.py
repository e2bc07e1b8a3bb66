"""Recommenders beside their peers."""

import importlib.util
import sys
from collections.abc import Iterator, Sequence

from benchmarks import training
from benchmarks.tables import Promise, Row, Table
from benchmarks.training import Pair, Side

SOLVED = [
    Pair("ease", "ours", "ease, bare NumPy, same pins", Promise(0.77, at_least=True)),
    Pair("ease", "peers", "ease, bare NumPy, all threads", Promise(0.77, at_least=True)),
]
FACTORS = [
    Pair("ials", "peers", "ials, implicit, 3 steps", Promise(0.1, at_least=True)),
    Pair("ials", "peers", "ials, implicit, exact", Promise(0.5, at_least=True)),
]
# An epoch of ours compares each item of a user with 16, one of implicit's with 1; both have 64
# factors. Of so few, the product with the whole catalogue is more work than what is read of it.
PAIRWISE = [
    Pair("mf_bpr", "peers", "bpr, implicit, as many compared", Promise(1, at_least=True)),
    Pair("mf_bpr, 1 compared", "peers", "bpr, implicit", Promise(0.2, at_least=True)),
]


def linear() -> Iterator[Row]:
    """Run models that are solved; those with implicit where `make peers` has installed it."""
    yield from _run(SOLVED + (FACTORS if _implicit() else []))


def pairwise() -> Iterator[Row]:
    """Run BPR, where `make peers` has installed implicit."""
    yield from _run(PAIRWISE if _implicit() else [])


def _run(pairs: Sequence[Pair]) -> Iterator[Row]:
    sides = {"ours": Side("our_recommenders"), "peers": Side("peer_recommenders")}
    for pair in pairs:
        yield training.row(pair, sides)


def _implicit() -> bool:
    if importlib.util.find_spec("implicit") is None:
        print("implicit is left out: `make peers` installs it.", file=sys.stderr)
        return False
    return True


TABLE = Table(
    title="Recommenders",
    text=(
        "Training on some 75,000 interactions of 943 users and 1,682 items. Medians of "
        f"{training.TURNS} turns; each\npair is run in turn. Ours is pinned to one thread of BLAS."
    ),
    columns=("ours", "peer", "ours, s", "peer, s", "ratio", "wanted", "first call, s"),
    suffix="-recommending",
    parts={"linear": linear, "pairwise": pairwise},
)
