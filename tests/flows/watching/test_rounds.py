"""A round tells what has changed since the last, and nothing twice."""

import json
from pathlib import Path
from typing import Any

import pytest

from flows.watching import rounds
from flows.watching.rounds import Outcome


def outcomes(findings: list[rounds.Finding]) -> dict[str, Outcome]:
    """Return the outcome for each dataset."""
    return {finding.dataset: finding.outcome for finding in findings}


def datasets(*paths: Path) -> dict[str, Any]:
    """Return a section of datasets, one for each file, named as that, and a bundled one."""
    files = {path.stem: {"source": {"kind": "csv", "path": str(path)}} for path in paths}
    return {"digits": {"source": {"kind": "bundled", "name": "digits"}}, **files}


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Return a file of rows."""
    path = tmp_path / "rows.csv"
    path.write_text("a\n")
    return path


def test_a_change_is_told_once(rows: Path) -> None:
    """First seen, unchanged, changed, unchanged: what changed is named."""
    findings, kept = rounds.go(datasets(rows), {})
    assert outcomes(findings) == {"digits": Outcome.FIXED, "rows": Outcome.FIRST}
    findings, kept = rounds.go(datasets(rows), kept)
    assert outcomes(findings)["rows"] is Outcome.SAME
    rows.write_text("a\nb\n")
    findings, kept = rounds.go(datasets(rows), kept)
    assert findings[1] == rounds.Finding("rows", Outcome.CHANGED, "modified, size")
    assert outcomes(rounds.go(datasets(rows), kept)[0])["rows"] is Outcome.SAME


def test_a_source_out_of_reach_is_remembered_as_it_was(rows: Path) -> None:
    """Back again and unchanged it is unchanged; back again and changed it is changed."""
    _, kept = rounds.go(datasets(rows), {})
    away = rows.rename(rows.with_suffix(".away"))
    findings, still = rounds.go(datasets(rows), kept)
    assert outcomes(findings)["rows"] is Outcome.UNKNOWN
    assert "No such file" in findings[1].message
    assert still == kept
    away.rename(rows)
    assert outcomes(rounds.go(datasets(rows), still)[0])["rows"] is Outcome.SAME
    rows.write_text("other")
    assert outcomes(rounds.go(datasets(rows), still)[0])["rows"] is Outcome.CHANGED


def test_a_source_that_was_never_in_reach_is_not_remembered(tmp_path: Path) -> None:
    """The first time it is seen is the first time."""
    path = tmp_path / "rows.csv"
    _, kept = rounds.go(datasets(path), {})
    assert kept == {}
    path.write_text("a")
    assert outcomes(rounds.go(datasets(path), kept)[0])["rows"] is Outcome.FIRST


def test_another_place_is_seen_for_the_first_time(rows: Path, tmp_path: Path) -> None:
    """An edit of params.yaml is no change of a source."""
    _, kept = rounds.go(datasets(rows), {})
    other = tmp_path / "elsewhere" / "rows.csv"
    other.parent.mkdir()
    other.write_text("b\nc\n")
    assert outcomes(rounds.go(datasets(other), kept)[0])["rows"] is Outcome.FIRST


def test_a_dataset_that_is_gone_is_forgotten(rows: Path) -> None:
    """What params.yaml no longer names leaves nothing behind."""
    _, kept = rounds.go(datasets(rows), {})
    assert rounds.go(datasets(), kept)[1] == {}


def test_no_place_is_written_down(rows: Path) -> None:
    """An address may hold what must not lie about in a second file."""
    _, kept = rounds.go(datasets(rows), {})
    assert rows.name not in json.dumps(kept)


def test_memory_is_json(rows: Path) -> None:
    """What a round leaves is what the next one reads back."""
    _, kept = rounds.go(datasets(rows), {})
    assert json.loads(json.dumps(kept)) == kept


def test_a_change_of_one_of_several_sources_is_told(rows: Path, tmp_path: Path) -> None:
    """A dataset of several sources changes with each of them."""
    more = tmp_path / "more.csv"
    more.write_text("a\n")
    listed = [{"kind": "csv", "path": str(path)} for path in (rows, more)]
    own = {"own": {"sources": [*listed, {"kind": "bundled", "name": "digits"}]}}
    first, kept = rounds.go(own, {})
    assert outcomes(first) == {"own": Outcome.FIRST}
    assert outcomes(rounds.go(own, kept)[0]) == {"own": Outcome.SAME}
    more.write_text("a\n1\n")
    assert outcomes(rounds.go(own, kept)[0]) == {"own": Outcome.CHANGED}
    fixed = {"own": {"sources": [{"kind": "bundled", "name": "digits"}]}}
    assert outcomes(rounds.go(fixed, {})[0]) == {"own": Outcome.FIXED}
