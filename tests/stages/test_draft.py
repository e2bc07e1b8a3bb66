"""A contract is drafted where there is none, and never written over by accident."""

from pathlib import Path

import pytest

from stages import check, draft, ingest, validate
from trunkline.artifacts import results

ROOT = Path("params.yaml").resolve().parent
TABLE = Path("data/ingested/digits/table.parquet")
SCHEMA = Path("data/ingested/digits/schema.json")
CONTRACT = Path("contracts/digits.json")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a project with the ingested digits and no contract."""
    (tmp_path / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
    monkeypatch.chdir(tmp_path)
    ingest.main(dataset="digits", table=TABLE, schema=SCHEMA)


def test_a_draft_is_written_where_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    """It knows the labels of the studies, and says what to do with it."""
    draft.main(dataset="digits")
    told = capsys.readouterr().out
    assert "contracts/digits.json: drafted. Review each line" in told
    found = {(e["type"], e.get("column")) for e in results.read(CONTRACT)["expectations"]}
    assert ("expect_column_distinct_values_to_equal_set", "digit") in found
    lines = CONTRACT.read_text(encoding="utf-8").splitlines()
    assert all(len(line) < 500 for line in lines)
    assert sum('"why"' in line for line in lines) == len(found)


def test_a_contract_is_kept_and_the_difference_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """The bytes of a reviewed contract stay; a new draft is shown against it."""
    CONTRACT.parent.mkdir()
    CONTRACT.write_bytes((ROOT / CONTRACT).read_bytes())
    draft.main(dataset="digits")
    assert CONTRACT.read_bytes() == (ROOT / CONTRACT).read_bytes()
    told = capsys.readouterr().out
    assert '+    {"type": "expect_table_row_count_to_be_between"' in told
    assert "contracts/digits.json: kept as it is" in told
    draft.main(dataset="digits", replace="yes")
    assert "Drafted from 1,797 rows" in CONTRACT.read_text(encoding="utf-8")
    capsys.readouterr()
    draft.main(dataset="digits")
    assert "kept; a new draft says the same" in capsys.readouterr().out


def test_another_word_than_yes_or_no_is_refused() -> None:
    """A slip does not write over a contract."""
    with pytest.raises(ValueError, match="replace: expected 'yes' or 'no', received 'true'"):
        draft.main(dataset="digits", replace="true")
    assert not CONTRACT.exists()


def test_a_dataset_without_a_contract_is_told_how_to_get_one() -> None:
    """By the check of all parameters, and by the stage."""
    words = "Run `make contract DATASET=digits`, review what it wrote, commit it"
    with pytest.raises(ValueError, match=words.replace(", review", ",.* review")):
        check.main()
    here = Path("out")
    with pytest.raises(FileNotFoundError, match=words):
        validate.main(
            dataset="digits", table=TABLE, schema=SCHEMA, contract=CONTRACT, keys=here, drift=here,
            train=here, validation=here, test=here, quarantine=here, report=here,
        )  # fmt: skip
    assert not here.exists()
