"""Rows keep their names, whatever their order and however they come in batches."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trunkline.artifacts import streaming, tables
from trunkline.data import identity, streams

PINNED = "af1fcd27e589a1fa"


def identified(frame: pd.DataFrame, column: str | None, folder: Path) -> pd.DataFrame:
    """Return the table that is written of a frame."""
    streaming.write(streams.of_frame(frame), column, folder / "table.parquet")
    return tables.read(folder / "table.parquet")


def test_the_name_stands_in_front(tmp_path: Path) -> None:
    """The names of rows stand in front, as text; the other columns follow unchanged."""
    found = identified(pd.DataFrame({"x": [1.0, 2.0], "key": [7, 8]}), "key", tmp_path)
    assert list(found) == ["row_id", "x", "key"]
    assert found["row_id"].tolist() == ["7", "8"]
    assert str(found["row_id"].dtype) == "str"


def test_a_row_id_that_is_not_named_is_refused(tmp_path: Path) -> None:
    """A column `row_id` that the settings do not name would be lost."""
    frame = pd.DataFrame({"x": [1, 2], "row_id": ["a", "b"]})
    with pytest.raises(ValueError, match="has a column 'row_id' of its own: name it"):
        identified(frame, None, tmp_path)
    found = identified(frame, "row_id", tmp_path)
    assert found["row_id"].tolist() == ["a", "b"]
    assert list(found) == ["row_id", "x"]


ROWS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["u", "v"])), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_names_do_not_depend_on_the_order_of_rows(
    tmp_path: Path, content: list[tuple[int, str]], random: Any
) -> None:
    """Shuffled rows carry the same names, and equal rows have names of their own."""
    table = pd.DataFrame(content, columns=["n", "w"]).astype({"n": "int64", "w": "str"})
    order = list(range(len(table)))
    random.shuffle(order)
    found = identified(table, None, tmp_path)
    shuffled = identified(table.iloc[order], None, tmp_path)
    assert found["row_id"].is_unique
    assert sorted(map(tuple, found.to_numpy())) == sorted(map(tuple, shuffled.to_numpy()))


def test_names_are_pinned(tmp_path: Path) -> None:
    """The names of given rows never change, for splits hang on them."""
    table = pd.DataFrame({"n": [1, 1, 2], "w": pd.Series(["u", "u", "v"], dtype="str")})
    found = identified(table, None, tmp_path)["row_id"].tolist()
    assert found == [PINNED, f"{PINNED}-2", found[2]]
    assert len(found[2]) == 16


def test_a_table_in_memory_has_the_same_names(tmp_path: Path) -> None:
    """What is named without a file has the names that would be written."""
    table = pd.DataFrame({"n": [1, 1, 2], "x": [0.5, 0.5, 1.5]})
    found = identity.whole(streams.of_frame(table))
    pd.testing.assert_frame_equal(found, identified(table, None, tmp_path))


def test_a_hash_is_that_of_pandas() -> None:
    """Without missing values, the hash of a row is `pandas.util.hash_pandas_object`."""
    generator = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "whole": generator.integers(-5, 5, 50),
            "small": generator.integers(0, 200, 50).astype(np.uint8),
            "number": generator.normal(size=50),
            "single": generator.normal(size=50).astype(np.float32),
            "flag": generator.random(50) > 0.5,
            "word": pd.Series(generator.choice(["a", "b", ""], 50), dtype="str"),
            "time": pd.to_datetime("2024-01-31")
            + pd.to_timedelta(generator.integers(0, 99, 50), "s"),
        }
    )
    (batch,) = streams.of_frame(frame).batches()
    expected = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    assert np.array_equal(identity.of_rows(batch), expected)


def test_a_missing_value_is_no_value() -> None:
    """A row with a missing value has another name than one with 0, false or no text."""
    for empty, kind in ((0, pa.int64()), (0.0, pa.float64()), (False, pa.bool_()), ("", None)):
        values = pa.array([None, empty], kind or pa.large_string())
        hashes = identity.of_rows(pa.record_batch([values], ["x"]))
        assert hashes[0] != hashes[1]


def test_the_batches_leave_no_trace(tmp_path: Path) -> None:
    """The same rows in batches of any size give the same bytes, over several row groups."""
    rows = 150_000
    frame = pd.DataFrame({"n": np.arange(rows) % 1000, "x": np.sqrt(np.arange(rows))})
    whole = streams.of_frame(frame)

    def cut() -> Iterator[pa.RecordBatch]:
        for batch in whole.batches():
            yield from (batch.slice(0, 7), batch.slice(7, 3000), batch.slice(3007))

    contents = []
    for name, stream in {"a": whole, "b": streams.Stream(whole.schema, cut)}.items():
        streaming.write(stream, None, tmp_path / name)
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]
    tables.write(tables.read(tmp_path / "a"), tmp_path / "c")
    assert (tmp_path / "c").read_bytes() == contents[0]


@pytest.mark.parametrize(
    ("frame", "column", "message"),
    [
        (
            pd.DataFrame({"key": ["a", "b", "a", "b", "c"]}),
            "key",
            r"'key' .* 2 names occur more than once \(a, b\)",
        ),
        (
            pd.DataFrame({"key": pd.Series(["a", None], dtype="str")}),
            "key",
            "'key' names the rows, but row 2 has no name: fill it in",
        ),
        (
            pd.DataFrame({"key": [0.5]}),
            "key",
            r"'key' .* expected text or whole numbers, it is float64",
        ),
        (
            pd.DataFrame({"key": [1]}),
            "keys",
            r"no column matches 'keys'; did you mean 'key'\?",
        ),
    ],
)
def test_rows_that_cannot_be_named_are_told(
    frame: pd.DataFrame, column: str, message: str, tmp_path: Path
) -> None:
    """Repeated, missing and fractional names stop, and nothing is written."""
    with pytest.raises(ValueError, match=message):
        identified(frame, column, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_values_of_several_types_are_no_table() -> None:
    """A column of mixed values cannot be streamed."""
    with pytest.raises(ValueError, match=r"the rows are no table: .* one type"):
        streams.of_frame(pd.DataFrame({"a": [1, "x"]}))
