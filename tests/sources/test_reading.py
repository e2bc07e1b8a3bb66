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
        (DIGITS, (1797, 66), "0b1843847288a157c4f49edb0868e77aa1b2be9e142ba11859e5c43a72430765"),
        (LATENT, (12000, 107), "f8b142062d4c9e63a8be0be2c1daea7851040ed34101f2110375a0565aeb959d"),
        (STORIES, (5000, 5), "89876177c7aab749e7c608c883f9a456ca5627d1422e04bbca118df64d9ac4fe"),
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
