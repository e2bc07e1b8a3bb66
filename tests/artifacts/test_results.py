"""Results are sorted JSON that refuses what JSON does not have."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.artifacts import results

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | st.text() | numbers
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@dataclass(frozen=True)
class Pair:
    """Two fields."""

    second: float
    first: tuple[int, ...]


@given(values)
def test_write_then_read_is_identity(value: object) -> None:
    """Whatever JSON can hold comes back equal."""
    with tempfile.TemporaryDirectory() as folder:
        results.write(value, Path(folder) / "value.json")
        assert results.read(Path(folder) / "value.json") == value


def test_write_sorts_and_ends_with_a_newline(tmp_path: Path) -> None:
    """Keys are sorted, dataclasses and NumPy values become JSON's, text stays readable."""
    value = {"b": Pair(second=np.float64(0.5), first=(1,)), "a": np.int64(3), "é": np.ones(1)}
    results.write(value, tmp_path / "value.json")
    assert (tmp_path / "value.json").read_text(encoding="utf-8") == (
        '{\n  "a": 3,\n  "b": {\n    "first": [\n      1\n    ],\n    "second": 0.5\n  },\n'
        '  "é": [\n    1.0\n  ]\n}\n'
    )


@pytest.mark.parametrize("number", [float("nan"), float("inf"), np.float32("-inf")])
def test_write_refuses_numbers_that_json_has_not(number: float, tmp_path: Path) -> None:
    """NaN and infinity are refused by the name of their key, and nothing is written."""
    with pytest.raises(ValueError, match=r"value\.json cannot hold .* at 'scores\[1\]\.low'"):
        results.write({"scores": [{}, {"low": number}]}, tmp_path / "value.json")
    assert not list(tmp_path.iterdir())


def test_write_refuses_other_types(tmp_path: Path) -> None:
    """A set has no order, so it is refused by the name of its key."""
    with pytest.raises(TypeError, match="cannot hold a set at 'classes'"):
        results.write({"classes": {1}}, tmp_path / "value.json")


def test_write_refuses_keys_that_are_not_text(tmp_path: Path) -> None:
    """A number as a key would sort as a number and read back as text."""
    with pytest.raises(TypeError, match=r"key 5 at 'budgets': expected text.* Write '5'"):
        results.write({"budgets": {5: 1}}, tmp_path / "value.json")


@pytest.mark.parametrize("keep", [0, 1, 10, 20])
def test_read_names_a_truncated_file(keep: int, tmp_path: Path) -> None:
    """A file cut short is named, with the way to get it back."""
    path = tmp_path / "value.json"
    results.write({"accuracy": [1, 2, 3]}, path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ValueError, match=r"value\.json is damaged.*run `dvc repro`"):
        results.read(path)
