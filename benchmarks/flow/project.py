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
        one, *others = (shop.project(f"clone-{number}") for number in range(4))
        first = shop.flow(one)
        serial = (shop.serial(others[0]) + shop.serial(others[1])) / 2
        second = shop.flow(others[2])
        for other in others:
            workshop.compare(one, other)
        flow = workshop.Flow((first.whole + second.whole) / 2, (first.own + second.own) / 2)
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
        yield unchanged.row(shop, one, "this project")
