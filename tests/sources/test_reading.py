"""A source is read by its kind."""

import hashlib
from pathlib import Path

import pytest

from trunkline.artifacts import streaming
from trunkline.settings.dataset import Bundled, Dataset, Latent, Source, Stories
from trunkline.settings.family import Family
from trunkline.settings.market import Market
from trunkline.sources import reading

DIGITS = Bundled(kind="bundled", name="digits")
STORIES = Stories(kind="stories")
LATENT = Latent(kind="latent", rows=6000, features=100, factors=3)
MARKET = Market(kind="market")
MARKET_USERS = Market(kind="market", table="users")
MARKET_ITEMS = Market(kind="market", table="items")
SMALL_MARKET = Market(kind="market", market="small")
SMALL_USERS = Market(kind="market", market="small", table="users")
SMALL_ITEMS = Market(kind="market", market="small", table="items")
SINUSOIDS = Family(kind="family", form="sinusoids", tasks=500, rows=40)
SIDES_APART = Family(kind="family", form="sides", shared=False, tasks=400, rows=40, features=100)


@pytest.mark.parametrize(
    ("source", "shape", "digest"),
    [
        (DIGITS, (1797, 66), "0b1843847288a157c4f49edb0868e77aa1b2be9e142ba11859e5c43a72430765"),
        (LATENT, (12000, 107), "f8b142062d4c9e63a8be0be2c1daea7851040ed34101f2110375a0565aeb959d"),
        (STORIES, (5000, 5), "89876177c7aab749e7c608c883f9a456ca5627d1422e04bbca118df64d9ac4fe"),
        (
            MARKET,
            (29903, 5),
            "1c9e4474d9c98d382af5e3c7f4de6161a26a66dc7b98eefd43f0a87bd268ce01",
        ),
        (
            MARKET_USERS,
            (1000, 5),
            "06e13b61d9e2f0a052972db1f76fb5fff0c390941b4cd37cfec2f346683f6c0d",
        ),
        (
            MARKET_ITEMS,
            (600, 6),
            "1e9a01830ae576064235d5ac2e4b3aea689ec2197651a2587cbb028fdff75e97",
        ),
        (
            SMALL_MARKET,
            (2379, 5),
            "8d55bb0b79b4d89850ab7e4c9acc3773a85a82f57c23782b80a423e7d3069662",
        ),
        (
            SMALL_USERS,
            (200, 5),
            "aa5c4cd8d94df311e360c05366a16406dc3a0997e8cf97fec8b0efb3428009eb",
        ),
        (
            SMALL_ITEMS,
            (200, 6),
            "00e53172c94045085972543490e99ce8da35aad22f191ef1914c2ee1704a7d70",
        ),
        (
            SINUSOIDS,
            (20000, 4),
            "3b9a22265c3f7bc718cf199c4f06592aa24f94fabae6606bcd237efe82ff2c70",
        ),
        (
            SIDES_APART,
            (16000, 103),
            "d55d3d69363743cf39dee741dcc5bc547a12fdb288f8c86b5b9865e6633c8338",
        ),
    ],
)
def test_what_ships_keeps_its_bytes(source: Source, shape: tuple[int, int], digest: str) -> None:
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
