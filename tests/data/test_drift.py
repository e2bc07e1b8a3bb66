"""A table is compared with the version that was accepted, column by column."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trunkline.artifacts import tables
from trunkline.data import drift, references
from trunkline.settings.drifting import Drift

WARN = Drift()


def stored(frame: pd.DataFrame, path: Path) -> Path:
    """Write a frame with names of rows and return its path."""
    names = pd.Series([f"r{i}" for i in range(len(frame))], dtype="str")
    tables.write(frame.assign(row_id=names.to_numpy()), path)
    return path


def reference(frame: pd.DataFrame, folder: Path, classes: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a frame's reference, as it is read back from its file."""
    made = references.make("made", stored(frame, folder / "before.parquet"), classes)
    found: dict[str, Any] = json.loads(references.text(made))
    return found


def compared(
    before: pd.DataFrame, now: pd.DataFrame, folder: Path, asked: Drift = WARN
) -> dict[str, dict[str, Any]]:
    """Return what is told of each column."""
    known = reference(before, folder, ("label",))
    record = drift.compare(stored(now, folder / "now.parquet"), known, asked)
    return {column["column"]: column for column in record["columns"]}


def generated(seed: int, rows: int = 400, shift: float = 0.0) -> pd.DataFrame:
    """Return a table of every kind of column, whose rows come from one distribution."""
    chance = np.random.default_rng(seed)
    number = pd.Series(chance.normal(shift, 1, rows))
    words = ["a", "bc", "def", "ghij", "k'l"]
    return pd.DataFrame(
        {
            "number": number,
            "holed": number.mask(chance.uniform(size=rows) < 0.2),
            "infinite": number.mask(number > 2, np.inf),
            "whole": chance.integers(0, 10**6, rows),
            "few": chance.integers(0, 7, rows),
            "constant": 3,
            "flag": chance.uniform(size=rows) < 0.3,
            "category": chance.choice(words, rows),
            "label": chance.integers(0, 4, rows),
            "text": ["".join(chance.choice(words, 9)) + str(i) for i in range(rows)],
            "nothing": pd.Series([None] * rows, dtype="float64"),
        }
    )


def test_a_table_is_exactly_like_itself(tmp_path: Path) -> None:
    """Every index is 0 and every probability 1, in any order of the rows."""
    frame = generated(1)
    for now in (frame, frame.sample(frac=1, random_state=1)):
        for column in compared(frame, now, tmp_path).values():
            assert (column["psi"], column["statistic"], column["p_holm"]) == (0, 0, 1)
            assert column["bins"][0] == column["bins"][1]
            assert not column["drifted"]


def test_the_reference_is_the_same_bytes_for_the_same_rows(tmp_path: Path) -> None:
    """The order of rows leaves no trace; each column has its line."""
    frame = generated(2)
    texts = {
        references.text(references.make("made", stored(f, tmp_path / "t.parquet"), ("label",)))
        for f in (frame, frame, frame.sample(frac=1, random_state=3))
    }
    assert len(texts) == 1
    assert texts.pop().count('"kind"') == len(frame.columns)


def test_versions_of_one_distribution_do_not_drift(tmp_path: Path) -> None:
    """Over six pairs of tables no column is called drifted at 1 %."""
    found = [
        compared(generated(2 * seed), generated(2 * seed + 1, 500), tmp_path) for seed in range(6)
    ]
    assert not [c for columns in found for c in columns.values() if c["drifted"]]
    alarms = [c["p_holm"] < 0.05 for columns in found for c in columns.values()]
    assert sum(alarms) <= 2  # of six families of eleven tests, at 5 % each


def test_statistics_are_scipy_s(tmp_path: Path) -> None:
    """Of numbers of few values and of categories; of others the distance is no larger."""
    before, now = generated(5), generated(6, 300, 0.5)
    found = compared(before, now, tmp_path)
    few = stats.ks_2samp(before["few"], now["few"], method="asymp")
    assert found["few"]["statistic"] == pytest.approx(few.statistic, rel=1e-5)
    assert found["few"]["p"] == pytest.approx(few.pvalue, rel=1e-4)
    number = stats.ks_2samp(before["number"], now["number"])
    assert number.statistic - 0.1 < found["number"]["statistic"] <= number.statistic + 1e-6
    for name in ("flag", "category", "label"):
        table = [f[name].value_counts().sort_index().to_numpy() for f in (before, now)]
        expected = stats.chi2_contingency(np.array(table), correction=False)
        assert found[name]["p"] == pytest.approx(expected.pvalue, rel=1e-4)


def test_the_index_over_ten_quantiles_of_the_reference(tmp_path: Path) -> None:
    """It is the index of numpy's histogram over the reference's own deciles."""
    before = pd.DataFrame({"x": np.arange(1000.0)})
    now = pd.DataFrame({"x": np.arange(500.0)})
    column = compared(before, now, tmp_path)["x"]
    old, new = column["bins"]
    assert old == [0, *[100] * 10, 0]  # below the smallest and above the largest: none
    p, q = ((np.array(c[1:-1]) + 0.5) / (sum(c) + 5) for c in (old, new))
    assert column["psi"] == pytest.approx(float(((q - p) * np.log(q / p)).sum()), rel=1e-5)
    assert column["drifted"]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("number", lambda f: f["number"] + 1), ("constant", lambda f: f["constant"] - 1),
        ("holed", lambda f: f["holed"].mask(f.index % 2 == 0)),
        ("few", lambda f: f["few"] // 3), ("flag", lambda f: ~f["flag"]),
        ("category", lambda f: f["category"].where(f.index % 2 == 0, "new")),
        ("label", lambda f: f["label"].where(f["label"] > 0, 3)),
        ("text", lambda f: f["text"] + "longer by many letters"),
        ("nothing", lambda f: 1.0),
    ],
)  # fmt: skip
def test_a_shift_is_found_where_it_is(column: str, values: Any, tmp_path: Path) -> None:
    """A shift of one column is told of that column alone."""
    frame = generated(8)
    found = compared(frame, frame.assign(**{column: values(frame)}), tmp_path)
    assert [name for name, told in found.items() if told["drifted"]] == [column]


def test_columns_that_come_go_or_change_their_kind(tmp_path: Path) -> None:
    """They are told in words; a column of dates is not compared at all."""
    before = generated(9).assign(when=pd.Timestamp("2024-01-01"))
    now = (
        generated(9)
        .drop(columns="few")
        .assign(number="text", more=1, when=pd.Timestamp("2030-01-01"))
    )
    found = compared(before, now, tmp_path)
    assert {name: c["changed"] for name, c in found.items() if "changed" in c} == {
        "few": "it is gone", "number": "it is text now", "more": "it is new",
    }  # fmt: skip
    assert "when" not in found


def test_a_large_shift_of_few_rows_is_chance(tmp_path: Path) -> None:
    """Both thresholds are asked for: in six rows an index above 0.2 is no evidence."""
    before, now = generated(10, 6), generated(11, 6)
    found = compared(before, now, tmp_path)
    assert max(c["psi"] for c in found.values()) > 0.2
    assert not any(c["drifted"] for c in found.values())


def test_a_message_names_the_columns_and_says_what_to_do(tmp_path: Path) -> None:
    """A run that is to stop does; one that is to warn has the same words."""
    frame = generated(12)
    now = stored(frame.assign(number=frame["number"] + 2, few=0), tmp_path / "now.parquet")
    asked = Drift(then="stop")
    record = drift.compare(now, reference(frame, tmp_path, ("label",)), asked)
    words = (
        r"'made' is not like the version that was accepted: 2 of 11 columns drifted: "
        r"few \(PSI \d\.\d\d, corrected p .+\); number \(PSI \d\.\d\d, .*make accept DATASET=made"
        r".*contracts/made\.reference\.json and commit it.*Nothing was written"
    )
    with pytest.raises(drift.Drifted, match=words):
        drift.enforce(record)
    drift.enforce({**record, "then": "warn"})
    assert "2 of 11 columns drifted" in drift.message(record)
    assert drift.message({**record, "columns": []}) == ""


def test_quantiles_of_some_rows_count_all_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a table is too large for quantiles of all of it, nothing else depends on which rows."""
    monkeypatch.setattr(references, "SAMPLE", 100)
    frame = generated(13)
    names = [f"r{i}" for i in range(len(frame))]
    texts = set()
    for seed in (1, 2):
        shuffled = frame.assign(row_id=names).sample(frac=1, random_state=seed)
        tables.write(shuffled, tmp_path / "t.parquet")
        texts.add(references.text(references.make("made", tmp_path / "t.parquet", ("label",))))
    assert len(texts) == 1
    known = json.loads(texts.pop())
    number = known["columns"]["number"]
    assert number["at_most"][-1] == number["present"] == len(frame)
    assert number["edges"][0] == frame["number"].min()
    assert len(number["edges"]) > 15
    record = drift.compare(tmp_path / "t.parquet", known, WARN)
    assert {column["psi"] for column in record["columns"]} == {0}
