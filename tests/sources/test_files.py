"""Each kind of file gives the rows that its own library wrote."""

import bz2
import gzip
import hashlib
import io
import lzma
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal

from tests.sources import projects

TEXT = b'n,x,w,day,ok\n1,0.5,a,2024-01-31,true\n2,1.5,"b, c",2024-02-29,false\n,2,a,,true\n'
FRAME = pd.DataFrame(
    {
        "n": [1.0, 2.0, np.nan],
        "x": [0.5, 1.5, 2.0],
        "w": pd.Series(["a", "b, c", "a"], dtype="str"),
        "day": pd.to_datetime(["2024-01-31", "2024-02-29", None]).astype("datetime64[us]"),
        "ok": [True, False, True],
    }
)


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("own.csv", bytes),
        ("own.csv.gz", gzip.compress),
        ("own.csv.bz2", bz2.compress),
        ("own.csv.xz", lzma.compress),
        ("own.csv.zst", lambda content: pa.Codec("zstd").compress(content, asbytes=True)),
    ],
)
def test_csv_plain_and_packed(name: str, pack: Any) -> None:
    """The ending says how it is packed; types follow from the values."""
    Path(name).write_bytes(pack(TEXT))
    assert_frame_equal(projects.taken({"path": name}), FRAME)


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (b"\xef\xbb\xbf" + TEXT, {}),  # a mark of byte order
        (TEXT.replace(b"\n", b"\r\n"), {}),
        (TEXT.decode().encode("utf-16"), {"encoding": "utf-16"}),
        (TEXT.decode().encode("utf-16-le"), {"encoding": "utf-16-le"}),
        (b"made by a machine\nat night\n" + TEXT, {"skip": 2}),
        (TEXT.partition(b"\n")[2], {"header": False, "names": ["n", "x", "w", "day", "ok"]}),
        (TEXT.replace(b'"', b"'"), {"quote": "'"}),
        (TEXT.replace(b"\n,2", b"\n?,2").replace(b",,", b",?,"), {"nulls": ["?"]}),
        (
            TEXT.replace(b"2024-01-31", b"31.1.2024").replace(b"2024-02-29", b"29.2.2024"),
            {"columns": {"dates": {"day": "%d.%m.%Y"}}},
        ),
        (
            b"n;x;w;day;ok\n1;0,5;a;2024-01-31;true\n2;1,5;b, c;2024-02-29;false\n;2;a;;true\n",
            {"delimiter": ";", "decimal": ","},
        ),
    ],
)
def test_csv_as_people_write_it(content: bytes, options: dict[str, Any]) -> None:
    """Marks, line ends, encodings, headers, quotes, nulls, dates and decimals can be stated."""
    Path("own.csv").write_bytes(content)
    assert_frame_equal(projects.taken({"path": "own.csv", **options}), FRAME)


def test_a_tsv_has_tabs() -> None:
    """The ending says what is between values, and the schema what was decided."""
    Path("own.tsv").write_bytes(b"a\tb\n1\tx, y\n2\tz\n")
    found = projects.taken({"path": "own.tsv"})
    assert found.to_dict("list") == {"a": [1, 2], "b": ["x, y", "z"]}
    told = projects.schema()["source"]
    assert told["delimiter"] == "\t"
    assert told["columns"][0] == {
        "name": "a",
        "kind": "integer",
        "decided": "by all values",
        "values": {"integer": 2},
    }


def test_a_file_is_recorded_with_its_digest() -> None:
    """The schema names the file, its bytes and its SHA-256; the right one is accepted."""
    Path("own.csv").write_bytes(TEXT)
    digest = hashlib.sha256(TEXT).hexdigest()
    projects.taken({"path": "own.csv", "sha256": digest.upper()})
    expected = {"path": "own.csv", "bytes": len(TEXT), "sha256": digest}
    assert projects.schema()["source"]["file"] == expected


def test_quotes_within_a_value_are_text() -> None:
    """An inch is no open quote, and a quoted value may go over lines."""
    Path("own.csv").write_text('a,b\n5" pipe,1\n"two\nlines",2\n')
    assert projects.taken({"path": "own.csv"})["a"].tolist() == ['5" pipe', "two\nlines"]


def test_one_column_may_have_missing_values() -> None:
    """An empty line of a file of one column is a row."""
    Path("own.csv").write_text("a\n1\n\n3\n")
    assert projects.taken({"path": "own.csv"})["a"].isna().tolist() == [False, True, False]


def test_columns_are_selected_renamed_and_cast() -> None:
    """What is left out is not even looked at; entries speak of the names in the source."""
    Path("own.csv").write_text("a,b,mixed\n1,01,x\n2,02,3\n")
    columns = {"select": ["b", "a"], "rename": {"a": "one"}, "cast": {"a": "text", "b": "integer"}}
    found = projects.taken({"path": "own.csv", "columns": columns})
    assert found.to_dict("list") == {"one": ["1", "2"], "b": [1, 2]}
    stated = projects.schema()["source"]["columns"][0]
    assert stated == {"name": "one", "kind": "text", "source": "a", "decided": "stated"}


def test_types_are_those_of_the_whole_file() -> None:
    """A fraction in the last of many rows makes the column numbers."""
    Path("own.csv").write_text("a\n" + "1\n" * 70_000 + "0.5\n")
    found = projects.taken({"path": "own.csv"})["a"]
    assert (str(found.dtype), len(found), found.iloc[-1]) == ("float64", 70_001, 0.5)


def test_sources_follow_each_other() -> None:
    """Files of several kinds with the same columns become one table, integers with numbers."""
    Path("a.csv").write_text("x,w\n1,u\n2,v\n")
    Path("b.jsonl").write_text('{"x": 0.5, "w": "z"}\n')
    found = projects.taken([{"path": "a.csv"}, {"path": "b.jsonl"}])
    assert found.to_dict("list") == {"x": [1.0, 2.0, 0.5], "w": ["u", "v", "z"]}
    assert [part["kind"] for part in projects.schema()["source"]["sources"]] == ["csv", "jsonl"]


def test_sources_may_have_their_columns_in_another_order() -> None:
    """Columns come in the order of the first source, whatever that of the others is."""
    Path("a.csv").write_text("x,w\n1,u\n")
    Path("b.csv").write_text("w,x\nv,2\n")
    found = projects.taken([{"path": "a.csv"}, {"path": "b.csv"}])
    assert found.to_dict("list") == {"x": [1, 2], "w": ["u", "v"]}


def test_books_and_movies_become_one_table() -> None:
    """Two files of other columns: each takes its own, renames them and states its medium."""
    Path("books.csv").write_text(
        'isbn,book_title,blurb,genre\n1,"One, Two","A ""blurb"".",crime\n2,Three,Long ago.,comedy\n'
    )
    Path("movies.csv").write_text("genre,overview,title,year\ncrime,A film.,Four,1999\n")
    books = {"book_title": "title", "blurb": "text", "genre": "category"}
    movies = {"overview": "text", "genre": "category"}
    found = projects.taken(
        [
            {
                "path": "books.csv",
                "columns": {
                    "select": list(books),
                    "rename": books,
                    "constants": {"medium": "book", "sold": True, "copies": 2},
                },
            },
            {
                "path": "movies.csv",
                "columns": {
                    "select": ["title", *movies],
                    "rename": movies,
                    "constants": {"medium": "movie", "copies": 3, "sold": False},
                },
            },
        ]
    )
    assert found.to_dict("list") == {
        "title": ["One, Two", "Three", "Four"],
        "text": ['A "blurb".', "Long ago.", "A film."],
        "category": ["crime", "comedy", "crime"],
        "medium": ["book", "book", "movie"],
        "sold": [True, True, False],
        "copies": [2, 2, 3],
    }
    told = projects.schema()["source"]["sources"]
    assert told[0]["constants"] == {"medium": "book", "sold": True, "copies": 2}


def test_json_lines() -> None:
    """Names come from any row; what a row lacks is missing, empty lines are none."""
    Path("own.jsonl").write_text(
        '{"n": 1, "x": 0.5, "w": "a"}\n\n{"x": 2, "n": null, "ok": true}\n', encoding="utf-8"
    )
    found = projects.taken({"path": "own.jsonl"})
    assert found["n"].tolist()[0] == 1
    assert found["x"].tolist() == [0.5, 2.0]
    assert found["w"].isna().tolist() == [False, True]
    assert found["ok"].tolist() == [None, True]


def test_json_lines_are_cast() -> None:
    """Words become dates and numbers where it is stated."""
    Path("own.jsonl").write_text('{"d": "2024-01-31", "n": 1, "b": true}\n' * 2)
    columns = {"cast": {"d": "timestamp", "n": "text", "b": "text"}}
    found = projects.taken({"path": "own.jsonl", "columns": columns})
    assert found["n"].tolist() == ["1", "1"]
    assert found["b"].tolist() == ["true", "true"]
    assert found["d"].tolist() == [pd.Timestamp("2024-01-31")] * 2


ARROW = pa.table(
    {
        "n": pa.array([1, 2, None], pa.int32()),
        "f": pa.array([0.5, 1.5, 2.5], pa.float32()),
        "w": pa.array(["a", "b", "a"]).dictionary_encode(),
        "d": pa.array([0, 1, None], pa.date32()),
        "t": pa.array([0, 1, 2], pa.timestamp("ms", "Europe/Berlin")),
        "m": pa.array(["1.50", "2.25", None]).cast(pa.decimal128(5, 2)),
    }
)


def check_arrow(found: pd.DataFrame) -> None:
    """Hold a table to the values of `ARROW`."""
    assert found["n"].fillna(-1).tolist() == [1, 2, -1]
    assert str(found["f"].dtype) == "float32"
    assert found["w"].tolist() == ["a", "b", "a"]
    assert found["d"].iloc[1] == pd.Timestamp("1970-01-02")
    assert found["t"].iloc[1] == pd.Timestamp("1970-01-01 00:00:00.001")
    assert found["m"].tolist()[:2] == [1.5, 2.25]


def test_parquet_of_all_types() -> None:
    """Dictionaries, dates, zones and decimals become plain columns."""
    pq.write_table(ARROW, "own.parquet")
    check_arrow(projects.taken({"path": "own.parquet"}))


def test_parquet_in_folders() -> None:
    """Files follow each other by their paths; folders named `column=value` are columns."""
    for year in (2024, 2023):
        Path(f"own/year={year}/kind=a").mkdir(parents=True)
        pq.write_table(pa.table({"x": [year, 1]}), f"own/year={year}/kind=a/part.parquet")
    Path("own/_SUCCESS").write_text("")
    found = projects.taken({"kind": "parquet", "path": "own"})
    assert found["x"].tolist() == [2023, 1, 2024, 1]
    assert found["year"].tolist() == [2023, 2023, 2024, 2024]
    assert found["kind"].tolist() == ["a"] * 4
    assert projects.schema()["source"]["file"]["files"] == 2


@pytest.mark.parametrize("name", ["own.arrow", "own.feather", "stream.arrow"])
def test_arrow_files_and_streams(name: str) -> None:
    """Feather, IPC files and IPC streams hold the same."""
    if name.endswith("feather"):
        pyarrow.feather.write_feather(ARROW, name)
    else:
        new = pa.ipc.new_stream if name.startswith("stream") else pa.ipc.new_file
        with new(name, ARROW.schema) as writer:
            writer.write_table(ARROW)
    check_arrow(projects.taken({"path": name}))


def test_excel_sheets() -> None:
    """Numbers, texts, dates and truths of a sheet; empty rows are none."""
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `excel` is not installed")
    book = openpyxl.Workbook()
    book.active.title = "one"
    sheet = book.create_sheet("two")
    day = pd.Timestamp("2024-01-31").to_pydatetime()
    for row in (
        ["n", "x", "w", "d", "ok"],
        [1, 0.5, "a", day, True],
        [],
        [2, 1, "NA", None, False],
    ):
        sheet.append(row)
    book.save("own.xlsx")
    found = projects.taken({"path": "own.xlsx", "sheet": "two"})
    assert found["n"].tolist() == [1, 2]
    assert found["x"].tolist() == [0.5, 1.0]
    assert found["w"].isna().tolist() == [False, True]
    assert found["d"].iloc[0] == day
    assert found["ok"].tolist() == [True, False]


def test_npz_arrays() -> None:
    """A vector is a column, a matrix as many as it has; text is text."""
    images = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
    words = np.array(["a", "bb", "c", ""])
    np.savez_compressed("own.npz", y=np.array([1, 2, 3, 4], ">i2"), pixel=images, w=words)
    found = projects.taken({"path": "own.npz"})
    assert list(found) == [f"pixel_{n}" for n in range(6)] + ["w", "y"]
    assert found["pixel_5"].tolist() == [5, 11, 17, 23]
    assert found["w"].tolist() == ["a", "bb", "c", ""]
    assert found["y"].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx_files(pack: Any) -> None:
    """Images and their labels stand beside each other."""
    images = np.arange(48, dtype=np.uint8).reshape(3, 4, 4)
    ending = ".gz" if pack is gzip.compress else ""
    Path(f"images{ending}").write_bytes(pack(projects.idx(images)))
    Path(f"labels{ending}").write_bytes(pack(projects.idx(np.array([7, 8, 9], ">i4"), 0x0C)))
    paths = {"pixel": f"images{ending}", "label": f"labels{ending}"}
    found = projects.taken({"kind": "idx", "paths": paths})
    assert np.array_equal(found.filter(like="pixel_"), images.reshape(3, 16))
    assert found["label"].tolist() == [7, 8, 9]
    assert "pixel_00" in found


def tarred(members: dict[str, bytes]) -> bytes:
    """Return a packed archive of tar."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, member in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(member)
            archive.addfile(entry, io.BytesIO(member))
    return content.getvalue()


@pytest.mark.parametrize("name", ["own", "own.zip", "own.tar.gz"])
def test_images_in_folders_and_archives(name: str) -> None:
    """The class is the folder, another size is scaled, other files are left out."""
    members = {
        "cat/1.png": projects.picture(colour=10),
        "cat/deep/2.jpg": projects.picture((8, 8), colour=200, ending="jpeg"),
        "dog/3.png": projects.picture(colour=30),
        "dog/.hidden.png": b"",
        "notes.txt": b"nothing",
    }
    if name == "own":
        for path, content in members.items():
            Path(name, path).parent.mkdir(parents=True, exist_ok=True)
            Path(name, path).write_bytes(content)
    else:
        Path(name).write_bytes((projects.zipped if name.endswith("zip") else tarred)(members))
    found = projects.taken({"kind": "images", "path": name, "height": 4, "width": 4})
    assert found["path"].tolist() == ["cat/1.png", "cat/deep/2.jpg", "dog/3.png"]
    assert found["label"].tolist() == ["cat", "cat", "dog"]
    assert found["pixel_00"].tolist() == [10, 200, 30]
    assert found.shape == (3, 18)


def test_images_whose_class_is_of_several_folders() -> None:
    """The folders above a class's own are its parent; a class of one folder has none."""
    members = {
        "all/Greek/alpha/1.png": projects.picture(colour=10),
        "all/Korean/alpha/1.png": projects.picture(colour=20),
        "all/loose.png": projects.picture(colour=30),
    }
    Path("own.zip").write_bytes(projects.zipped(members))
    options = {"kind": "images", "path": "own.zip", "height": 4, "width": 4, "skip": 1}
    found = projects.taken({**options, "levels": 2})
    assert found["label"].tolist() == ["Greek/alpha", "Korean/alpha", ""]
    assert found["parent"].tolist() == ["Greek", "Korean", ""]
    assert "parent" not in projects.taken(options)


def test_images_of_three_colours() -> None:
    """Channels run fastest, as `inputs.shape` of a study has them."""
    Path("own").mkdir()
    Path("own/a.png").write_bytes(projects.picture((2, 1), colour=(1, 2, 3)))
    options = {"kind": "images", "path": "own", "height": 1, "width": 2, "channels": 3}
    found = projects.taken(options)
    assert found.filter(like="pixel").to_numpy().tolist() == [[1, 2, 3, 1, 2, 3]]
    assert found["label"].tolist() == [""]


def test_a_workbook_of_another_name() -> None:
    """A kind that is stated needs no ending."""
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `excel` is not installed")
    book = openpyxl.Workbook()
    for row in (["n"], [1], [2]):
        book.active.append(row)
    book.save("own.xlsx")
    Path("own.xlsx").rename("own")
    assert projects.taken({"kind": "excel", "path": "own"})["n"].tolist() == [1, 2]
