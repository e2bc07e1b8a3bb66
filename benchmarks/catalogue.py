"""Ranking, listing and learning a whole catalogue, each beside the least that it could take."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.tables import Promise, Row, Table

ROOT = Path(__file__).resolve().parents[1]
EVALUATED = 1_000, 10_000  # users and items of an evaluation
LISTED = 100_000  # users of `benchmarks.listing`, of 50,000 items
SOON = Promise(1, unit=" s")
NEAR = Promise(2, unit="x")
ALL = Promise(180, unit=" s")
NONE = "-"


def ranking() -> Iterator[Row]:
    """Judge 1,000 users by 10,000 items, beside a bare argpartition of the same scores."""
    users, items = EVALUATED
    for line in _told("ranking", str(users), str(items)):
        one = json.loads(line)
        yield _row(
            f"judge {users:,} users x {items:,} items, {one['scores']} scores, top {one['k']}",
            "argpartition", one["seconds"], one["argpartition"], SOON, one["seconds"],
        )  # fmt: skip


def listing() -> Iterator[Row]:
    """List the top 100 of 50,000 items for 100,000 users, beside the bare product of factors."""
    found = json.loads("".join(_told("listing", str(LISTED))))
    bare = found["product"]["processor_seconds"]
    for way, times in found["times"].items():
        what = f"top {found['length']} of {found['items']:,} items for {found['users']:,} users"
        recall = f", recall {found[way]['recall']:.3f}" if way == "cells" else ""
        seconds = found[way]["processor_seconds"]
        yield _row(f"{what}, {way}{recall}", "product", seconds, bare, NEAR, times)


def learning() -> Iterator[Row]:
    """Fit every model as it comes on 100,000 interactions, one after the other."""
    total = 0.0
    for line in _told("every_recommender"):
        one = json.loads(line)
        total += one["seconds"]
        yield Row((f"fit {one['model']}", NONE, f"{one['seconds']:.1f}", NONE, NONE, NONE))
    yield Row(
        ("fit every model", NONE, ALL.judged(total, 0), NONE, NONE, str(ALL)), ALL.kept(total)
    )


def _row(what: str, peer: str, ours: float, bare: float, wanted: Promise, number: float) -> Row:
    """Return a row, which keeps the promise if `number` does."""
    ratio = f"{ours / bare:.2f}"
    mark = "" if wanted.kept(number) else " **missed**"
    cells = (what, peer, f"{ours:.3f}", f"{bare:.3f}", f"{ratio}{mark}", str(wanted))
    return Row(cells, wanted.kept(number))


def _told(module: str, *words: str) -> Iterator[str]:
    """Yield the lines that a module prints: it pins its runtime before NumPy is imported."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *words]
    with subprocess.Popen(  # noqa: S603  # the words are ours
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        yield from process.stdout or ()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[1:])} failed; its error stands above")


TABLE = Table(
    title="Catalogues",
    text=(
        "Evaluation, lists and training of recommenders, on one thread of BLAS. Seconds of the "
        "clock, the least of\nseveral runs; of lists seconds of the processor; of training one "
        "run, first calls included, which compile."
    ),
    columns=("ours", "peer", "ours, s", "peer, s", "times as long", "wanted"),
    suffix="-catalogues",
    parts={"ranking": ranking, "listing": listing, "learning": learning},
)
