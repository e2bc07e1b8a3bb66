"""The page's data section: drift, rows set aside, files; a problem is seen as one."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.reports import workspace
from trunkline.artifacts import results
from trunkline.reports import balances, drifting, expecting, holdings
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
    assert f"data/a&lt;b&gt;.csv, 12345 bytes, SHA-256 <code>{'ab' * 32}</code>" in text
    assert "9 rows set aside</small>" in text
    assert "<b>" not in text.partition("</style>")[2]
    assert "set aside, seen by nothing else" in text


@pytest.mark.parametrize(
    ("split", "told"),
    [
        (Split(stratify=("a",)), "by a hash of its name"),
        (Split(group="patient"), "with all rows of its patient, by a hash of that"),
        (Split(time="day"), "by its day: the oldest to learn from, the newest to score"),
        (Split(each="user"), "of each user by itself, by a hash"),
        (Split(each="user", time="day"), "of each user by itself, by day, the newest to score"),
        (Split(whole=True), "as others look things up in all of them"),
        (Split(column="fold", values=PartValues(train=(1,), test=(2,))), "as its column fold says"),
    ],
)
def test_what_decided_the_parts_is_told(split: Split, told: str) -> None:
    """A split by groups, by time or by a column is not called one by hash."""
    column = {"name": "paid", "type": "object", "missing": 3, "distinct": 2}
    summary = {"rows": dict.fromkeys(("ingested", *balances.SPLITS), 1), "columns": [column]}
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


def test_strata_too_rare_to_be_split_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first eight by name and rows, the others by their number."""
    rare = [{"stratum": f"<{i}>", "rows": i} for i in range(1, 11)]
    text = rendered(tmp_path, monkeypatch, summary={"rare": rare})
    assert "only learned from, never scored: &lt;1&gt; (1); &lt;2&gt; (2);" in text
    assert "&lt;8&gt; (8) and 2 more strata." in text
    assert text.count("never scored") == 1


def test_labels_of_every_task_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not of the strata alone; rows without a label are counted too, and shares are of the rest."""
    counts = {"train": {"0": 600, "1": 200}, "validation": {"0": 270}, "test": {"1": 720}}
    path = workspace.build(tmp_path) / "results" / "datasets" / "latent" / "summary.json"
    known = results.read(path)
    own = {"shared": counts, "feature_1": counts}
    results.write(known | {"classes": known["classes"] | own}, path)
    monkeypatch.chdir(tmp_path)
    workspace.run(tmp_path)
    text = (tmp_path / "reports" / "index.html").read_text(encoding="utf-8")
    assert "Rows per value of shared: labels of \N{LEFT DOUBLE QUOTATION MARK}shares its" in text
    share = "75.0\N{NO-BREAK SPACE}%"
    assert f'<tr><th scope="row">0</th><td>600 <small>{share}</small></td><td>270 ' in text
    assert '<th scope="row">without a value</th><td>10 <small></small></td><td>0 ' in text
    assert "Rows per value of feature_1" not in text
    assert "Rows per value of domain: which rows a task has and strata of the split;" in text


def test_many_values_are_folded_away() -> None:
    """A table of a hundred classes would hide the rest of the page."""
    own = described(classes={"a": {"train": {f"{i / 2}": 1 for i in range(30)}}}, stratify=("a",))
    (found,) = balances.balances(own, ())
    assert found.folded
    assert [label for label, _ in found.rows[:3]] == ["0.0", "0.5", "1.0"]


def test_an_empty_part_has_no_shares() -> None:
    """Nothing is divided by no rows."""
    own = described(classes={"a": {"train": {"x": 1}, "test": {}}}, stratify=("a",))
    (found,) = balances.balances(own, ())
    assert found.rows[0] == ("x", (("1", "100.0\N{NO-BREAK SPACE}%"), ("0", "")))


def described(
    classes: dict[str, Any], stratify: tuple[str, ...] = (), samples: pd.DataFrame | None = None
) -> Dataset:
    """Return a dataset of which only this is told."""
    return Dataset(
        name="own",
        settings=settings.Dataset(title="Own", split=Split(stratify=stratify)),
        summary={"rows": {"train": 1, "test": 0}, "classes": classes},
        validation={"expectations": []},
        contract={},
        samples=pd.DataFrame({"row_id": ["a"]}) if samples is None else samples,
    )


def test_what_was_found_is_told_beside_what_was_expected() -> None:
    """One value as it is, of several columns the first three by name, an error by its message."""
    alone = workspace.expectation("expect_mean", "x", observed=4.5)
    four = [workspace.expectation("expect_mean", f"c{i}", observed=i) for i in range(5)]
    failed = workspace.expectation("expect_x", "y", error="no such column", success=False)
    rows = workspace.expectation("expect_z", "y", unexpected_count=3, success=False)
    aside = workspace.expectation("expect_a", "y", unexpected_count=3, quarantined=3)
    alike = [workspace.expectation("expect_t", f"c{i}", observed="str") for i in range(5)]
    plain = workspace.expectation("expect_w", "y")
    assert [
        expecting.expectations(records)[0].found
        for records in ([alone], four, [failed], [rows], [aside], alike, [plain])
    ] == [
        "found 4.5", "found c0 0, c1 1, c2 2, and 2 more", "not checked: no such column",
        "3 not as expected", "3 rows set aside", "found str", "",
    ]  # fmt: skip
