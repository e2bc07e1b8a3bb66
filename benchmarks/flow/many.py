"""Many stages that do nothing: what is left is the cost of what runs them."""

from collections.abc import Iterator
from statistics import median

from benchmarks.flow import unchanged, workshop
from benchmarks.tables import Promise, Row

STAGES = 200
TURNS = 3
WANTED = Promise(0.15)


def rows() -> Iterator[Row]:
    """Run them one by one, by the coordinator alone, and with Prefect; then with nothing to do."""
    what = f"{STAGES} stages that do nothing"
    with workshop.opened() as shop:
        places = [shop.graph(f"bare-{turn}", STAGES) for turn in range(TURNS)]
        one, two = shop.graph("serial", STAGES), shop.graph("flow", STAGES)
        bare = median(shop.bare(place) for place in places)
        serial = shop.serial(one)
        ratio = bare / serial
        yield Row(
            (f"{what}", f"{bare:.1f}", "", f"{serial:.1f}", WANTED.judged(ratio), str(WANTED)),
            WANTED.kept(ratio),
        )
        flow = shop.flow(two)
        share = f"{flow.own / serial:.2f}"
        yield Row((f"{what}", f"{flow.own:.1f}", f"{flow.prefect:.1f}", f"{serial:.1f}", share, ""))
        for place in (*places, two):
            workshop.compare(place, one)
        yield unchanged.row(shop, two, f"{STAGES} stages")
