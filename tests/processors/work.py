"""What the default studies compute, in small: digests of each result as one line of JSON."""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from trunkline.determinism import runtime
from trunkline.settings import reading
from trunkline.settings.parameters import Parameters

ROWS = 96  # three batches: each operation runs, and qemu has an end
EPOCHS = 2


def digest(*values: object) -> str:
    """Return the SHA-256 of arrays and of all else as text."""
    found = hashlib.sha256()
    for value in values:
        found.update(value.tobytes() if hasattr(value, "tobytes") else repr(value).encode())
    return found.hexdigest()


def results(parameters: Parameters, half: str = "all") -> Iterator[tuple[str, str]]:
    """Yield name and digest of each piece of work; of methods all, half or none."""
    # After the pins.
    from tests.processors import (
        balancing,
        click_and_rating,
        comparing,
        descending,
        encoding,
        episodes,
        fronts,
        histories,
        linear,
        listing,
        many,
        neural,
        pieces,
        recognising,
        recommending,
        sharing,
        small_tasks,
        strategies,
        tuning,
        two_tables,
    )

    halves = {
        "first": (
            click_and_rating,
            descending,
            episodes,
            linear,
            listing,
            neural,
            sharing,
            small_tasks,
            strategies,
        ),
        "second": (
            balancing,
            comparing,
            fronts,
            histories,
            many,
            recognising,
            recommending,
            two_tables,
            tuning,
        ),
    }
    halves |= {"all": halves["first"] + halves["second"], "none": ()}
    shapes: pieces.Shapes = {}
    yield from encoding.results()
    yield from pieces.tables(parameters, shapes)
    yield from pieces.networks(parameters, shapes)
    yield from pieces.gradients()
    for piece in halves[half]:
        yield from piece.results()
    yield from pieces.statistics()
    yield from pieces.promises()


def main() -> None:
    """Pin the runtime as a stage does, work on what is asked for, print."""
    parameters = reading.read(yaml.safe_load(Path("params.yaml").read_text()))
    runtime.pin(parameters.runtime)
    sys.stdout.write(json.dumps(dict(results(parameters, *sys.argv[1:]))) + "\n")


if __name__ == "__main__":
    main()
