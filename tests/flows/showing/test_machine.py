"""What depended on the machine."""

from pathlib import Path

from flows.running.plan import State
from flows.showing import machine
from tests.flows.showing import workspace


def test_the_facts_of_each_stage_are_a_row(tmp_path: Path) -> None:
    """Of the stages of the run, in their order, with what the run did with them."""
    workspace.note(
        tmp_path, "train@b", {"seconds": 2.5, "resident_mib": 100, "processor": "A\x1b[1m"}
    )
    workspace.note(tmp_path, "check", {"seconds": 9})
    states = {"train@b": State.RAN, "train@a": State.FAILED}
    assert machine.records(tmp_path, states) == [
        {
            "Stage": "train@b", "In this run": "ran", "note": "", "processor": "A",
            "resident (MiB)": 100, "seconds": 2.5,
        },
        {
            "Stage": "train@a", "In this run": "failed", "note": "not there", "processor": "",
            "resident (MiB)": "", "seconds": "",
        },
    ]  # fmt: skip


def test_damaged_facts_are_said_to_be_so(tmp_path: Path) -> None:
    """They are of no other use."""
    workspace.note(tmp_path, "train", [1])
    (row,) = machine.records(tmp_path, {"train": State.RAN})
    assert row["note"] == "damaged: expected a mapping"


def test_another_project_has_no_facts(tmp_path: Path) -> None:
    """Neither without the folder, nor where none of the stages of the run has left any."""
    assert machine.records(tmp_path, {"train": State.RAN}) == []
    workspace.note(tmp_path, "check", {"seconds": 9})
    assert machine.records(tmp_path, {"train": State.RAN}) == []
    assert machine.records(tmp_path, {"../machine/check": State.RAN}) == []
