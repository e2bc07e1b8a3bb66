"""Longer graphs: does a stage cost more where there are more of them?"""

from collections.abc import Iterator
from statistics import median

from benchmarks.flow import workshop
from benchmarks.tables import Promise, Row

SIZES = (100, 300, 1000)
TURNS = 3
WANTED = Promise(1.5)


def rows() -> Iterator[Row]:
    """Measure what one stage more costs, in a short graph and in a long one.

    Differences count, not quotients: in a quotient of all time by all stages, the fixed cost of a
    run would hide that the cost of a stage grows with their number.
    """
    with workshop.opened() as shop:
        seconds = [median(_turns(shop, size)) for size in SIZES]
    for size, each in zip(SIZES, seconds, strict=True):
        yield Row((f"{size} stages that do nothing", f"{each:.1f}", "", "", "", ""))
    (small, middle, large), (first, second, third) = SIZES, seconds
    short = 1000 * (second - first) / (middle - small)
    long = 1000 * (third - second) / (large - middle)
    growth = long / short
    what = f"one stage more: {short:.0f} ms up to {middle}, {long:.0f} ms up to {large}"
    yield Row((what, "", "", "", WANTED.judged(growth), str(WANTED)), WANTED.kept(growth))


def _turns(shop: workshop.Workshop, size: int) -> list[float]:
    return [shop.bare(shop.graph(f"{size}-{turn}", size)) for turn in range(TURNS)]
