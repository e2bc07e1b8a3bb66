"""A source is read by its kind."""

import hashlib
from pathlib import Path

import pytest

from trunkline.artifacts import streaming
from trunkline.settings.dataset import Bundled, Dataset, Latent, Stories
from trunkline.sources import reading

DIGITS = Bundled(kind="bundled", name="digits")
STORIES = Stories(kind="stories")
LATENT = Latent(kind="latent", rows=6000, features=100, factors=3)


@pytest.mark.parametrize(
    ("source", "shape", "digest"),
    [
        (DIGITS, (1797, 66), "535983b924896bfb1edf71f4c5a150a3ffe34cadae3faa90e98a441e03534c69"),
        (LATENT, (12000, 107), "b59b9e9d1ecd20e3823a98208663276cf03f2bc2228bd9de1e14d3e0558b1fa0"),
        (STORIES, (5000, 5), "bd5a2dd52f33677e405c0f627fd6634608cb85d5ebcb1a65edc32e0649dee86b"),
    ],
)
def test_what_ships_keeps_its_bytes(
    source: Bundled | Latent | Stories, shape: tuple[int, int], digest: str
) -> None:
    """The tables of the studies are those that they always were, byte by byte."""
    path = Path("table.parquet")
    stream = reading.stream(Dataset(source=source, title="Own"), 20261122)
    written = streaming.write(stream, None, path)
    assert (written["rows"], len(written["columns"])) == shape
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest


def test_sources_that_are_in_memory_follow_each_other() -> None:
    """Any kinds of source go together, as often as they are named."""
    small = Latent(kind="latent", rows=10, features=3)
    stream = reading.stream(Dataset(sources=(small, small), title="Own"), 1)
    assert sum(batch.num_rows for batch in stream.batches()) == 40
    assert stream.schema.names[0] == "domain"
