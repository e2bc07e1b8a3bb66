"""Entries of a source in files that contradict each other are told with their place."""

from collections.abc import Callable
from typing import Any

import pytest

from trunkline.settings import endings, files, reading

Changed = Callable[[str, object], dict[str, Any]]
Problems = Callable[[object], list[str]]
PLACE = "datasets.digits.source"
IDX = {"kind": "idx", "paths": {"x": "a"}}
IMAGES = {"kind": "images", "path": "own", "height": 2, "width": 2}


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ({"path": "/data/own.csv"}, ".path: expected a path in the project's folder, received '/d"),
        ({"path": "../own.csv"}, ".path: expected a path in the project's folder"),
        ({"path": "a\\..\\..\\own.csv"}, ".path: expected a path in the project's folder"),
        ({"path": "C:/own.csv"}, ".path: expected a path in the project's folder"),
        *(
            (made, ": expected entries with a 'kind' (bundled, latent, stories, market, famil")
            for made in ({"path": "own"}, {})
        ),
        ({"path": "own.csv", "sha256": "abc"}, ".sha256: expected 64 hex digits, received 'abc'"),
        ({"path": "own.csv", "delimiter": ", "}, ".delimiter: expected one character of ASCII"),
        ({"path": "own.csv", "quote": "\u00ab"}, ".quote: expected one character of ASCII"),
        ({"path": "own.csv", "delimiter": '"'}, ".delimiter: '\"' is also the quote or the dec"),
        ({"path": "own.csv", "decimal": ","}, ".delimiter: missing: the decimal sign is ','"),
        ({"path": "own.csv", "header": False}, ".names: expected names where, and only where,"),
        ({"path": "own.csv", "names": ["a"]}, ".names: expected names where, and only where,"),
        ({"path": "own.csv", "skip": -1}, ".skip: expected a number of at least 0"),
        ({"path": "own.csv", "delimeter": ";"}, ".delimeter: unknown key; did you mean 'delim"),
        (
            {"path": "own.csv", "columns": {"cast": {"a": "text"}, "dates": {"a": "%Y"}}},
            ".columns.dates.a: a column with a format of dates is not cast: remove one",
        ),
        (
            {"path": "own.csv", "columns": {"rename": {"a": "x", "b": "x"}}},
            ".columns.rename: two columns would be called 'x'",
        ),
        (
            {"path": "own.csv", "columns": {"rename": {"a": "x"}, "constants": {"x": 1}}},
            ".columns.constants.x: a column is renamed to it: call one something else",
        ),
        (
            {"path": "own.csv", "columns": {"constants": {" ": 1}}},
            ".columns.constants: a column has no name: give it one",
        ),
        (
            {"path": "own.csv", "columns": {"constants": {"x": 10**18}}},
            ".columns.constants.x: expected a whole number of at most 18 digits",
        ),
        (
            {"path": "own.csv", "columns": {"constants": {"x": 0.5}}},
            ".columns.constants.x: expected true or false or a whole number or text, received 0.5",
        ),
        (
            {"path": "own.csv", "columns": {"cast": {"a": "int"}}},
            ".columns.cast.a: expected 'boolean' or 'integer' or 'number' or 'text' or 'timestamp'",
        ),
        ({"path": "own.csv", "member": "a"}, ".member: expected a path that ends on .zip, receiv"),
        ({"path": "own.csv", "replace": {"": "a"}}, ".replace: expected words to be replaced, rec"),
        ({"path": "ftp://h/own.csv"}, ".path: expected http, https, s3, gs, file or a path, rec"),
        ({"kind": "csv", "path": "https://h/a/"}, ".path: expected the address of a file, recei"),
        (
            {"path": "https://me:pass@h/a.csv"},
            ".path: a password or a token stands in 'https://***",
        ),
        ({"kind": "preset", "name": "usps", "part": "x"}, ".part: 'usps' has no part 'x'; there"),
        (IDX | {"paths": {"x": "/a"}}, ".paths.x: expected a path in the project's folder"),
        (IDX | {"sha256": {"y": "0" * 64}}, ".sha256.y: it is not among 'paths'"),
        (IDX | {"sha256": {"x": "0"}}, ".sha256.x: expected 64 hex digits, received '0'"),
        (IMAGES | {"channels": 2}, ".channels: expected 1 (grey) or 3 (colours), received 2"),
        (IMAGES | {"height": 300}, ".height: expected a number of at most 256"),
    ],
)
def test_a_contradiction_is_told(
    source: object, line: str, changed: Changed, problems: Problems
) -> None:
    """Places outside the project, signs that clash, and options without their counterpart."""
    assert any(f"params.yaml: {PLACE}{line}" in found for found in problems(changed(PLACE, source)))


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ({"path": "own"}, "'own' does not end as one of them does: a folder is `kind: images` or "),
        ({"path": "own.txt"}, "if it is text with a delimiter, add `kind: csv`"),
        ({"path": "own.dat.gz"}, "if it is text with a delimiter, add `kind: csv`"),
        ({"path": "own.json"}, "JSON is read as an object a line: write it so, as `.jsonl`"),
        ({"path": "own.xls"}, "workbooks are read as `.xlsx`: save it as one"),
        ({"path": "own.zip"}, "add `kind: images` for pictures, or `kind: csv` and `member: <name"),
        ({"path": "own/images-idx3-ubyte.gz"}, "`kind: idx` and `paths: {<column>: <file>}`"),
        ({"path": "own.db"}, "if it is a database of SQLite, write `kind: sql`, `url: sqlite:///<"),
        ({"url": "sqlite:///own.db", "table": "t"}, "`url` is that of a database: add `kind: sql`"),
        ({"path": "sqlite:///own.db"}, "it is the address of a database: write `kind: sql`, that "),
        ({"kind": "csv", "path": "sqlite:///own.db"}, "it is the address of a database: write `ki"),
    ],
)
def test_what_to_add_is_told(
    source: object, hint: str, changed: Changed, problems: Problems
) -> None:
    """A source that tells no kind, or the wrong one, is told how to write what it seems to be."""
    (found,) = problems(changed(PLACE, source))
    assert found.startswith(f"params.yaml: {PLACE}")
    assert "expected " in found
    assert hint in found


def test_a_share_without_quarantine(changed: Changed, problems: Problems) -> None:
    """A share that nothing is measured by is told; beside `quarantine` it is fine."""
    given = {"title": "D", "source": IDX, "quarantine_share": 0.2}
    (found,) = problems(changed("datasets.digits", given))
    assert "datasets.digits.quarantine_share: expected 'on_violation: quarantine'" in found
    meant = reading.read(changed("datasets.digits", {**given, "on_violation": "quarantine"}))
    assert meant.datasets["digits"].quarantine_share == 0.2


def test_either_one_source_or_several(changed: Changed, problems: Problems) -> None:
    """None and both are told; the entries of a list are checked like one."""
    line = "params.yaml: datasets.digits: expected either 'source' or 'sources', one of them"
    assert line in problems(changed(PLACE, ...))
    assert line in problems(
        changed("datasets.digits", {"title": "D", "source": IDX, "sources": [IDX]})
    )
    listed = {"title": "D", "sources": [IDX, {"path": "/own.csv"}]}
    (found,) = problems(changed("datasets.digits", listed))
    assert found.startswith("params.yaml: datasets.digits.sources[1].path: expected a path")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("own.csv", files.Csv),
        ("own.TSV.gz", files.Csv),
        ("own.ndjson.zst", files.JsonLines),
        ("own.parquet", files.Parquet),
        ("own.feather", files.Arrow),
        ("own.xlsx", files.Excel),
        ("own.npz", files.Npz),
        ("https://example.org/own.csv.gz?version=2#top", files.Csv),
    ],
)
def test_the_ending_tells_the_kind(path: str, kind: type, changed: Changed) -> None:
    """A path without a kind has that of its ending."""
    assert type(reading.read(changed(PLACE, {"path": path})).datasets["digits"].source) is kind


def test_no_ending_no_kind() -> None:
    """What a path does not tell is not guessed."""
    assert endings.kind({"path": "own.txt"}) is None
    assert endings.kind({"path": ["own.csv"]}) is None
    assert endings.kind({}) is None
