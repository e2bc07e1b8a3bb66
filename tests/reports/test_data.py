"""The page's data section: drift, rows set aside, files; a problem is seen as one."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.reports import workspace
from trunkline.artifacts import results
from trunkline.reports import drifting, expecting, holdings
from trunkline.reports.contents import Dataset
from trunkline.settings import dataset as settings
from trunkline.settings.splitting import PartValues, Split


def record(*columns: dict[str, Any]) -> dict[str, Any]:
    """Return a drift record of these columns."""
    return {
        "dataset": "digits", "rows": {"reference": 1797, "now": 900}, "then": "warn", "psi": 0.2,
        "alpha": 0.01, "columns": list(columns),
    }  # fmt: skip


def rendered(folder: Path, monkeypatch: pytest.MonkeyPatch, **written: Any) -> str:
    """Return the page of a workspace in which files of `digits` were changed."""
    workspace.build(folder)
    out = folder / "results" / "datasets" / "digits"
    for name, changes in written.items():
        path = out / f"{name}.json"
        results.write({**results.read(path), **changes}, path)
    monkeypatch.chdir(folder)
    workspace.run(folder)
    return (folder / "reports" / "index.html").read_text(encoding="utf-8")


def test_the_furthest_columns_come_first() -> None:
    """What drifted, then the rest, each by its index; bars end at their frame."""
    laid = drifting.drift(
        record(
            workspace.shift("near"),
            workspace.shift("far", psi=3.0, p_holm=0.0, drifted=True, missing=[0.0, 0.25]),
            {"column": "gone", "changed": "it is gone", "drifted": True},
            workspace.shift("chance", psi=0.2, p_holm=0.4),
        )
    )
    assert laid is not None
    assert [s.column for s in laid.shifts] == ["gone", "far", "chance", "near"]
    assert [s.width for s in laid.shifts] == [100, 100, 50, 1]
    assert laid.listed == "gone and far"
    assert laid.shifts[1].missing == "0.0 %, now 25.0 %"
    assert drifting.drift({}) is None


def test_many_drifted_columns_are_counted() -> None:
    """The sentence names six of them."""
    columns = [workspace.shift(f"c{i}", psi=1.0, drifted=True) for i in range(9)]
    laid = drifting.drift(record(*columns))
    assert laid is not None
    assert laid.listed == "c0, c1, c2, c3, c4, c5 and 3 more"


def test_a_page_without_a_problem_says_so(page: Path) -> None:
    """No warning above the answers; each dataset has its badge and its table."""
    text = page.read_text(encoding="utf-8")
    assert "data-problem" not in text.partition("</style>")[2]
    assert text.count("no drift</span>") == 2
    assert text.count("<summary>Drift, column by column") == 2


def test_a_page_with_a_problem_is_seen_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warning stands above the answers, names what is wrong and leads to the data."""
    rows = {"ingested": 1800, "train": 800, "validation": 270, "test": 720, "quarantine": 10}
    broken = [
        workspace.expectation("expect_column_values_to_be_between", "pixel_<b>", quarantined=9),
        workspace.expectation("expect_<b>", "", quarantined=1),
    ]
    files = {"kind": "csv", "file": {"path": "data/a<b>.csv", "bytes": 12345, "sha256": "ab" * 32}}
    text = rendered(
        tmp_path, monkeypatch,
        drift=record(workspace.shift("pixel_1", psi=0.9, p_holm=1e-9, drifted=True)),
        summary={"rows": rows, "source": files}, validation={"expectations": broken},
    )  # fmt: skip
    warning = text.index(
        "rows set aside: 10; columns that are not like the version that was accepted: 1"
    )
    assert warning < text.index('id="answers"')
    assert 'href="#data-digits"' in text
    assert "1 drifted</span>" in text
    assert "make accept DATASET=digits" in text
    assert "<details open><summary>Drift" in text
    assert "column values to be between</th><td>pixel_&lt;b&gt;</td><td>9</td>" in text
    assert "data/a&lt;b&gt;.csv</th><td>12345</td>" in text
    assert "<b>" not in text.partition("</style>")[2]
    assert "set aside, seen by nothing else" in text


def test_files_are_found_however_deep() -> None:
    """One file, files by column, several sources: each file once."""
    one = {"path": "a", "bytes": 1, "sha256": "x"}
    told = {"sources": [{"file": one}, {"files": {"p": one | {"path": "b"}}}], "kind": "csv"}
    assert [f["path"] for f in holdings.files(told)] == ["a", "b"]


@pytest.mark.parametrize(
    ("split", "told"),
    [
        (Split(stratify=("a",)), "by a hash of its name"),
        (Split(group="patient"), "with all rows of its patient, by a hash of that"),
        (Split(time="day"), "by its day: the oldest to learn from, the newest to score"),
        (Split(column="fold", values=PartValues(train=(1,), test=(2,))), "as its column fold says"),
    ],
)
def test_what_decided_the_parts_is_told(split: Split, told: str) -> None:
    """A split by groups, by time or by a column is not called one by hash."""
    column = {"name": "paid", "type": "object", "missing": 3, "distinct": 2}
    summary = {"rows": dict.fromkeys(("ingested", *holdings.SPLITS), 1), "columns": [column]}
    own = Dataset(
        name="own",
        settings=settings.Dataset(title="Own", split=split),
        summary={**summary, "classes": {}, "sha256": {}},
        validation={"expectations": []},
        contract={},
        samples=pd.DataFrame({"row_id": ["a"]}),
    )
    found = holdings.holding(own, [])
    assert found.parted == told
    assert found.columns[0]["type"] == "bool"


def test_rows_set_aside_by_what_they_broke() -> None:
    """The most frequent first."""
    found = expecting.quarantined(
        [
            workspace.expectation("expect_a_b", "x", quarantined=1),
            workspace.expectation("expect_d", "y", quarantined=0),
            workspace.expectation("expect_c", "", quarantined=1200),
        ]
    )
    assert [line[:2] for line in found] == [("c", "several columns"), ("a b", "x")]
