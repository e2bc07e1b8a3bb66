"""The metrics of a run beside those of the last commit."""

import json
import subprocess
from pathlib import Path

import pytest

from flows.showing import metrics


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a repository whose metrics have changed since its commit."""
    before = {"a": {"value": 0.5, "low": 0.4, "high": 0.6}, "same": 3, "gone": 1}
    now = {"a": {"value": 0.75, "low": 0.7, "high": 0.8}, "same": 3, "new": 2}
    path = tmp_path / "m.json"
    path.write_text(json.dumps(before))
    git = ["git", "-c", "user.name=n", "-c", "user.email=e@x", "-C", str(tmp_path)]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *words], check=True)
    path.write_text(json.dumps(now))
    return tmp_path


def test_every_metric_is_told_with_its_change(project: Path) -> None:
    """New, gone, changed and unchanged ones, and a file that no stage has written."""
    found = metrics.changes(project, ["m.json", "other.json"])
    assert metrics.markdown_table(found) == (
        "| Metric | Now | Change | Last commit |\n"
        "| --- | ---: | ---: | ---: |\n"
        "| `m.json: a.value` | 0.750 [0.700, 0.800] | +0.250 | 0.500 [0.400, 0.600] |\n"
        "| `m.json: new` | 2 |  | not there |\n"
        "| `m.json: same` | 3 | none | 3 |\n"
        "| `m.json: gone` | not there |  | 1 |\n"
        "| `other.json` | not there |  |  |\n"
    )


def test_the_rows_of_a_table_say_the_same(project: Path) -> None:
    """Under the same headings."""
    first, *_ = metrics.records(metrics.changes(project, ["m.json"]))
    assert first == {
        "Metric": "m.json: a.value",
        "Now": "0.750 [0.700, 0.800]",
        "Last commit": "0.500 [0.400, 0.600]",
        "Change": "+0.250",
    }


def test_another_commit_can_be_compared_with(project: Path) -> None:
    """One that does not have the file makes all of it new."""
    found = metrics.changes(project, ["m.json"], "no-such-commit")
    assert [change.then for change in found] == [None] * 3


def test_the_terminal_gets_what_changed(project: Path) -> None:
    """Unchanged metrics are a number."""
    assert metrics.lines(metrics.changes(project, ["m.json", "other.json"]), most=2) == [
        "Metrics: other.json not there",
        "Metrics: 3 of 4 changed since the last commit",
        "  m.json: a.value  0.500 [0.400, 0.600] -> 0.750 [0.700, 0.800]  +0.250",
        "  m.json: new      not there -> 2",
        "  and 1 more",
    ]


def test_nothing_new_is_one_line(project: Path) -> None:
    """As after a run in which all was cached."""
    subprocess.run(["git", "-C", str(project), "checkout", "-q", "m.json"], check=True)
    assert metrics.lines(metrics.changes(project, ["m.json"])) == [
        "Metrics: 3, as in the last commit"
    ]


def test_a_pipeline_without_metrics_says_nothing(tmp_path: Path) -> None:
    """No empty tables."""
    assert metrics.changes(tmp_path, []) == ()
    assert metrics.markdown_table(()) == ""
    assert metrics.lines(()) == []


def test_a_damaged_file_cannot_break_the_table(tmp_path: Path) -> None:
    """The reason is text."""
    (tmp_path / "m|.yaml").write_text("a: [<b>")
    text = metrics.markdown_table(metrics.changes(tmp_path, ["m|.yaml"]))
    assert text.splitlines()[2].startswith("| `m\\|.yaml` | damaged: ")
    assert "<" not in text
