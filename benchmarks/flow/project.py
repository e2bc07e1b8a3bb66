"""This project's own pipeline, from raw data and with nothing to do."""

from collections.abc import Iterator

from benchmarks.flow import unchanged, workshop
from benchmarks.tables import Promise, Row

WANTED = Promise(1.5, at_least=True)


def rows() -> Iterator[Row]:
    """Run the last commit in two clones, side by side and one by one."""
    with workshop.opened() as shop:
        one, two = shop.project("serial"), shop.project("flow")
        flow = shop.flow(two)
        serial = shop.serial(one)
        workshop.compare(two, one)
        faster = serial / flow.own
        cells = (
            "this project, from raw data",
            f"{flow.own:.1f}",
            f"{flow.prefect:.1f}",
            f"{serial:.1f}",
            f"{WANTED.judged(faster)} times as fast; with Prefect {serial / flow.whole:.2f}",
            str(WANTED),
        )
        yield Row(cells, WANTED.kept(faster))
        yield unchanged.row(shop, two, "this project")
