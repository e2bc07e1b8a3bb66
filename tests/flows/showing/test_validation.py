"""Whether each dataset holds to its contract."""

from pathlib import Path
from typing import Any

import pytest

from flows.running.plan import State
from flows.showing import validation
from tests.flows.showing import workspace


def expectation(success: bool, **more: Any) -> dict[str, Any]:
    """Return an outcome as the validate stage writes it."""
    plain = {"column": "age", "type": "expect_column_values_to_be_unique", "why": "|so|"}
    return {**plain, "success": success, "unexpected_count": 3, "examples": ["r1", "r2"], **more}


def test_met_and_violated_expectations_are_counted(tmp_path: Path) -> None:
    """And those that are violated are told, with their rows and their reason."""
    whole = expectation(False, column="", error="no such column", unexpected_count=None)
    outcomes = [expectation(True), expectation(False), whole]
    workspace.dataset(tmp_path, "digits", {"rows": 12, "expectations": outcomes})
    states = {"validate@digits": State.CACHED}
    assert validation.markdown_text(validation.read(tmp_path, states)).splitlines() == [
        "| Dataset | Validation | Rows | Expectations | Met | Violated |",
        "| --- | --- | --- | --- | --- | --- |",
        "| digits | cached | 12 | 3 | 1 | 2 |",
        "",
        "### digits",
        "",
        "| Column | Expectation | Values | Rows | Why |",
        "| --- | --- | --- | --- | --- |",
        r"| age | column values to be unique | 3 | r1, r2 | \|so\| |",
        "| the whole table | column values to be unique | 0 | r1, r2 | no such column |",
    ]


def test_many_violations_are_cut_short(tmp_path: Path) -> None:
    """With their number."""
    workspace.dataset(tmp_path, "a", {"rows": 1, "expectations": [expectation(False)] * 23})
    assert validation.markdown_text(validation.read(tmp_path, {})).endswith("\nand 3 more\n")


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    """A failed validation leaves nothing; one that was not asked for leaves what was there."""
    workspace.dataset(tmp_path, "old", {"rows": 2, "expectations": []})
    text = validation.markdown_text(
        validation.read(tmp_path, {"validate@new": State.FAILED, "ingest@new": State.RAN})
    )
    assert "| new | not there (failed) |  |  |  |  |" in text
    assert "| old | not in this run | 2 | 0 | 0 | 0 |" in text


@pytest.mark.parametrize(
    "content",
    [[], {"rows": 1}, {"expectations": [{}], "rows": 1}, {"expectations": [1], "rows": 1}],
)
def test_results_of_another_kind_are_said_to_be_so(tmp_path: Path, content: object) -> None:
    """A folder of the same name in another project is no reason to fail."""
    workspace.dataset(tmp_path, "digits", content)
    (found,) = validation.read(tmp_path, {})
    assert found.problem.startswith("validation.json cannot be understood: ")


def test_another_project_has_no_datasets(tmp_path: Path) -> None:
    """Whatever its stages are called."""
    assert validation.read(tmp_path, {"validate@digits": State.RAN}) == ()
    assert validation.markdown_text(()) == ""
