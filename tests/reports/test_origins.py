"""The page says where rows came from, whatever they came from."""

from typing import Any

import pytest

from trunkline.reports import origins
from trunkline.settings import databases, dataset, family, files, market, presets

FILE = {"path": "data/a.csv", "bytes": 12345, "sha256": "ab" * 32}


def facts(told: dict[str, Any], *sources: Any) -> list[list[tuple[str, str, str]]]:
    """Return label, text and code of each fact, source by source."""
    one = sources[0] if len(sources) == 1 else None
    own = dataset.Dataset(title="Own", source=one, sources=() if one else sources)
    found = origins.origins(own, told)
    return [[(fact.label, fact.text, fact.code) for fact in origin.facts] for origin in found]


def test_a_file_is_told_with_its_size_and_digest() -> None:
    """And with what was taken for granted when it was read."""
    told = {"kind": "csv", "file": FILE, "delimiter": ";", "decimal": ",", "encoding": "utf-8"}
    assert facts(told, files.Csv(kind="csv", path="data/a.csv")) == [
        [
            ("Kind", "CSV, values apart by semicolons, decimal sign ,, utf-8", ""),
            ("File", "data/a.csv, 12345 bytes, SHA-256", "ab" * 32),
        ]
    ]


def test_several_sources_are_told_one_by_one() -> None:
    """Each with its own files."""
    both = [{"kind": "jsonl", "file": FILE}, {"kind": "idx", "files": {"p": FILE, "q": FILE}}]
    sources = (files.JsonLines(kind="jsonl", path="a"), files.Idx(kind="idx", paths={"p": "b"}))
    found = facts({"sources": both}, *sources)
    assert [[label for label, _, _ in one] for one in found] == [
        ["Kind", "File"],
        ["Kind", "File", "File"],
    ]


def test_a_database_is_told_by_what_was_asked_and_what_came() -> None:
    """Its address, which holds no password; table or query; order; rows and their digest."""
    told = {
        "kind": "sql", "dialect": "sqlite", "query": "SELECT 1", "order_by": ["a", "b"],
        "rows": 20, "sha256": "cd" * 32,
    }  # fmt: skip
    source = databases.Sql(kind="sql", url="sqlite:///shop.db", query="SELECT 1")
    assert facts(told, source) == [
        [
            ("Kind", "database", ""),
            ("Database", "sqlite", "sqlite:///shop.db"),
            ("Query", "", "SELECT 1"),
            ("Sorted by", "a and b", ""),
            ("Rows", "20, SHA-256 of them", "cd" * 32),
        ]
    ]
    table = {**told, "query": None, "table": "t", "order_by": "all columns"}
    labels = {label: (text, code) for label, text, code in facts(table, source)[0]}
    assert labels["Table"] == ("", "t")
    assert labels["Sorted by"] == ("all columns", "")


def test_published_data_is_told_with_its_licence_and_what_to_cite() -> None:
    """Before the file, for it is what its makers ask for."""
    preset = {
        "name": "mnist", "part": "train", "title": "MNIST", "page": "http://m.example",
        "licence": "as it is", "citation": "Somebody, 1998",
    }  # fmt: skip
    source = presets.Preset(kind="preset", name="mnist")
    assert facts({"kind": "idx", "file": FILE, "preset": preset}, source)[0][:4] == [
        ("Published as", "MNIST; of its tables train", ""),
        ("Licence", "as it is", ""),
        ("To be cited", "Somebody, 1998", ""),
        ("Page", "", "http://m.example"),
    ]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (dataset.Bundled(kind="bundled", name="digits"), "ships with a library, named digits"),
        (dataset.Stories(kind="stories"), "generated, named stories"),
        (market.Market(kind="market", table="items"), "generated, items of the large market"),
        (family.Family(kind="family", form="sides"), "generated, a family of sides"),
    ],
)
def test_rows_of_no_file_are_told_as_what_they_are(source: Any, told: str) -> None:
    """Generated rows are called generated."""
    assert facts({}, source) == [[("Kind", f"{told} in params.yaml", "")]]


def test_many_files_are_folded_away() -> None:
    """They are counted, and each is still there."""
    many = {"kind": "parquet", "files": [FILE | {"path": f"{i}"} for i in range(7)]}
    own = dataset.Dataset(title="Own", source=files.Parquet(kind="parquet", path="p"))
    (found,) = origins.origins(own, many)
    assert found.facts[-1].text == "7, listed below"
    assert [fact.text.partition(",")[0] for fact in found.more] == [f"{i}" for i in range(7)]


def test_pictures_and_members_of_archives_are_told() -> None:
    """How many there were, and which file of the archive was read; a size may be unknown."""
    images = files.Images(kind="images", path="p.zip", height=8, width=8)
    assert facts({"kind": "images", "pictures": 9}, images)[0][0][1] == "pictures, 9 of them"
    told = {"kind": "csv", "delimiter": "|", "member": "r.csv", "file": FILE | {"bytes": None}}
    kind, file = facts(told, files.Csv(kind="csv", path="a.zip"))[0]
    assert kind[1].endswith("|\N{RIGHT DOUBLE QUOTATION MARK}, r.csv of an archive")
    assert "size unknown" in file[1]


def test_a_summary_of_other_settings_is_still_told() -> None:
    """The page shows what was read, not what is to be read next."""
    other = facts({"kind": "jsonl", "file": FILE}, *[dataset.Stories(kind="stories")] * 2)
    assert other[0][0] == ("Kind", "JSON Lines", "")
