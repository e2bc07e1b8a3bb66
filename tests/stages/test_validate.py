"""Validate splits rows that hold to their contract, and stops where they do not."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from stages import ingest, keys, validate
from trunkline.artifacts import results, tables
from trunkline.data import tables as rows

ROOT = Path("params.yaml").resolve().parent
PATHS = {
    "table": Path("data/table.parquet"),
    "schema": Path("data/schema.json"),
    "contract": Path("contract.json"),
    "keys": Path("data/keys"),
    "drift": Path("drift.json"),
    "train": Path("out/train.parquet"),
    "validation": Path("out/validation.parquet"),
    "test": Path("out/test.parquet"),
    "quarantine": Path("out/quarantine.parquet"),
    "report": Path("out/report"),
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with the ingested digits and their contract."""
    (tmp_path / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
    (tmp_path / "contract.json").write_bytes((ROOT / "contracts/digits.json").read_bytes())
    (tmp_path / "drift.json").write_text("{}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ingest.main(dataset="digits", table=PATHS["table"], schema=PATHS["schema"])
    refer()
    return tmp_path


def refer() -> None:
    """List what rules refer to, as the stage before does."""
    (Path("contracts")).mkdir(exist_ok=True)
    Path("contracts/digits.json").write_bytes(PATHS["contract"].read_bytes())
    keys.main(
        dataset="digits",
        table=PATHS["table"],
        contracts=Path("contracts"),
        keys=PATHS["keys"] / "digits.parquet",
    )


def ruled(*rules: dict[str, Any]) -> None:
    """Write a contract that has rules only."""
    results.write({"dataset": "digits", "expectations": [], "rules": rules}, PATHS["contract"])
    refer()


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rewrite(**columns: Any) -> None:
    """Write the ingested table again, with other columns."""
    tables.write(tables.read(PATHS["table"]).assign(**columns), PATHS["table"])


def test_parts_and_report(place: Path) -> None:
    """All rows are in one part each, and the report tells of them."""
    validate.main(dataset="digits", **PATHS)
    parts = [tables.read(PATHS[name]) for name in ("train", "validation", "test")]
    rows = pd.concat(parts)["row_id"]
    assert sorted(rows) == sorted(tables.read(PATHS["table"])["row_id"])
    summary = results.read(PATHS["report"] / "summary.json")
    assert summary["rows"]["ingested"] == sum(map(len, parts)) == 1797
    assert summary["classes"]["digit"]["test"]["7"] == (parts[2]["digit"] == 7).sum()
    assert set(summary["sha256"]) == {"table", "contract", "train"}
    assert results.read(PATHS["report"] / "validation.json")["success"]
    samples = tables.read(PATHS["report"] / "samples.parquet")
    assert samples["digit"].value_counts().to_dict() == dict.fromkeys(range(10), 6)
    assert set(samples["row_id"]) <= set(parts[0]["row_id"])
    quarantine = tables.read(PATHS["quarantine"])
    assert quarantine.empty
    assert quarantine.dtypes.equals(parts[0].dtypes)


def test_row_order_and_a_second_run_change_no_part(place: Path) -> None:
    """Rows in another order give the same bytes of every part."""
    validate.main(dataset="digits", **PATHS)
    before = contents(place / "out")
    validate.main(dataset="digits", **PATHS)
    assert contents(place / "out") == before
    tables.write(tables.read(PATHS["table"]).sample(frac=1, random_state=1), PATHS["table"])
    validate.main(dataset="digits", **PATHS)
    after = contents(place / "out")
    assert {n: b for n, b in after.items() if "summary" not in n} == {
        n: b for n, b in before.items() if "summary" not in n
    }


def test_a_violated_contract_prints_a_table_and_exits_with_1(place: Path) -> None:
    """The table names expectation, column, count and rows; nothing is written or changed."""
    names = tables.read(PATHS["table"])["row_id"]
    pixels = tables.read(PATHS["table"])["pixel_10"].mask(names.index < 2, 17)
    rewrite(pixel_10=pixels)
    before = contents(place)
    flags = [word for name, path in PATHS.items() for word in (f"--{name}", str(path))]
    run = subprocess.run(
        [sys.executable, "-m", "stages", "validate", "--dataset", "digits", *flags],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert run.returncode == 1
    first, second = sorted(names[:2])
    assert "expectation                         column    count  rows" in run.stderr
    assert f"expect_column_values_to_be_between  pixel_10  2      {first}, {second}" in run.stderr
    assert "Traceback" not in run.stderr
    assert contents(place) == before


def test_rows_are_set_aside(place: Path) -> None:
    """They are in the quarantine with what they break, in no part, and the report counts them."""
    text = (place / "params.yaml").read_text()
    line = "    title: Handwritten digits\n    source: {kind: bundled"
    assert line in text
    chosen = "    on_violation: quarantine\n    quarantine_share: 0.1\n"
    (place / "params.yaml").write_text(text.replace(line, chosen + line))
    contract = results.read(PATHS["contract"])
    contract["expectations"] = contract["expectations"][1:]  # without the exact count of rows
    results.write(contract, PATHS["contract"])
    before = tables.read(PATHS["table"])
    rewrite(pixel_10=before["pixel_10"].mask(before.index < 2, 17))
    validate.main(dataset="digits", **PATHS)
    aside = tables.read(PATHS["quarantine"])
    assert aside["row_id"].tolist() == before["row_id"].tolist()[:2]
    reason = "expect_column_values_to_be_between(pixel_10)"
    assert aside["failed_expectations"].tolist() == [reason] * 2
    parts = pd.concat(tables.read(PATHS[name]) for name in ("train", "validation", "test"))
    assert sorted([*parts["row_id"], *aside["row_id"]]) == sorted(before["row_id"])
    assert list(parts) == list(before)
    assert results.read(PATHS["report"] / "summary.json")["rows"]["quarantine"] == 2
    told = results.read(PATHS["report"] / "validation.json")
    assert (told["success"], sum(o["quarantined"] for o in told["expectations"])) == (True, 2)


def stop(message: str, kind: type[Exception] = ValueError) -> None:
    """Expect the stage to stop with a message, before it writes anything."""
    with pytest.raises(kind, match=message):
        validate.main(dataset="digits", **PATHS)
    assert not Path("out").exists()


def test_a_stratum_that_is_too_small_stops_it(place: Path) -> None:
    """A class of one row is named before anything is written."""
    results.write({"dataset": "digits", "expectations": []}, PATHS["contract"])
    digits = tables.read(PATHS["table"])["digit"]
    rewrite(digit=digits.where(digits.index > 0, 77))
    stop("digit 77 has 1 rows, too few")


def test_a_contract_for_a_column_that_does_not_exist_stops_it(place: Path) -> None:
    """The column that was meant is suggested."""
    entry = {"type": "expect_column_values_to_be_unique", "column": "digits"}
    results.write({"dataset": "digits", "expectations": [entry]}, PATHS["contract"])
    stop(r"no column matches 'digits'; did you mean 'digit'\?")


def test_a_damaged_table_stops_it(place: Path) -> None:
    """A table cut short is named."""
    PATHS["table"].write_bytes(PATHS["table"].read_bytes()[:5000])
    stop(r"data/table\.parquet is damaged")


def test_a_missing_contract_stops_it(place: Path) -> None:
    """A contract that is not there is named."""
    PATHS["contract"].unlink()
    stop(r"contract\.json does not exist", FileNotFoundError)


def test_a_table_of_another_schema_stops_it(place: Path) -> None:
    """A table and a schema of different runs are not mixed."""
    rewrite(digit=tables.read(PATHS["table"])["digit"].astype("int16"))
    stop("the table and its schema differ in their columns")


def test_rules_that_hold_are_told(place: Path) -> None:
    """They stand among the expectations of the report, as in the contract."""
    ruled(
        {"type": "no_copies_across_parts", "why": "a known row is no test"},
        {
            "type": "foreign_key",
            "column": "digit",
            "kwargs": {"dataset": "digits", "column": "digit"},
        },
    )
    validate.main(dataset="digits", **PATHS)
    told = results.read(PATHS["report"] / "validation.json")
    assert [entry["type"] for entry in told["expectations"]] == [
        "no_copies_across_parts",
        "foreign_key",
    ]
    assert told["success"]


def test_a_broken_rule_stops_it(place: Path) -> None:
    """Copies under other names lie on both sides: rows of both are named, nothing is written."""
    ruled({"type": "no_copies_across_parts", "columns": ["pixel_*"]})
    table = tables.read(PATHS["table"])
    twice = pd.concat([table, table.assign(row_id="x" + table["row_id"])])
    tables.write(twice, PATHS["table"])
    results.write(rows.schema(twice), PATHS["schema"])
    stop(r"no_copies_across_parts  pixel_\*  \d+ +(test|validation) x?\w+ = (train|validation) x?")


def test_rare_strata_are_told(place: Path) -> None:
    """What went to training whole stands in the summary."""
    results.write({"dataset": "digits", "expectations": []}, PATHS["contract"])
    text = (
        (place / "params.yaml")
        .read_text()
        .replace("stratify: [digit]", "stratify: [digit], rare: train")
    )
    (place / "params.yaml").write_text(text)
    digits = tables.read(PATHS["table"])["digit"]
    rewrite(digit=digits.where(digits.index > 0, 77))
    validate.main(dataset="digits", **PATHS)
    summary = results.read(PATHS["report"] / "summary.json")
    assert summary["rare"] == [{"stratum": "digit 77", "rows": 1}]


def test_a_whole_table_holds_nothing_back(place: Path) -> None:
    """All rows are in train; the other parts are tables of the same columns without rows."""
    text = (place / "params.yaml").read_text(encoding="utf-8")
    before = "split: {validation: 0.15, test: 0.4, stratify: [digit]}"
    whole = text.replace(before, "split: {whole: true}", 1)
    asked = whole.replace("dataset: digits", "dataset: latent", 1)  # a study asks for held rows
    (place / "params.yaml").write_text(asked, encoding="utf-8")
    validate.main(dataset="digits", **PATHS)
    parts = {name: tables.read(PATHS[name]) for name in ("train", "validation", "test")}
    assert [len(part) for part in parts.values()] == [1797, 0, 0]
    assert len({tuple(part.columns) for part in parts.values()}) == 1
    told = results.read(PATHS["report"] / "summary.json")["rows"]
    assert told["train"] == told["ingested"] == 1797
