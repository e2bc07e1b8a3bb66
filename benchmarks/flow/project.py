"""This project's own pipeline, from raw data and with nothing to do."""

from collections.abc import Iterator

from benchmarks.flow import unchanged, workshop
from benchmarks.tables import Promise, Row

WANTED = Promise(1.5, at_least=True)


def rows() -> Iterator[Row]:
    """Run the last commit in four clones: side by side, one by one twice, side by side.

    A machine that others use, too, grows faster or slower over minutes; in this order that falls
    on both.
    """
    with workshop.opened() as shop:
        one, two = shop.project("flow"), shop.project("serial")
        first = shop.flow(one)
        serial = (shop.serial(two) + shop.serial(shop.project("serial-again"))) / 2
        second = shop.flow(shop.project("flow-again"))
        workshop.compare(one, two)
        own, whole = (first.own + second.own) / 2, (first.whole + second.whole) / 2
        faster = serial / own
        cells = (
            "this project, from raw data",
            f"{own:.1f}",
            f"{whole - own:.1f}",
            f"{serial:.1f}",
            f"{WANTED.judged(faster)} times as fast; with Prefect {serial / whole:.2f}",
            str(WANTED),
        )
        yield Row(cells, WANTED.kept(faster))
        yield unchanged.row(shop, one, "this project")
