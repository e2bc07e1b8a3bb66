"""Ingest writes a table of named rows and its schema."""

from pathlib import Path

import pytest

from stages import ingest
from trunkline.artifacts import results, tables

PARAMETERS = Path("params.yaml").resolve()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty project with the parameters of this one."""
    (tmp_path / "params.yaml").write_bytes(PARAMETERS.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("dataset", ["digits", "latent", "stories"])
def test_a_table_and_its_schema(dataset: str, place: Path) -> None:
    """Rows are named, all differently; the schema tells what was written."""
    ingest.main(dataset=dataset, table=Path("out/table.parquet"), schema=Path("out/schema.json"))
    table = tables.read(place / "out/table.parquet")
    schema = results.read(place / "out/schema.json")
    assert table.columns[0] == "row_id"
    assert table["row_id"].is_unique
    assert schema["rows"] == len(table) > 0
    assert schema["dataset"] == dataset
    assert [c["name"] for c in schema["columns"]] == list(table)
    assert [c["type"] for c in schema["columns"]] == [str(t) for t in table.dtypes]


def test_the_same_bytes_twice(place: Path) -> None:
    """A second run writes what the first one wrote."""
    for name in ("one", "two"):
        ingest.main(dataset="latent", table=Path(name, "t.parquet"), schema=Path(name, "s.json"))
    assert (place / "one/t.parquet").read_bytes() == (place / "two/t.parquet").read_bytes()
    assert (place / "one/s.json").read_bytes() == (place / "two/s.json").read_bytes()


def test_an_unknown_dataset_is_named(place: Path) -> None:
    """A misspelt dataset is answered with the one that was meant, and nothing is written."""
    with pytest.raises(ValueError, match=r"there is no 'digit'; did you mean 'digits'\?"):
        ingest.main(dataset="digit", table=Path("t.parquet"), schema=Path("s.json"))
    assert [path.name for path in place.iterdir()] == ["params.yaml"]
