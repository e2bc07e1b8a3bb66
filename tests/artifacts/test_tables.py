"""Tables come back as they were written, from the same bytes."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from trunkline.artifacts import tables

CELLS = {
    "float64": st.floats(allow_infinity=True),
    "float32": st.floats(width=32),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "int16": st.integers(-(2**15), 2**15 - 1),
    "bool": st.booleans(),
    "str": st.text(st.characters(exclude_categories=["Cs"])),
}


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Draw a frame of some rows with a column of every type."""
    rows = draw(st.integers(0, 5))
    return pd.DataFrame(
        {
            name: pd.Series(draw(st.lists(cells, min_size=rows, max_size=rows)), dtype=name)
            for name, cells in CELLS.items()
        }
    )


def example() -> pd.DataFrame:
    """Return 500 rows with text, whole numbers and floats."""
    index = np.arange(500)
    return pd.DataFrame(
        {"row_id": [f"r{i}" for i in index], "n": index, "x": (index / 7).astype(np.float32)}
    )


@settings(deadline=None)
@given(frames())
def test_parquet_write_then_read_is_identity(frame: pd.DataFrame) -> None:
    """Values and types survive Parquet, missing numbers included."""
    with tempfile.TemporaryDirectory() as folder:
        tables.write(frame, Path(folder) / "table.parquet")
        assert_frame_equal(tables.read(Path(folder) / "table.parquet"), frame)


def test_index_and_attributes_do_not_reach_the_bytes(tmp_path: Path) -> None:
    """Two frames of equal rows give equal bytes, whatever their index."""
    frame = example()
    tables.write(frame, tmp_path / "a.parquet")
    other = frame.set_axis([f"i{i}" for i in range(500)])
    other.attrs["note"] = "not a row"
    tables.write(other, tmp_path / "b.parquet")
    content = (tmp_path / "a.parquet").read_bytes()
    assert content == (tmp_path / "b.parquet").read_bytes()
    assert b"pandas_version" not in content


def test_write_refuses_mixed_types(tmp_path: Path) -> None:
    """A column of text and numbers is refused by name."""
    frame = pd.DataFrame({"mixed": pd.Series(["a", 1], dtype=object)})
    with pytest.raises(ValueError, match=r"table\.parquet cannot hold this table.*mixed"):
        tables.write(frame, tmp_path / "table.parquet")


def test_write_refuses_two_columns_of_one_name(tmp_path: Path) -> None:
    """Names must be distinct, for a column is asked for by name."""
    frame = pd.DataFrame([[1, 2]], columns=["twin", "twin"])
    with pytest.raises(ValueError, match=r"[Dd]uplicate column names.*twin"):
        tables.write(frame, tmp_path / "table.parquet")


@pytest.mark.parametrize("keep", [0, 3, 8, 1000, -1])
def test_read_names_a_truncated_file(keep: int, tmp_path: Path) -> None:
    """A file cut short at any place is named, with the way to get it back."""
    path = tmp_path / "table.parquet"
    tables.write(example(), path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ValueError, match=r"table\.parquet is damaged.*run `dvc repro`"):
        tables.read(path)


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7])
def test_read_notices_a_flipped_byte(place: float, tmp_path: Path) -> None:
    """A changed byte among the values is noticed, never read as another value."""
    path = tmp_path / "table.parquet"
    tables.write(example(), path)
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"table\.parquet is damaged"):
        tables.read(path)


def test_read_names_a_missing_file(tmp_path: Path) -> None:
    """A missing table is named, with the way to make it."""
    with pytest.raises(FileNotFoundError, match=r"table\.parquet does not exist\. Run `dvc repro`"):
        tables.read(tmp_path / "table.parquet")


@given(st.lists(st.floats(allow_infinity=True), min_size=1))
def test_csv_floats_come_back_exactly(numbers: list[float]) -> None:
    """Every float is written in full; NaN is an empty cell."""
    frame = pd.DataFrame({"epoch": range(len(numbers)), "loss": numbers})
    with tempfile.TemporaryDirectory() as folder:
        tables.write_csv(frame, Path(folder) / "curve.csv")
        assert_frame_equal(tables.read_csv(Path(folder) / "curve.csv"), frame)


def test_csv_is_plain(tmp_path: Path) -> None:
    r"""Lines end in "\n", floats are Python's, a missing cell is empty."""
    frame = pd.DataFrame({"arm": ["a,b", "c"], "loss": [0.1, np.nan], "n": [1, 2]})
    tables.write_csv(frame, tmp_path / "curve.csv")
    assert (tmp_path / "curve.csv").read_bytes() == b'arm,loss,n\n"a,b",0.1,1\nc,,2\n'


@pytest.mark.parametrize("content", [b"", b'a,b\n1,"2', b"a\n\xff\n"])
def test_csv_read_names_a_damaged_file(content: bytes, tmp_path: Path) -> None:
    """An empty, cut or garbled file is named."""
    (tmp_path / "curve.csv").write_bytes(content)
    with pytest.raises(ValueError, match=r"curve\.csv is damaged"):
        tables.read_csv(tmp_path / "curve.csv")


def test_a_csv_cut_in_its_last_line_is_noticed(tmp_path: Path) -> None:
    """A file that ends in the middle of a line is damaged, however well it reads."""
    path = tmp_path / "a.csv"
    tables.write_csv(pd.DataFrame({"a": [1, 22]}), path)
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(ValueError, match=r"a\.csv is damaged.*its last line has no end"):
        tables.read_csv(path)
