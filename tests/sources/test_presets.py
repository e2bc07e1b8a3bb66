"""A preset reads a file of the form that its makers publish, and has all that a user must know."""

import gzip
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.sources import projects
from trunkline.artifacts import tables
from trunkline.data import clauses, contracts
from trunkline.settings import addresses, presets
from trunkline.settings.files import Idx
from trunkline.sources import caching, published, remote

REAL = Path(os.environ.get("TRUNKLINE_REAL_DATA", "real-data")).resolve()  # `omniglot/` in it
CONTRACTS = Path("trunkline/sources/presets/contracts").resolve()
PAGE = Path("docs/presets.md").resolve()
PARTS = [(name, part) for name, parts in presets.PARTS.items() for part in parts]
# What a few rows cannot hold to: how many there are of something.
COUNTS = ("_row_count_", "_distinct_values_to_equal_set", "_unique_value_count_")


def idx(name: str) -> bytes:
    """Return three pictures or their labels."""
    shape = (3, 28, 28) if "idx3" in name else (3,)
    return gzip.compress(projects.idx(np.arange(np.prod(shape), dtype="u1").reshape(shape) % 10))


def digits(_: str) -> bytes:
    """Return two lines of zip.train."""
    lines = [f"{label}.0000 " + "-1.0000 0.5000 " * 128 + "\n" for label in (6, 0)]
    return gzip.compress("".join(lines).encode())


def drawings(name: str) -> bytes:
    """Return two drawings of a character in an archive that is named after itself."""
    top = name.removesuffix(".zip")
    drawn = projects.picture((105, 105), 255)
    return projects.zipped(
        {
            f"{top}/": b"",
            f"{top}/Greek/character01/0394_01.png": drawn,
            f"{top}/Greek/character01/0394_02.png": drawn,
        }
    )


MOVIE = "1|Toy: Story (1995)|01-Jan-1995||http://us.imdb.com/M?t|" + "|".join("01" * 9) + "|0\n"
SMALL: dict[str, Callable[[str], bytes]] = {
    "mnist": idx,
    "fashion_mnist": idx,
    "usps": digits,
    "omniglot": drawings,
    "movielens_100k": lambda _: projects.zipped(
        {
            "ml-100k/u.data": b"196\t242\t3\t881250949\n186\t302\t3\t891717742\n",
            "ml-100k/u.item": f'{MOVIE}2|"caf\xe9|||http://x|{"|".join("0" * 19)}\n'.encode(
                "latin-1"
            ),
            "ml-100k/u.user": b"1|24|M|technician|85711\n2|53|F|other|02215\n",
        }
    ),
    "movielens_1m": lambda _: projects.zipped(
        {
            "ml-1m/ratings.dat": b"1::1193::5::978300760\n1::661::3::978302109\n",
            "ml-1m/movies.dat": "1::Toy: Story, \xe9 (1995)::Comedy|Drama\n2::J::War\n".encode(
                "latin-1"
            ),
            "ml-1m/users.dat": b"1::F::1::10::48067\n2::M::56::16::02215\n",
        }
    ),
    "goodbooks_10k": lambda name: {
        "books.csv": b"book_id,goodreads_book_id,books_count,isbn,isbn13,authors,"
        b"original_publication_year,original_title,title,language_code,average_rating,"
        b"ratings_count\n"
        b'1,27,272,0439,9.78043902348e+12,"A, B",2008.0,Null,Null,eng,4.34,4780653\n',
        "ratings.csv": b"user_id,book_id,rating\n1,258,5\n2,4081,4\n",
        "tags.csv": b"tag_id,tag_name\n0,-\n1,--1-\n",
        "book_tags.csv": b"goodreads_book_id,tag_id,count\n1,30574,167697\n",
        "to_read.csv": b"user_id,book_id\n9,8\n",
    }[name],
    "wine_quality": lambda _: (
        b'"fixed acidity";"volatile acidity";"citric acid";"residual sugar";"chlorides";'
        b'"free sulfur dioxide";"total sulfur dioxide";"density";"pH";"sulphates";"alcohol";'
        b'"quality"\n7.4;0.7;0.1;1.9;0.076;11.5;34.5;0.9978;3.51;0.56;9.4;5\n'
    ),
    "bike_sharing": lambda _: projects.zipped(
        {
            "hour.csv": b"instant,dteday,season,yr,mnth,hr,holiday,weekday,workingday,weathersit,"
            b"temp,atemp,hum,windspeed,casual,registered,cnt\n"
            b"1,2011-01-01,1,0,1,0,0,6,0,1,0.24,0.2879,0.81,0.0,3,13,16\n",
            "day.csv": b"instant,dteday,season,yr,mnth,holiday,weekday,workingday,weathersit,"
            b"temp,atemp,hum,windspeed,casual,registered,cnt\n"
            b"1,2011-01-01,1,0,1,0,6,0,2,0.344167,0.363625,0.805833,0.160446,331,654,985\n",
        }
    ),
    "adult": lambda name: (
        (b"|1x3 Cross validator\n" if name == "adult.test" else b"")
        + b"39, State-gov, 77516, Bachelors, 13, Never-married, Adm-clerical, Not-in-family, White,"
        b" Male, 2174, 0, 40, United-States, <=50K"
        + (b".\n" if name == "adult.test" else b"\n")
        + b"28, ?, 1, HS-grad, 9, Divorced, ?, Wife, Black, Female, 0, 0, 40, ?, >50K"
        + (b".\n\n" if name == "adult.test" else b"\n\n")
    ),
}


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put small files of the same form in the place of what would be fetched."""
    folder, expanded = tmp_path_factory.mktemp("small"), published.expanded

    def fetched(address: str, _: str | None) -> Path:
        path = folder / addresses.name(address)
        path.write_bytes(SMALL[folder.joinpath("name").read_text()](path.name))
        return path

    def without(preset: presets.Preset) -> Any:
        (folder / "name").write_text(preset.name)
        source = expanded(preset)
        return replace(source, sha256={} if isinstance(source, Idx) else None)

    monkeypatch.setattr(remote, "fetched", fetched)
    monkeypatch.setattr(published, "expanded", without)
    return folder


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_a_small_file_of_the_same_form(name: str, part: str, small: Path) -> None:
    """Its rows hold to the contract that ships with the preset, numbers of rows aside."""
    frame = projects.taken({"kind": "preset", "name": name, "part": part})
    told = projects.schema()["source"]["preset"]
    assert (told["name"], told["part"]) == (name, part)
    assert told["licence"]
    assert told["citation"]
    contract = json.loads((CONTRACTS / f"{name}-{part}.json").read_text("utf-8"))
    asked = [e for e in contract["expectations"] if not any(c in e["type"] for c in COUNTS)]
    assert len(asked) < len(contract["expectations"])
    table = tables.read(projects.OUTPUTS[0])
    assert len(clauses.read(table, contract)) >= len(contract["expectations"])
    assert len(frame) in (1, 2, 3)
    if part == presets.PARTS[name][0]:  # the others differ in their numbers
        some = json.loads(json.dumps(asked).replace("pixel_*", "pixel_*00"))
        held = contracts.check(table, {**contract, "expectations": some})
        assert [e for e in held.expectations if not e.success] == []


@pytest.mark.parametrize(
    ("source", "column", "values"),
    [
        ({"name": "usps"}, "label", [6, 0]),
        ({"name": "usps"}, "pixel_001", [0.5, 0.5]),
        ({"name": "omniglot", "part": "small1"}, "label", ["Greek/character01"] * 2),
        ({"name": "omniglot", "part": "small1"}, "parent", ["Greek"] * 2),
        ({"name": "movielens_100k", "part": "movies"}, "title", ["Toy: Story (1995)", '"caf\xe9']),
        ({"name": "movielens_100k", "part": "users"}, "zip_code", ["85711", "02215"]),
        ({"name": "movielens_1m", "part": "movies"}, "title", ["Toy: Story, \xe9 (1995)", "J"]),
        ({"name": "goodbooks_10k"}, "title", ["Null"]),
        ({"name": "adult", "part": "test"}, "income", ["<=50K", ">50K"]),
        ({"name": "adult"}, "workclass", ["State-gov", None]),
        (
            {"name": "adult", "columns": {"select": ["age"], "rename": {"age": "years"}}},
            "years",
            [39, 28],
        ),
        ({"name": "adult", "columns": {"cast": {"age": "text"}}}, "age", ["39", "28"]),
        ({"name": "adult", "columns": {"constants": {"part": "a"}}}, "part", ["a", "a"]),
    ],
)
def test_values_are_those_of_the_file(
    source: dict[str, Any], column: str, values: list[Any], small: Path
) -> None:
    """Labels, texts with marks, missing values; and columns as the user wants them."""
    frame = projects.taken({"kind": "preset", **source})
    assert [None if pd.isna(value) else value for value in frame[column]] == values


def test_every_preset_is_complete() -> None:
    """Parts, contracts and the page of presets name the same; what is certain has its SHA-256."""
    assert published.PUBLICATIONS.keys() == presets.PARTS.keys()
    page = PAGE.read_text("utf-8")
    for name, publication in published.PUBLICATIONS.items():
        assert tuple(publication.parts) == presets.PARTS[name]
        assert all((CONTRACTS / f"{name}-{part}.json").is_file() for part in publication.parts)
        assert bool(publication.checked) == (name not in presets.UNCERTAIN)
        for line in (f"`{name}`", publication.page, publication.citation):
            assert line in page
        for part in publication.parts.values():
            sums = list(part.sha256.values()) if isinstance(part, Idx) else [part.sha256]
            assert all((value is None) == (name in presets.UNCERTAIN) for value in sums)
    assert len(list(CONTRACTS.iterdir())) == len(PARTS)


def test_an_unknown_checksum_is_taken_from_the_user(
    server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without it the value to paste is told; with it the rows come."""
    monkeypatch.setenv(caching.VARIABLE, str(tmp_path / "cache"))
    content = SMALL["goodbooks_10k"]("ratings.csv")
    (tmp_path / "ratings.csv").write_bytes(content)
    part = published.PUBLICATIONS["goodbooks_10k"].parts["ratings"]
    here = replace(part, path=f"file://{tmp_path}/ratings.csv")  # type: ignore[arg-type]
    parts = {**published.PUBLICATIONS["goodbooks_10k"].parts, "ratings": here}
    changed = replace(published.PUBLICATIONS["goodbooks_10k"], parts=parts)
    monkeypatch.setitem(published.PUBLICATIONS, "goodbooks_10k", changed)
    source = {"kind": "preset", "name": "goodbooks_10k", "part": "ratings"}
    found = hashlib.sha256(content).hexdigest()
    with pytest.raises(ValueError, match=f"Then paste `sha256: {found}`"):
        projects.taken(source)
    assert projects.taken({**source, "sha256": found})["rating"].tolist() == [5, 4]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "mnits"}, "source.name: expected 'adult' or .*did you mean 'mnist'"),
        ({"name": "mnist", "part": "tests"}, "part: 'mnist' has no part 'tests'; did you mean 'te"),
        ({"name": "mnist", "sha256": "0" * 64}, "sha256: the SHA-256 of 'mnist' is known: leave"),
        ({"name": "usps", "sha256": "0"}, "sha256: expected 64 hex digits"),
    ],
)
def test_a_wrong_entry_is_told(options: dict[str, Any], message: str) -> None:
    """Names, parts and checksums that cannot be."""
    with pytest.raises(ValueError, match=message):
        projects.taken({"kind": "preset", **options})


def archives() -> Iterator[Any]:
    """Yield the archives of Omniglot that are here."""
    for part in ("small1", "small2"):
        path = REAL / "omniglot" / f"images_background_{part}.zip"
        missing = pytest.mark.skipif(not path.is_file(), reason=f"{path} is not here")
        yield pytest.param(part, path, marks=missing)


@pytest.mark.slow
@pytest.mark.parametrize(("part", "path"), list(archives()))
def test_the_real_archives_of_omniglot(
    part: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The published file has the published SHA-256, and its rows hold to the whole contract."""
    monkeypatch.setattr(remote, "fetched", lambda *_: path)
    projects.taken({"kind": "preset", "name": "omniglot", "part": part})
    contract = json.loads((CONTRACTS / f"omniglot-{part}.json").read_text("utf-8"))
    held = contracts.check(tables.read(projects.OUTPUTS[0]), contract)
    assert [e for e in held.expectations if not e.success] == []
