"""Data Docs are built from what was recorded, and ask no network for anything."""

import re
from pathlib import Path

import pandas as pd
import pytest

from stages import browse
from trunkline.artifacts import results
from trunkline.data import contracts, outcomes

ROOT = Path("params.yaml").resolve().parent
HOSTILE = "<img src=x onerror=alert(1)>"
CONTRACT = {
    "dataset": "digits",
    "expectations": [
        {"type": "expect_table_row_count_to_equal", "kwargs": {"value": 3}},
        {"type": "expect_column_values_to_be_between", "column": "a", "kwargs": {"max_value": 2}},
        {"type": "expect_column_values_to_be_in_set", "column": HOSTILE,
         "kwargs": {"value_set": ["<script>alert(2)</script>", "x"]}},
        {"type": "expect_column_max_to_be_between", "column": "when",
         "kwargs": {"min_value": "2024-01-01T00:00:00"}},
        {"type": "expect_column_values_to_match_regex", "column": "text",
         "kwargs": {"regex": "^\\d"}},
        {"type": "expect_column_kl_divergence_to_be_less_than", "column": HOSTILE, "kwargs": {
            "partition_object": {"values": ["x"], "weights": [1.0]}, "threshold": 0.1}},
    ],
}  # fmt: skip


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the pages of a project in which one dataset was validated, one line broken."""
    (tmp_path / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
    frame = pd.DataFrame(
        {
            "row_id": ["r1", "r2", "r3"], "a": [1, 2, 3], HOSTILE: ["x"] * 3, "text": ["1"] * 3,
            "when": pd.to_datetime(["2024-05-01"] * 3).astype("datetime64[us]"),
        }
    )  # fmt: skip
    held = contracts.check(frame, CONTRACT)
    assert [outcome.success for outcome in held.expectations].count(False) == 1
    results.write(outcomes.to_json(held), tmp_path / "results/datasets/digits/validation.json")
    monkeypatch.chdir(tmp_path)
    browse.main()
    return tmp_path / ".trunkline" / "data-docs"


def test_a_page_for_each_dataset_that_was_validated(
    docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first page leads to them and says what is broken; its path is printed."""
    assert sorted(path.name for path in docs.iterdir()) == ["digits.html", "index.html"]
    index = (docs / "index.html").read_text(encoding="utf-8")
    assert '<a href="digits.html">Handwritten digits</a>' in index
    assert "1 broken" in index
    browse.main()
    assert capsys.readouterr().out == f"{docs / 'index.html'}\n"


def test_the_page_is_great_expectations_own(docs: Path) -> None:
    """It has its words for each expectation, what was found, and which one failed."""
    text = (docs / "digits.html").read_text(encoding="utf-8")
    assert "Must have exactly" in text
    assert "unexpected values found" in text or "unexpected value found" in text
    assert "33.33" in text
    assert text.count('class="fas fa-times') >= 2  # the line, and the whole
    assert "2024-05-01T00:00:00" in text


def test_rules_that_great_expectations_does_not_know_have_their_own_table(docs: Path) -> None:
    """They are about parts and other tables; one that holds and its reason are told as they are."""
    path = Path("results/datasets/digits/validation.json")
    record = results.read(path)
    rule = {
        "type": "no_copies_across_parts", "column": f"a, {HOSTILE}", "kwargs": {"decimals": 2},
        "why": "One wine is <one>.", "success": True, "observed": None, "unexpected_count": 0,
        "examples": [], "error": "", "quarantined": 0,
    }  # fmt: skip
    results.write(record | {"expectations": [*record["expectations"], rule]}, path)
    browse.main()
    text = (docs / "digits.html").read_text(encoding="utf-8")
    rules = text.partition("<h2>Rules</h2>")[2]
    assert "no copies across parts" in rules
    assert "One wine is &lt;one&gt;." in rules
    assert "decimals 2" in rules
    assert "&lt;img src=x" in rules
    assert "Must have exactly" in text
    assert "<td>7</td>" in (docs / "index.html").read_text(encoding="utf-8")


def test_the_pages_ask_for_nothing_and_run_nothing(docs: Path) -> None:
    """No address, no script, no picture; a policy forbids them besides."""
    for path in docs.iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"(?:href|src)\s*=\s*[\"']?(?:https?:)?//", text)
        assert "<script" not in text
        assert "<img" not in text
        assert "@import" not in text
        assert "default-src &#39;none&#39;" in text
        links = set(re.findall(r'href="([^"]*)"', text))
        assert {link for link in links if not link.startswith("#")} <= {"index.html", "digits.html"}


def test_without_a_validated_dataset_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And writes nothing."""
    (tmp_path / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="no dataset was validated yet"):
        browse.main()
    assert not Path(".trunkline").exists()
