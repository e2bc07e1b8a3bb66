"""A graph with nothing to do: what the flow adds to DVC's own time."""

from pathlib import Path
from statistics import median

from benchmarks.flow.workshop import Workshop
from benchmarks.tables import Promise, Row

TURNS = 5
ADDED = Promise(1.0, unit=" s")


def row(workshop: Workshop, place: Path, what: str) -> Row:
    """Measure a repository in which all is done, in turn."""
    turns = [(workshop.flow(place), workshop.serial(place)) for _ in range(TURNS)]
    added = median(flow.own - serial for flow, serial in turns)
    cells = (
        f"{what}, nothing to do",
        f"{median(flow.own for flow, _ in turns):.1f}",
        f"{median(flow.prefect for flow, _ in turns):.1f}",
        f"{median(serial for _, serial in turns):.1f}",
        f"{ADDED.judged(added)} more",
        str(ADDED),
    )
    return Row(cells, ADDED.kept(added))
