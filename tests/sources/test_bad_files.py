"""A bad file stops with a message that names what is wrong, and leaves nothing behind."""

import gzip
import io
import os
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.sources import projects
from trunkline.sources import images

GOOD = b"a,b\n1,x\n2,y\n"
LONG = 1 << 20


def refused(source: Any, message: str, **dataset: Any) -> None:
    """Hold an ingest to its message, and to leaving nothing."""
    with pytest.raises((ValueError, OSError), match=message):
        projects.taken(source, **dataset)
    assert projects.nothing_was_left()


CSV = {
    "empty": (b"", r"own.csv: expected rows, the file is empty \(0 bytes\)"),
    "header only": (b"a,b\n", "own.csv: expected rows, the file has a header and none"),
    "header only, its line open": (b"a,b", "own.csv: expected rows, the file has a header and no"),
    "one line": (b"a", "own.csv: expected rows, the file has a header and none"),
    "JSON": (b'[{"a": 1, "b": "x"}]', "expected rows, it is JSON: say `kind: jsonl`, and write"),
    "JSON Lines": (b'{"a": 1}\n{"a": 2}\n', "own.csv: expected rows, it is JSON: say `kind: json"),
    "HTML behind a comment": (
        b"<!-- saved -->\n<html>log in</html>\n",
        "own.csv: expected rows, it is a page of HTML or XML: a download",
    ),
    "only empty lines": (b"\n\n", "expected names or values in the first row, it is empty"),
    "HTML": (
        b"\n <!DOCTYPE html><html>log in</html>",
        "own.csv: expected rows, it is a page of HTML or XML: a download",
    ),
    "wrong delimiter": (
        b"a;b;c\n1;2;3\n",
        "expected ',' between columns, the first row has none but 2 times ';': "
        "state `delimiter: ';'`",
    ),
    "tabs": (b"a\tb\n1\t2\n", r"1 times tab: state `delimiter: '\\t'`"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "own.csv: expected text, it is UTF-16: say `enc"),
    "UTF-16 without a mark": (
        GOOD.decode().encode("utf-16-le"),
        r"line 1: expected text, received a byte of 0: is it binary, or UTF-16",
    ),
    "another encoding": (
        "a,b\n1,x\n2,\xe9t\xe9\n".encode("latin-1"),
        "own.csv: line 3: expected text in utf-8, received the byte 0xe9 .*such as cp1252",
    ),
    "cut in a character": ("a,b\n1,\u00e9".encode()[:-1], "line 2: expected text in utf-8"),
    "too few values": (
        b"a,b\n1,x\n2\n",
        "own.csv: row 2: expected 2 values, received 1: '2': quote values that hold ','",
    ),
    "too many values": (b"a,b\n1,x\n2,y,z\n", "row 2: expected 2 values, received 3: '2,y,z'"),
    "open quote": (
        b'a,b\n1,x\n2,"y\n3,z\n',
        'own.csv: line 3: a " is opened there and not closed as it should be',
    ),
    "open quote of a long file": (
        b'a,b\n1,"x\n' + b"2,y\n" * 2_000_000,
        'own.csv: line 2: a " is opened there',
    ),
    "two columns of a name": (b"a,b,a\n1,2,3\n", "2 columns are called 'a': give each its own"),
    "a column without a name": (b"a,,c\n1,2,3\n", "column 2 of 3 has no name: give it one"),
    "another type half-way": (
        b"a,b\n" + b"1,x\n" * 70_000 + b"oops,y\n",
        r"column 'a' changes its type: row 1 has '1' \(integer, 70000 in all\); "
        r"row 70001 has 'oops' \(text, 1 in all\)",
    ),
    "decimal comma": (b'a,b\n"1,5",x\n', "row 1 has '1,5' .*state `decimal: ','`"),
    "beyond a float": (b"a,b\n1e400,x\n", "column 'a', row 1: expected a finite number, .*'1e400'"),
    "two formats of dates": (
        b"a,b\n2024-01-31,x\n31/01/2024,y\n",
        "column 'a' has dates in two formats: row 1 has '2024-01-31'",
    ),
    "no value in a column": (b"a,b\n,x\n,y\n", "column 'a' has no value at all: leave it out"),
    "a text that is too long": (
        b"a,b\n1,x\n2," + b"y" * (LONG + 1) + b"\n",
        "column 'b', row 2: expected texts of at most 1048576 bytes, received one of 1048577",
    ),
    "a row that is too long": (
        b"a,b\n1,x\n2," + b"y" * (LONG * 9) + b"\n",
        "own.csv: expected rows of at most 4194304 bytes",
    ),
    "packed": (
        gzip.compress(GOOD, mtime=0),
        "expected text, it is compressed by gzip: give its name the",
    ),
    "a workbook": (b"PK\x03\x04" + GOOD, "it is a zip archive or an Excel workbook: unpack it"),
    "its own row_id": (b"row_id,b\n1,x\n", "has a column 'row_id' of its own: name it as"),
}


@pytest.mark.parametrize(("content", "message"), CSV.values(), ids=CSV)
def test_a_bad_csv(content: bytes, message: str) -> None:
    """Each mistake of a CSV has a message of its own."""
    Path("own.csv").write_bytes(content)
    refused({"path": "own.csv"}, message)


def test_a_bad_file_keeps_what_was_there() -> None:
    """The last good table stays when the next version of the file is bad."""
    Path("own.csv").write_bytes(GOOD)
    projects.taken({"path": "own.csv"})
    before = [path.read_bytes() for path in projects.OUTPUTS]
    Path("own.csv").write_bytes(GOOD + b"3\n")
    with pytest.raises(ValueError, match="row 3: expected 2 values"):
        projects.taken({"path": "own.csv"})
    assert [path.read_bytes() for path in projects.OUTPUTS] == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": {"select": ["aa"]}}, r"columns.select: no column matches 'aa'"),
        ({"columns": {"cast": {"bb": "text"}}}, r"columns.cast: no column 'bb'; did you mean 'b'"),
        ({"columns": {"rename": {"a": "b"}}}, "columns.rename: two columns would be called 'b'"),
        ({"columns": {"cast": {"b": "number"}}}, "column 'b', row 1: expected a finite number"),
        ({"columns": {"cast": {"b": "text"}}, "skip": 9}, "expected names or values in the first"),
        ({"header": False, "names": ["u"]}, "expected 1 columns, as `names` has, the first row"),
        ({"encoding": "utf-16"}, "own.csv: expected text in utf-16: .*state `encoding: utf-16-le`"),
        ({"sha256": "0" * 64}, "expected the SHA-256 0{64}, it has [0-9a-f]{64}: .*paste"),
    ],
)
def test_entries_that_do_not_fit_the_file(options: dict[str, Any], message: str) -> None:
    """What params.yaml says of a file is held against it."""
    Path("own.csv").write_bytes(GOOD)
    refused({"path": "own.csv", **options}, message)


def test_lines_that_are_skipped_are_no_rows() -> None:
    """Rows are counted from 1 behind the header, whatever stands before it."""
    Path("own.csv").write_bytes(b"made by\na machine\n" + GOOD + b"3\n")
    refused({"path": "own.csv", "skip": 2}, "own.csv: row 3: expected 2 values, received 1: '3'")


def test_a_repeated_row_id() -> None:
    """Names that occur twice are told, over batches."""
    rows = [f"{number},x" for number in range(70_000)]
    Path("own.csv").write_text("\n".join(["key,b", *rows, "3,y", "5,z"]) + "\n")
    refused({"path": "own.csv"}, r"2 names occur more than once \(3, 5\)", row_id="key")
    refused(
        {"path": "own.csv"}, "row_id: no column matches 'kye'; did you mean 'key'", row_id="kye"
    )


def test_places_that_are_none() -> None:
    """Missing files, folders, pipes and what may not be read have their own messages."""
    Path("rows").mkdir()
    Path("rows/owm.csv").write_bytes(GOOD)
    os.mkfifo("pipe.csv")
    refused({"path": "rows/own.csv"}, "rows/own.csv: no such file; did you mean 'owm.csv'?")
    refused({"path": "data/own.csv"}, "no such file; there is no folder data. Paths start at")
    refused({"kind": "csv", "path": "rows"}, "rows: expected a file, it is a folder: name a file")
    refused({"path": "pipe.csv"}, "pipe.csv: expected a file, it is a device, a pipe or a socket")
    Path("loop.csv").symlink_to("loop.csv")
    refused({"path": "loop.csv"}, "loop.csv: cannot be looked at")
    Path("own.csv").symlink_to("gone/own.csv")
    refused({"path": "own.csv"}, "own.csv: it is a link to gone/own.csv, which is not there: mend")


def test_a_file_without_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of somebody else is told as such."""
    Path("own.csv").write_bytes(GOOD)
    opened = Path.open

    def forbid(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "own.csv":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", forbid)
    refused({"path": "own.csv"}, r"own.csv: may not be read by this user: .*chmod u\+r")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("own.csv.gz", gzip.compress(GOOD * 9000)[:-10], "packed by gzip, it is damaged or cut"),
        ("own.csv.gz", GOOD, "own.csv.gz: expected a whole file packed by gzip"),
        ("own.csv.bz2", GOOD, "packed by bzip2, it is damaged"),
        ("own.csv.xz", GOOD, "packed by xz, it is damaged"),
        ("own.csv.zst", GOOD, "packed by zstandard, it is damaged"),
        ("own.jsonl", b'{"a": 1}\n{"a": 1', "own.jsonl: line 2: expected a JSON object, received"),
        ("own.jsonl", b"[1, 2]\n", r"line 1: expected a JSON object .* received '\[1, 2\]'"),
        (
            "own.jsonl",
            b'[\n{"a": 1},\n{"a": 2}\n]\n',
            "line 1: .*one array has to be written as an ",
        ),
        ("own.jsonl", b'{"a": 1, "a": 2}\n', "line 1: .* the name 'a' occurs twice"),
        ("own.jsonl", b'{"a": NaN}\n', "NaN is no JSON: write null, or a number"),
        ("own.jsonl", b'{"a": 1}\n{"a": "b"}\n', "column 'a' changes its type"),
        ("own.jsonl", b'{"a": {"b": 1}}\n', "column 'a', row 1: expected a single value"),
        ("own.jsonl", b'{"a": 1e400}\n{"a": 1}\n', "numbers that are none: row 1 has 'inf'"),
        ("own.jsonl", b'{"a": "\\ud800"}\n', "line 1: expected a JSON object, .*surrogates"),
        ("own.jsonl", b"\n\n", "own.jsonl: expected rows, received none"),
        ("own.jsonl", b"[" * 200_000, "line 1: expected a JSON object"),
        ("own.parquet", b"PAR1" + GOOD, "own.parquet: expected Parquet of rows, it is damaged"),
        ("own.arrow", b"ARROW1\0\0" + GOOD, "own.arrow: expected Arrow of rows, it is damaged"),
        ("own.arrow", GOOD, "own.arrow: expected Arrow of rows, it is damaged"),
        ("own.feather", b"FEA1" + GOOD, "it is Feather of version 1: write it again"),
        ("own.npz", GOOD, "own.npz: expected arrays of NumPy .*, it is damaged or none"),
        ("own.npz", projects.zipped({"a.npy": GOOD}), "own.npz: expected arrays of NumPy"),
        ("own.xlsx", GOOD, "own.xlsx: expected a zip file or a workbook, it is damaged"),
    ],
)
def test_a_bad_file_of_another_kind(name: str, content: bytes, message: str) -> None:
    """What is packed or binary tells that it is damaged, and JSON its line."""
    Path(name).write_bytes(content)
    refused({"path": name}, message)


def _renamed(content: io.BytesIO) -> bytes:
    """Return a file whose column `naaame` has a name that is no text."""
    return content.getvalue().replace(b"naaame", b"n\x80aame")


def test_a_name_of_a_column_that_is_no_text() -> None:
    """Names are decoded late, and a file of bytes that are none is damaged."""
    table, content = pa.table({"naaame": [1, 2]}), io.BytesIO()
    with pa.ipc.new_file(content, table.schema) as writer:
        writer.write_table(table)
    Path("own.arrow").write_bytes(_renamed(content))
    refused({"path": "own.arrow"}, "own.arrow: expected Arrow of rows, it is damaged")
    content = io.BytesIO()
    pq.write_table(table, content, store_schema=False)
    Path("own.parquet").write_bytes(_renamed(content))
    refused({"path": "own.parquet"}, "own.parquet: expected Parquet of rows, it is damaged")


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": np.array([{}], object)}, "array 'a' holds objects of Python, which only a pickle"),
        ({"a": np.array(1)}, "array 'a' is a single value, expected rows"),
        ({"a": np.ones((2, 3), order="F")}, "array 'a' is stored by columns"),
        ({"a": np.ones(2), "b": np.ones(3)}, r"as many rows each, received \{'a': 2, 'b': 3\}"),
        ({"a": np.ones((2, 0))}, "array 'a' has 0 values in a row"),
        ({"a": np.ones(2, complex)}, "array 'a' holds complex128, expected booleans"),
        pytest.param(
            {"a": np.ones(2, np.longdouble)},
            "array 'a' holds float[0-9]+, expected booleans",
            marks=pytest.mark.skipif(np.finfo(np.longdouble).bits == 64, reason="it is a double"),
        ),
        ({}, "expected arrays with as many rows each, received {}"),
        (
            {"a": np.array([1, np.nan, np.inf, -np.inf])},
            "own.npz: column 'a', row 3: expected a finite number, received 'inf': correct it",
        ),
        ({"a": np.array([1, -np.inf], np.float16)}, "'a', row 2: expected a finite number"),
        ({"a": np.ones(0)}, "Own: expected rows, its source has columns and none"),
    ],
)
def test_arrays_that_are_no_table(arrays: dict[str, Any], message: str) -> None:
    """Arrays of objects, of one value or of other rows are told; nothing is unpickled."""
    np.savez("own.npz", **arrays)
    refused({"path": "own.npz"}, message)


@pytest.mark.parametrize("columns", [{}, {"cast": {"x": "number"}}, {"rename": {"x": "y"}}])
@pytest.mark.parametrize("kind", [pa.float32(), pa.float64()])
def test_infinities_in_files_that_know_their_types(
    kind: pa.DataType, columns: dict[str, Any]
) -> None:
    """An infinite number is told of Parquet and Arrow too, over batches; NaN is a missing one."""
    values = [0.5, float("nan"), None] + [1.0] * 70_000
    name = columns.get("rename", {}).get("x", "x")
    for ending in ("parquet", "arrow"):
        for content in (values, [*values, float("-inf")]):
            table = pa.table({"x": pa.array(content, kind)})
            if ending == "parquet":
                pq.write_table(table, "own.parquet")
            else:
                with pa.ipc.new_file("own.arrow", table.schema) as writer:
                    writer.write_table(table, max_chunksize=999)
            if content is values:
                found = projects.taken({"path": f"own.{ending}", "columns": columns})
                assert found[name].isna().sum() == 2
                for path in projects.OUTPUTS:
                    path.unlink()
        message = f"own.{ending}: column '{name}', row 70004: expected a finite number, .*'-inf'"
        refused({"path": f"own.{ending}", "columns": columns}, message)


def test_a_header_that_claims_more_columns_than_there_are_bytes() -> None:
    """A small file is told as cut short, before thousands of columns are made for it."""
    header = io.BytesIO()
    claim = {"descr": "<f4", "fortran_order": False, "shape": (2, 150_000)}
    np.lib.format.write_array_header_1_0(header, claim)
    Path("own.npz").write_bytes(projects.zipped({"a.npy": header.getvalue()}))
    refused({"path": "own.npz"}, "own.npz: .* expected 600000 bytes of the first row, 0 are left")


IMAGES = projects.idx(np.zeros((3, 2, 2), np.uint8))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x01" + IMAGES[1:], r"expected an IDX file .*, it begins with 0x01 0x00 0x08 0x03"),
        (b"\0\0\x07\x03" + IMAGES[4:], "expected an IDX file"),
        (IMAGES[:-1], "expected 12 bytes more, 11 are left: the file is cut short"),
        (
            gzip.compress(IMAGES, mtime=0),
            "own: expected an IDX file .* by gzip: give its name the ending .gz",
        ),
        (IMAGES[:7], "expected 12 bytes more, 3 are left"),
        (IMAGES + b"\0", "the file goes on after them"),
        (b"\0\0\x08\x02" + struct.pack(">2I", 2**31, 2**31), "has 2147483648 values in a row"),
        (b"\0\0\x08\x01" + struct.pack(">I", 2**31), "expected 1 bytes more, 0 are left"),
        (b"\0\0\x08\x01" + struct.pack(">I", 0), r"the header says \[0\]"),
        (
            b"\0\0\x08\x02" + struct.pack(">2I", 2, 150_000),
            "expected 150000 bytes more, 0 are left",
        ),
        (
            projects.idx(np.array([1, np.inf], ">f4"), 0x0D),
            "own: column 'x', row 2: expected a finite number, received 'inf'",
        ),
    ],
)
def test_a_bad_idx_file(content: bytes, message: str) -> None:
    """A wrong magic number, and sizes that are not those of the file, are told."""
    Path("own").write_bytes(content)
    refused({"kind": "idx", "paths": {"x": "own"}}, message)


def test_idx_files_of_other_rows() -> None:
    """Images and labels of different lengths do not belong together."""
    Path("x").write_bytes(IMAGES)
    Path("y").write_bytes(projects.idx(np.zeros(2, np.uint8)))
    message = r"expected as many rows in each file, received \{'x': 3, 'y': 2\}"
    refused({"kind": "idx", "paths": {"x": "x", "y": "y"}}, message)


def oversized(width: int, height: int) -> bytes:
    """Return a PNG whose header claims this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = (
        struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )
    good = projects.picture()
    return good[:8] + chunk + good[8 + 25 :]


BITMAP = b"BM" + bytes(12) + struct.pack("<IiiHH", 40, 0, 0, 1, 24) + bytes(24)
PICTURES = {
    "0 x 0": (
        {"a/x.png": oversized(0, 0)},
        "a/x.png: expected a picture of 1 to 67108864 pixels, received 0 x 0",
    ),
    "0 x 5": ({"x.png": oversized(0, 5)}, "x.png: .* of 1 to 67108864 pixels, received 0 x 5"),
    "a GIF of 0 x 0": ({"x.gif": b"GIF89a" + bytes(60)}, "x.gif: .*, received 0 x 0"),
    "a BMP of 0 x 0": (
        {"x.bmp": BITMAP},
        "x.bmp: .*, received 0 x 0",
    ),
    "the start of a PNG": ({"x.png": b"\x89PNG\r\n\x1a\n"}, "expected a picture, it is none of PN"),
    "30000 x 30000": (
        {"a/x.png": oversized(30_000, 30_000)},
        "a/x.png: expected a picture of 1 to 67108864 pixels, .*: make it smaller, or take it out",
    ),
    "9000 x 9000": (
        {"a/x.png": oversized(9_000, 9_000)},
        "expected a picture of 1 to 67108864 pixels, received 9000 x 9000",
    ),
    "no picture": ({"a/x.png": b"text"}, "a/x.png: expected a picture, it is none of PNG, JPEG"),
    "cut short": ({"a/x.png": projects.picture()[:45]}, "a/x.png: expected a picture, it is dam"),
    "none": ({"a/x.txt": b"text"}, r"expected pictures \(.bmp, .gif, .*\), found none"),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("members", "message"), PICTURES.values(), ids=PICTURES)
def test_bad_pictures(members: dict[str, bytes], message: str, packed: bool) -> None:
    """Pictures without pixels, with too many, or damaged, in a folder or an archive."""
    name = "own.zip" if packed else "own"
    if packed:
        Path(name).write_bytes(projects.zipped(members))
    for path, content in {} if packed else members.items():  # type: ignore[attr-defined]
        Path(name, path).parent.mkdir(parents=True, exist_ok=True)
        Path(name, path).write_bytes(content)
    refused({"kind": "images", "path": name, "height": 2, "width": 2}, message)


def refused_archive(content: bytes, message: str, ending: str = "zip", **options: Any) -> None:
    """Hold an archive of pictures to its message."""
    name = f"own.{ending}"
    Path(name).write_bytes(content)
    source = {"kind": "images", "path": name, "height": 2, "width": 2}
    refused(source | options, message)


@pytest.mark.parametrize("name", ["../x.png", "/x.png", "a\\..\\..\\x.png", "C:/x.png"])
def test_a_member_that_leads_out_of_its_archive(name: str) -> None:
    """A path out of the folder is refused, in archives of either kind."""
    message = "leads out of the archive's folder: this archive is not to be trusted"
    refused_archive(projects.zipped({name: projects.picture()}), message)
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    refused_archive(content.getvalue(), message, "tar")


def test_a_link_in_an_archive() -> None:
    """A link may lead anywhere and is refused."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        entry = tarfile.TarInfo("a.png")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(entry)
    refused_archive(content.getvalue(), "member 'a.png' is a link: put a copy there", "tar")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive_:
        link = zipfile.ZipInfo("a.png")
        link.external_attr = 0o120777 << 16
        archive_.writestr(link, "/etc/passwd")
    refused_archive(content.getvalue(), "member 'a.png' is a link: put a copy there")


def test_a_bomb() -> None:
    """An archive that unpacks to more than its limit is refused, also where it lies about that."""
    zeros = bytes(3 << 20)
    bomb = projects.zipped({"a.png": zeros})
    assert len(bomb) < 10_000
    message = "expected at most 1048576 bytes once it is unpacked, it has 3145728 or more"
    refused_archive(bomb, message, limit_mib=1)
    size = struct.pack("<I", len(zeros))
    refused_archive(bomb.replace(size, struct.pack("<I", 9)), "own.zip: expected", limit_mib=1)
    packed = gzip.compress(bytes(512) + zeros, mtime=0)
    refused_archive(packed, "own.tar.gz: expected pictures .* found none", "tar.gz")


def test_a_file_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture is in memory whole: in a folder and in an archive it has the same limit."""
    monkeypatch.setattr(images, "LARGEST_FILE", 1 << 20)
    zeros = bytes(3 << 20)
    message = "member 'a.png': expected at most 1048576 bytes of it"
    refused_archive(projects.zipped({"a.png": zeros}), message)
    Path("own").mkdir()
    Path("own/a.png").write_bytes(zeros)
    source = {"kind": "images", "path": "own", "height": 2, "width": 2}
    refused(source, "own/a.png: expected at most 1048576 bytes of a picture")


def test_a_broken_archive() -> None:
    """An archive that is cut short or changed is told as damaged."""
    whole = projects.zipped({f"{n}.png": projects.picture() for n in range(9)})
    refused_archive(whole[:-30], "own.zip: expected an archive, it is damaged or none")
    changed = bytearray(whole)
    changed[45:60] = bytes(15)
    refused_archive(bytes(changed), "own.zip")
    refused_archive(GOOD, "own.tar: expected an archive, it is damaged", "tar")
    refused_archive(b"", "the file is empty", "tar")


def test_a_link_that_leaves_its_folder() -> None:
    """A link within the folder is followed, one that leads out of it is refused."""
    Path("own/a").mkdir(parents=True)
    Path("own/a/x.png").write_bytes(projects.picture((2, 2)))
    Path("own/b").symlink_to("a/x.png")
    source = {"kind": "images", "path": "own", "height": 2, "width": 2}
    assert len(projects.taken(source)) == 1
    for path in projects.OUTPUTS:
        path.unlink()
    Path("own/c").symlink_to("/etc")
    refused(source, "own/c: it is a link that leaves the folder own")


@pytest.mark.skipif(os.name != "posix", reason="names of files are text there")
def test_a_name_that_is_no_text() -> None:
    """A name in another encoding would be another row on another machine."""
    os.makedirs(b"own/\xff")
    Path("own/a.png").write_bytes(projects.picture((2, 2)))
    os.link("own/a.png", b"own/\xff/a.png")
    source = {"kind": "images", "path": "own", "height": 2, "width": 2}
    refused(source, r"own/\\xff: expected a name in UTF-8")
    with tarfile.open("own.tar", "w") as archive:
        archive.add(b"own/\xff/a.png".decode(errors="surrogateescape"))
    refused(source | {"path": "own.tar"}, r"own.tar: member 'own/\\xff/a.png' has a name that is")


def test_folders_whose_digest_is_another() -> None:
    """The SHA-256 of a folder covers all its files and their names."""
    Path("own").mkdir()
    Path("own/x.png").write_bytes(projects.picture((2, 2)))
    source = {"kind": "images", "path": "own", "height": 2, "width": 2}
    refused(source | {"sha256": "0" * 64}, "of all files, it is [0-9a-f]{64}: files were changed")
    Path("rows").mkdir()
    pq.write_table(pa.table({"x": [1]}), "rows/a.parquet")
    source = {"kind": "parquet", "path": "rows", "sha256": "0" * 64}
    refused(source, "of all files, it is [0-9a-f]{64}: files were changed")


def test_parquet_files_that_differ() -> None:
    """A file of other columns or types than the first is named, with the difference."""
    Path("own").mkdir()
    refused({"kind": "parquet", "path": "own"}, r"expected files `\*.parquet` in it, found none")
    pq.write_table(pa.table({"x": [1], "y": [2]}), "own/a.parquet")
    pq.write_table(pa.table({"x": ["1"], "z": [2]}), "own/b.parquet")
    message = r"b.parquet: .*lacks \['y'\], has \['z'\] besides, 'x' is string, not int64"
    refused({"kind": "parquet", "path": "own"}, message)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pa.table({"x": [[1]]}), r"column 'x' holds list<.*>, not single values: leave it out"),
        (pa.table({"x": pa.nulls(2)}), "column 'x' has no value at all: leave it out"),
        (pa.table({"x": ["y" * (LONG + 1)]}), "column 'x', row 1: expected texts of at most"),
        (pa.table({"x": pa.array([], pa.int64())}), "Own: expected rows, its source has columns"),
        (pa.table([pa.array([1])] * 2, ["x", "x"]), "2 columns are called 'x'"),
    ],
)
def test_columns_that_a_table_cannot_have(table: pa.Table, message: str) -> None:
    """Lists, nothing at all and texts without end are told of typed files too."""
    pq.write_table(table, "own.parquet")
    refused({"path": "own.parquet"}, message)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (b"a,c\n1,x\n", r"b.csv: .*lacks \['b'\] and has \['c'\] besides"),
        (b"a,b\nu,x\nv,x\n", "b.csv: column 'a' is large_string, in a.csv it is int64"),
    ],
)
def test_sources_that_do_not_fit_each_other(other: bytes, message: str) -> None:
    """Sources of one dataset have the same columns, of the same types."""
    Path("a.csv").write_bytes(GOOD)
    Path("b.csv").write_bytes(other)
    refused([{"path": "a.csv"}, {"path": "b.csv"}], message)


def test_a_constant_does_not_hide_a_column() -> None:
    """A constant of the name of a column that is taken is refused; of one left out it is not."""
    Path("a.csv").write_text("x,medium\n1,film\n")
    columns = {"constants": {"medium": "book"}}
    message = "a.csv: columns.constants: the source has a column 'medium' of its own: leave it out"
    refused({"path": "a.csv", "columns": columns}, message)
    found = projects.taken({"path": "a.csv", "columns": columns | {"select": ["x"]}})
    assert found.to_dict("list") == {"x": [1], "medium": ["book"]}


def test_workbooks_that_do_not_tell_their_rows() -> None:
    """Sheets and headers must be plain; what openpyxl stumbles over is a damaged workbook."""
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `excel` is not installed")
    refused_book = "own.xlsx"

    def saved(*rows: list[Any], sheets: int = 1) -> dict[str, str]:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        for _ in range(sheets - 1):
            book.create_sheet("more")
        book.save(refused_book)
        return {"path": refused_book}

    refused(saved(["a"], [1], sheets=2), r"it has the sheets \['Sheet', 'more'\]: name one")
    refused(saved(["a"], [1]) | {"sheet": "Shet"}, "no sheet 'Shet'; did you mean 'Sheet'?")
    refused(saved(), "expected names in the first row, it is empty")
    refused(saved(["a", None, "b"], [1, 2, 3]), "column 2 has no name: give it a name")
    refused(saved(["a", "a"], [1, 2]), "is called 'a', as another is")
    refused(saved(["a"], [1, 2]), "row 1 has values right of the last named column")
    refused(saved(["a"]), "own.xlsx: expected rows, received none")
    Path(refused_book).write_bytes(projects.zipped({"x": b"1"}))
    refused({"path": refused_book}, "expected an Excel workbook, it is damaged or none")


def test_a_workbook_without_openpyxl(monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install is told."""
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    Path("own.xlsx").write_bytes(projects.zipped({"x": b"1"}))
    refused(
        {"path": "own.xlsx"},
        r"workbooks need openpyxl: `\.venv/bin/python -m pip install openpyxl`",
    )


def _marked(place: int, value: int) -> bytes:
    """Return an archive whose member has a value at a place of its central header."""
    archive = bytearray(projects.zipped({"rows.csv": GOOD}))
    archive[archive.index(b"PK\x01\x02") + place] = value
    return bytes(archive)


def _changed() -> bytes:
    """Return an archive of rows of which some bytes have become zeros."""
    rows = "a,b\n" + "".join(f"{number * 7919},x\n" for number in range(3000))
    content = bytearray(projects.zipped({"rows.csv": rows.encode()}))
    content[200:260] = bytes(60)
    return bytes(content)


@pytest.mark.parametrize(
    ("member", "content", "message"),
    [
        (
            "row.csv",
            projects.zipped({"rows.csv": GOOD}),
            "has no member 'row.csv'; did you mean 'ro",
        ),
        ("rows.csv", GOOD, r"own.zip: expected a zip file, it is damaged or none"),
        ("rows.csv", projects.zipped({"rows.csv": b""}), "expected names or values in the first"),
        ("rows.csv", _marked(8, 1), "member 'rows.csv' cannot be read: .* is encrypted"),
        ("rows.csv", _marked(10, 97), "member 'rows.csv' cannot be read: That compression"),
        ("rows.csv", _changed(), r"own.zip: expected a whole file, it is damaged or cut short"),
        ("../rows.csv", projects.zipped({"../rows.csv": GOOD}), "'../rows.csv' leads out of the a"),
        (
            None,
            projects.zipped({"rows.csv": GOOD}),
            "it is a zip .*: unpack it, say `kind: excel`, or name",
        ),
    ],
    ids=[
        "no such member",
        "no archive",
        "an empty member",
        "a password",
        "packed in another way",
        "a damaged member",
        "a member that leads out",
        "no member named",
    ],
)
def test_a_csv_in_a_bad_archive(member: str | None, content: bytes, message: str) -> None:
    """A member that is not there, is damaged or is not to be trusted; an archive that is none."""
    Path("own.zip").write_bytes(content)
    named = {} if member is None else {"member": member}
    refused({"kind": "csv", "path": "own.zip", **named}, message)
